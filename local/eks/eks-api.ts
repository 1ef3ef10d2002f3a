/** Amazon EKS: the API, the states that take time, and what the service makes in the account. */
import type { AwsRequest, AwsResponse, AwsService, CensusEntry } from "../gateway/types.ts";
import type { Authenticator } from "../kubernetes/types.ts";
import { authenticate } from "./authenticator.ts";
import { EksContext, type EksOptions } from "./context.ts";
import { podRole } from "./pod-role.ts";
import { dispatch, findRoute } from "./routes.ts";
import { census } from "./tags.ts";

/** One region's EKS, with its state in memory. */
export class EksApi implements AwsService {
  readonly #context: EksContext;

  constructor(options: EksOptions) {
    this.#context = new EksContext(options);
  }

  /** @throws AwsFault where EKS refuses */
  handle(request: AwsRequest): Promise<AwsResponse> {
    return dispatch(this.#context, request);
  }

  operation(method: string, path: string): string | undefined {
    return findRoute(method, path)?.name;
  }

  /** Clusters, node groups, add-ons, access entries and pod identity associations, by ARN. */
  census(): Promise<readonly CensusEntry[]> {
    return Promise.resolve(census(this.#context));
  }

  /** Answers the API servers' token reviews. */
  authenticator(): Authenticator {
    return (clusterName, token) => authenticate(this.#context, clusterName, token);
  }

  /** ARN of the role that the pods of an account get by a pod identity association, or by the role of an add-on. */
  podRole(cluster: string, namespace: string, account: string): string | undefined {
    const record = this.#context.clusters.get(cluster);
    return record && podRole(record, namespace, account);
  }

  /** Stops what still runs, without finishing it. */
  close(): Promise<void> {
    return this.#context.close();
  }
}
