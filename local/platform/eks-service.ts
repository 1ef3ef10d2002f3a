import type { EksOptions } from "../eks/context.ts";
import { EksApi } from "../eks/eks-api.ts";
import { findRoute } from "../eks/routes.ts";
import { motoClients } from "../gateway/account.ts";
import type { AwsService, CensusEntry } from "../gateway/types.ts";
import type { Authenticator } from "../kubernetes/types.ts";

/** EKS in every region that is called, as the gateway serves it; its resources join the account's census. */
export class RegionalEks implements AwsService {
  readonly #regions = new Map<string, EksApi>();
  readonly #options: Omit<EksOptions, "account"> & { readonly motoUrl: string };

  constructor(options: Omit<EksOptions, "account"> & { readonly motoUrl: string }) {
    this.#options = options;
  }

  handle: AwsService["handle"] = (request) => this.#in(request.region).handle(request);

  operation: NonNullable<AwsService["operation"]> = (method, path) => findRoute(method, path)?.name;

  async census(): Promise<CensusEntry[]> {
    return (await Promise.all([...this.#regions.values()].map((eks) => eks.census()))).flat();
  }

  /** The first region that knows the token's cluster and lets its caller in. */
  authenticate: Authenticator = async (clusterName, token) => {
    for (const eks of this.#regions.values()) {
      const identity = await eks.authenticator()(clusterName, token);
      if (identity) return identity;
    }
    return undefined;
  };

  /** The role that the pods of an account get in a cluster of a region; undefined where nobody gave them one. */
  podRole(region: string, cluster: string, namespace: string, account: string): string | undefined {
    return this.#in(region).podRole(cluster, namespace, account);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#regions.values()].map((eks) => eks.close()));
  }

  #in(region: string): EksApi {
    const known = this.#regions.get(region);
    if (known) return known;
    const eks = new EksApi({ ...this.#options, account: motoClients(this.#options.motoUrl, region) });
    this.#regions.set(region, eks);
    return eks;
  }
}
