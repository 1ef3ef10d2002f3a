/** One view of the account: each list is asked for once, however many kinds read it. */
import { paginateDescribeTags } from "@aws-sdk/client-ec2";
import type { AwsClients } from "./clients.ts";
import { ownershipTags, type Owner } from "./ownership.ts";
import { collect } from "./paging.ts";

export interface ViewScope extends Owner {
  /** The stack's own, as far as they are known. */
  readonly vpcIds: readonly string[];
  /** How the names of the stack's IAM roles begin; a sweep, which finds what the cluster made, has none. */
  readonly rolePrefix?: string;
  /** How the names of the stack's log groups begin, beside those of the cluster; a sweep has none. */
  readonly logGroupPrefixes?: readonly string[];
}

export class AccountView {
  readonly aws: AwsClients;
  readonly scope: ViewScope;
  readonly #asked = new Map<string, Promise<unknown>>();

  constructor(aws: AwsClients, scope: ViewScope) {
    this.aws = aws;
    this.scope = scope;
  }

  /** The answer to a question that was asked before, if it was. */
  once<T>(question: string, ask: () => Promise<T>): Promise<T> {
    const asked = (this.#asked.get(question) as Promise<T> | undefined) ?? ask();
    this.#asked.set(question, asked);
    return asked;
  }

  readonly isInside = (vpcId: string | undefined): boolean =>
    vpcId !== undefined && this.scope.vpcIds.includes(vpcId);

  /**
   * The ids of what bears one of the stack's tags in EC2, with the tag as text; of several tags the stack's own counts. Some of
   * them are gone: DescribeTags goes on naming them.
   */
  tagged(): Promise<ReadonlyMap<string, string>> {
    return this.once("tags", async () => {
      const marks = ownershipTags(this.scope);
      const Filters = [
        { Name: "key", Values: [...new Set(marks.map(([key]) => key))] },
        { Name: "value", Values: [...new Set(marks.map(([, value]) => value))] },
      ];
      const pages = paginateDescribeTags({ client: this.aws.ec2 }, { Filters });
      const tags = await collect(pages, (page) => page.Tags);
      const reasons = new Map<string, string>();
      // A filter of several keys and values also finds the pairs that are nobody's mark.
      for (const [markKey, markValue] of [...marks].reverse()) {
        for (const { ResourceId: id = "", Key, Value } of tags) {
          if (Key === markKey && Value === markValue) reasons.set(id, `tag ${markKey}=${markValue}`);
        }
      }
      return reasons;
    });
  }
}
