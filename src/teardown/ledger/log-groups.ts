/**
 * The log groups that came back after their deletion. EKS writes for some time after its cluster is gone, and makes the group
 * that it writes to; the next cluster of that name could then not be made.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { UserError } from "../../errors.ts";
import { controlPlaneLogGroupName } from "../../names.ts";
import { judge, type ThingInAws } from "../laws/aws.ts";
import type { LedgerInputs } from "../resource-inputs.ts";
import type { AwsClients } from "../../aws/clients.ts";
import type { AwsGate } from "../../aws/gate.ts";
import { clusterPrefixOf, deletionOfGroup, shownGroups } from "../../aws/kinds/log-groups.ts";
import { isGone } from "../../aws/refusals.ts";
import { AccountView } from "../../aws/view.ts";
import { Interrupted } from "../../plugin/failures.ts";
import type { Journal } from "../journal.ts";

export interface FinalSweep {
  readonly aws: AwsClients;
  /** Sends whatever is deleted. */
  readonly gate: AwsGate;
  readonly inputs: LedgerInputs;
  /** False where another cluster of that name exists, whose group of that name it is. */
  readonly byName: boolean;
  readonly journal: Journal;
  readonly deadlineSeconds: number;
  readonly status: (line: string) => void;
  readonly signal: AbortSignal;
  /** Seconds that one which came back has to stay away: EKS delivers in shorter intervals than these. */
  readonly quietSeconds: number;
}

/** Milliseconds between two questions. */
const betweenQuestions = 1_000;

/** @throws {UserError} on one that comes back for longer than the deadline. */
export async function sweepLogGroups(order: FinalSweep): Promise<void> {
  const { journal, status, signal, deadlineSeconds, quietSeconds } = order;
  const started = Date.now();
  // The group of a cluster that has just gone may come back as well as one that was just deleted here.
  let deletedAt = order.byName ? sweptAt(journal) : undefined;
  let last = controlPlaneLogGroupName(order.inputs.clusterName);
  for (;;) {
    const found = await leftGroups(order);
    for (const { shown, because } of found) {
      const thing = { type: shown.type, id: shown.id, because };
      journal.append({ type: "aws-deleting", part: "ledger", thing });
      await deleteGroup(order.gate, shown);
      journal.append({ type: "aws-gone", part: "ledger", thing });
      deletedAt = Date.now();
      last = thing.id;
    }
    if (deletedAt === undefined) return;
    const quiet = (Date.now() - deletedAt) / 1000;
    if (found.length === 0 && quiet >= quietSeconds) return;
    if (Date.now() - started >= (deadlineSeconds + quietSeconds) * 1000) {
      throw new UserError({
        what: `The log group ${last} has come back for ${deadlineSeconds} s, as often as it was deleted: something still writes to it.`,
        remedy: `Find out what (aws logs describe-log-streams --region ${order.aws.region} --log-group-name ${last}), and run the command again.`,
      });
    }
    status(`waiting whether the log group ${last} stays away: ${Math.round(quiet)} of ${quietSeconds} s`);
    await sleep(Math.min(betweenQuestions, quietSeconds * 1000), undefined, { signal }).catch(() => {
      throw new Interrupted("waiting whether a log group stays away");
    });
  }
}

/**
 * Milliseconds since 1970: when the sweep ended, which begins when the cluster is gone. Where the journal is lost it may have
 * been a moment ago; undefined where a whole journal tells of none.
 */
function sweptAt(journal: Journal): number | undefined {
  const swept = journal.read().findLast((event) => event.type === "ended" && event.part === "sweep");
  if (swept !== undefined) return Date.parse(swept.at);
  return journal.isLost ? Date.now() : undefined;
}

interface FoundGroup {
  readonly shown: ThingInAws;
  /** How it shows that it is the stack's. */
  readonly because: string;
}

/** Without what the law keeps, which is for the count to name. */
async function leftGroups({ aws, gate, inputs, byName }: FinalSweep): Promise<FoundGroup[]> {
  const { clusterName, stackTag, logGroupPrefixes } = inputs;
  const view = new AccountView(aws, { clusterName, stackTag, logGroupPrefixes, vpcIds: [] });
  return (await shownGroups(view)).flatMap((shown): FoundGroup[] => {
    if (!judge(shown, gate.scope).may) return [];
    const tag = shown.tags[stackTag.key];
    if (tag === stackTag.value) return [{ shown, because: `tag ${stackTag.key}=${tag}` }];
    // The other prefixes are also how the groups of a stack begin whose name goes on: there the tag alone tells.
    const prefix = byName && tag === undefined ? clusterPrefixOf(inputs, shown.id) : undefined;
    return prefix === undefined ? [] : [{ shown, because: `name starts with ${prefix}` }];
  });
}

async function deleteGroup(gate: AwsGate, shown: ThingInAws): Promise<void> {
  try {
    await gate.send(shown, deletionOfGroup(shown.id));
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}
