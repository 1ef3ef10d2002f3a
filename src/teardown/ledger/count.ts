/** The closing question, asked of AWS: what of the stack is left, and what was kept on purpose? */
import { setTimeout as sleep } from "node:timers/promises";
import type { AwsClients } from "../../aws/clients.ts";
import { countInAws } from "../../aws/count.ts";
import type { Counted } from "../../aws/kind.ts";
import type { FoundCluster } from "../../aws/kinds/clusters.ts";
import type { AwsLawScope } from "../laws/aws.ts";
import type { KeptThing } from "../receipt/events.ts";
import type { LedgerInputs } from "../resource-inputs.ts";
import { Interrupted } from "../../plugin/failures.ts";

export interface Count {
  readonly left: readonly { readonly what: string; readonly because: string }[];
  readonly kept: readonly KeptThing[];
}

export interface AwsQuestion {
  readonly aws: AwsClients;
  readonly inputs: LedgerInputs;
  /** A cluster of that name that is another stack's: then only the stack's tag tells what is whose. */
  readonly stranger: FoundCluster | undefined;
  /** By which the sweep was held back; absent where nothing was swept. */
  readonly law?: AwsLawScope;
  /** How long something may still be shown that is gone. */
  readonly patienceSeconds: number;
  /** Deletes a log group that came back only now; absent where nothing is to be deleted. */
  readonly sweepLogGroups?: () => Promise<void>;
  readonly status: (line: string) => void;
  readonly signal: AbortSignal;
}

/** Milliseconds. */
const pauses = { shortest: 500, longest: 5_000 };

/** Asks again while something is left, as long as it becomes less: AWS goes on listing for a while what it has deleted. */
export async function countAws(question: AwsQuestion): Promise<Count> {
  const { patienceSeconds, sweepLogGroups, status, signal } = question;
  let fewest = Infinity;
  let since = Date.now();
  for (;;) {
    const { left, kept } = await ask(question);
    if (left.length < fewest) since = Date.now();
    fewest = Math.min(fewest, left.length);
    const still = Date.now() - since;
    if (left.length === 0 || still >= patienceSeconds * 1000) return { left: left.map(leftOf), kept };
    const [first] = left;
    status(`AWS still shows ${left.length} of the stack, such as ${first?.type ?? ""} ${first?.id ?? ""}`);
    if (sweepLogGroups !== undefined && left.some(({ type }) => type === "logs:log-group")) {
      await sweepLogGroups();
    }
    const pause = Math.min(Math.max(pauses.shortest, still / 5), pauses.longest);
    await sleep(pause, undefined, { signal }).catch(() => {
      throw new Interrupted("counting what is left in AWS");
    });
  }
}

async function ask({ aws, inputs, stranger, law }: AwsQuestion): Promise<{
  readonly left: readonly Counted[];
  readonly kept: readonly KeptThing[];
}> {
  const { clusterName, stackTag, rolePrefix, logGroupPrefixes } = inputs;
  const scope = { clusterName, stackTag, vpcIds: [], rolePrefix, logGroupPrefixes, law };
  const counted = await countInAws(aws, scope);
  const mine = ({ because }: Counted): boolean =>
    stranger === undefined || because.startsWith(`tag ${stackTag.key}=`);
  return {
    left: counted.left.filter(mine),
    kept: counted.kept
      .filter(mine)
      .map(({ type, id, kept = "" }) => ({ where: "aws", what: type, why: kept, reference: id })),
  };
}

function leftOf({ type, id, because }: Counted): Count["left"][number] {
  return { what: `${type} ${id}`, because };
}
