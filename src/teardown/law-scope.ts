/** What the law of AWS has to know of a stack, from what was recorded of it and what the journal of its destroy tells. */
import type { AwsLawScope } from "./laws/aws.ts";
import type { TeardownEvent } from "./receipt/events.ts";
import type { Recorded, TeardownSubject } from "./resource-inputs.ts";

export function lawScopeOf(
  { region, clusterName, stackTag }: Pick<TeardownSubject, "region" | "clusterName" | "stackTag">,
  { account, madeAt }: Recorded,
  journal: readonly TeardownEvent[],
  vpcIds: readonly string[],
): AwsLawScope {
  const began = destroyedSince(journal);
  return {
    region,
    clusterName,
    stackTag,
    account,
    vpcIds,
    ...(madeAt !== undefined && { madeAt: Date.parse(madeAt) }),
    ...(began !== undefined && { destroyBegan: Date.parse(began) }),
  };
}

/**
 * When its destroy began. A stack of an earlier release does not say when it was made; what was made since then, such as a log
 * group that came back, is at least of no earlier cluster.
 */
function destroyedSince(journal: readonly TeardownEvent[]): string | undefined {
  const started = journal.filter((event) => event.type === "started");
  return (started.findLast(({ part }) => part === "drain") ?? started[0])?.at;
}
