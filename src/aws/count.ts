/** Asks AWS what of a stack is there: the closing question of a destroy, answered without the state. */
import { keptByLaw, type AwsLawScope } from "../teardown/laws/aws.ts";
import type { AwsClients } from "./clients.ts";
import type { Counted } from "./kind.ts";
import { awsKinds } from "./kinds.ts";
import { AccountView, type ViewScope } from "./view.ts";

export interface CountScope extends ViewScope {
  // Without them nobody would ask for roles and log groups, and an unanswered question is not a zero.
  readonly rolePrefix: string;
  readonly logGroupPrefixes: readonly string[];
  /**
   * What the teardown knew, after which it is asked: what its law forbade it to delete counts as kept. Absent where no teardown
   * was at work, and all that is there is left over.
   */
  readonly law?: Pick<AwsLawScope, "account" | "madeAt" | "destroyBegan"> | undefined;
}

export interface Count {
  readonly left: readonly Counted[];
  /** What stays on purpose, such as a KMS key whose deletion is scheduled. */
  readonly kept: readonly Counted[];
}

/**
 * Everything with the stack's tag, or the cluster's ownership tags, or inside its VPCs.
 * @throws where AWS refuses a question: an unanswered question is not a zero.
 */
export async function countInAws(aws: AwsClients, scope: CountScope): Promise<Count> {
  const view = new AccountView(aws, scope);
  const counted = await Promise.all(awsKinds.map(async (kind) => (await kind.count?.(view)) ?? []));
  const judged = judgedByLaw(aws.region, scope, counted.flat());
  return {
    left: judged.filter(({ kept }) => kept === undefined),
    kept: judged.filter(({ kept }) => kept !== undefined),
  };
}

/** By the law that the sweep's deletions pass as well: what it forbids them is no failure of theirs. */
function judgedByLaw(region: string, scope: CountScope, counted: readonly Counted[]): Counted[] {
  const { law, clusterName, stackTag } = scope;
  const stacks = `tag ${stackTag.key}=${stackTag.value}`;
  const vpcs = counted.filter(({ type, because }) => type === "ec2:vpc" && because === stacks);
  const vpcIds = [...scope.vpcIds, ...vpcs.map(({ id }) => id)];
  return counted.map(({ shown, ...one }) => {
    if (law === undefined || shown === undefined || one.kept !== undefined) return one;
    const { account, madeAt, destroyBegan } = law;
    const kept = keptByLaw(shown, { region, clusterName, stackTag, vpcIds, account, madeAt, destroyBegan });
    return kept === undefined ? one : { ...one, kept };
  });
}
