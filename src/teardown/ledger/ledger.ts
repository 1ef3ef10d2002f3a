/**
 * The first thing that a stack makes and the last that it deletes: sweeps up what came back, asks AWS, Kubernetes and Git what is
 * left, and writes the receipt.
 */
import { UserError, type Mistake } from "../../errors.ts";
import { readChoices } from "../operator-choices.ts";
import type { Place } from "../receipt/events.ts";
import { receiptText, summaryLine } from "../receipt/receipt-text.ts";
import type { LedgerInputs, Recorded } from "../resource-inputs.ts";
import { recordNow, recordedIn, requireAccount } from "../../aws/account.ts";
import { type AwsClients, withAws } from "../../aws/clients.ts";
import { AwsGate } from "../../aws/gate.ts";
import { type FoundCluster, findCluster } from "../../aws/kinds/clusters.ts";
import { recordedToken, withoutToken } from "../../github/token.ts";
import { difference } from "../../plugin/difference.ts";
import { Interrupted } from "../../plugin/failures.ts";
import type { OperationContext, Properties, ResourceHandler } from "../../plugin/implementation.ts";
import { isRecord } from "../../plugin/values.ts";
import { lawScopeOf } from "../law-scope.ts";
import { checkLedger } from "../check-inputs.ts";
import { Journal } from "../journal.ts";
import { countAws, type Count } from "./count.ts";
import { countGit } from "./git.ts";
import { sweepLogGroups } from "./log-groups.ts";
import { writeReceipt } from "./receipt-files.ts";
import { asPart, type PartAtWork } from "../part.ts";

const subject = ["stack", "environment", "region", "clusterName", "stackTag"];
const required = [...subject, "allowDestroy", "rolePrefix", "logGroupPrefixes"];

/** AWS's lists are some seconds behind, IAM's up to a minute; an operator with less patience waits less. */
const longestPatienceSeconds = 60;
const quietSeconds = 10;

export const ledger: ResourceHandler<undefined> = {
  inputs: [...required, "git"],
  required,
  outputs: ["account", "madeAt"],
  check: (_context, inputs) => ({ inputs, failures: checkLedger(inputs) }),
  create: async (context, inputs) => {
    const recorded = await withAws(inputsOf(inputs).region, context.signal, recordNow);
    return {
      id: `${recorded.account}:${inputsOf(inputs).stack}`,
      outputs: { ...tokenless(inputs), ...recorded },
    };
  },
  diff: (_context, { inputs, outputs }, news) => {
    const { changes } = difference({}, tokenless(inputs), tokenless(news));
    return Promise.resolve({ changes: [...changes, ...recordedToken(outputs["git"], "git.token")] });
  },
  update: (_context, { outputs }, news) => Promise.resolve({ ...tokenless(news), ...recordedIn(outputs) }),
  read: (_context, { id, inputs, outputs }) => Promise.resolve({ id, inputs, outputs }),
  delete: (context, { inputs, outputs }) => close(context, inputsOf(inputs), recordedIn(outputs)),
};

/** As they are compared and answered: with another token it is the same ledger. */
function tokenless(properties: Properties): Properties {
  const { git } = properties;
  return isRecord(git) ? { ...properties, git: withoutToken(git) } : properties;
}

function inputsOf(properties: Properties): LedgerInputs {
  return properties as unknown as LedgerInputs;
}

async function close(
  context: OperationContext<undefined>,
  inputs: LedgerInputs,
  recorded: Recorded,
): Promise<void> {
  const { stack, environment, allowDestroy } = inputs;
  if (!allowDestroy) {
    throw new UserError({
      what: `Stack ${stack}: it must not be destroyed (allowDestroy is false).`,
      remedy: `pulumi config set allowDestroy true --stack ${stack}, then pulumi up, and the destroy again.`,
    });
  }
  // A wrong choice is no run of a teardown, and leaves no receipt.
  readChoices(process.env, environment);
  const warn = (line: string): void => {
    context.log("warning", line);
  };
  let failure: unknown;
  try {
    await asPart("ledger", inputs, (at) => closeAccounts(context, inputs, recorded, at), warn);
  } catch (error) {
    failure = error;
  }
  if (!(failure instanceof Interrupted)) tellReceipt(context, stack, failure === undefined);
  if (failure !== undefined) throw failure as Error;
}

function tellReceipt({ log }: OperationContext<undefined>, stack: string, finished: boolean): void {
  const written = writeReceipt(new Journal(stack), finished);
  const { receipt } = written;
  const severity = receipt.outcome === "clean" ? "info" : "warning";
  const where =
    written.file === undefined
      ? `The receipt cannot be written (${written.why}); this is its text:\n${receiptText(receipt)}`
      : `Receipt: ${written.file}.txt, .json, .html`;
  log(written.file === undefined ? "warning" : severity, `${summaryLine(receipt)}. ${where}`);
}

async function closeAccounts(
  context: OperationContext<undefined>,
  inputs: LedgerInputs,
  recorded: Recorded,
  { choices, journal }: PartAtWork,
): Promise<void> {
  const { stack, region, git } = inputs;
  const skip = choices.teardown === "skip";
  if (skip) journal.append({ type: "skipped", part: "ledger", why: "SDLC_TEARDOWN=skip: it only counts" });
  const mistakes: Mistake[] = [];
  const ask = async (where: Place, count: () => Promise<Count>): Promise<void> => {
    try {
      const { left, kept } = await count();
      for (const thing of kept) journal.append({ type: "kept", thing });
      for (const { what, because } of left) {
        journal.append({ type: "left", where, what, because });
        mistakes.push({
          what: `${what} is left (${because}).`,
          remedy: "Delete it, or find out what made it.",
        });
      }
      journal.append({ type: "counted", where, left: left.length, kept: kept.length });
    } catch (error) {
      if (error instanceof Interrupted) throw error;
      const why = error instanceof Error ? error.message : String(error);
      journal.append({ type: "unanswered", where, why });
      mistakes.push(...asMistakes(error));
    }
  };
  const work = async (aws: AwsClients): Promise<void> => {
    let cluster: FoundCluster | undefined;
    await ask("kubernetes", async () => {
      await requireAccount(aws, recorded.account, stack);
      cluster = await findCluster(aws, inputs.clusterName);
      return kubernetesCount(cluster, inputs);
    });
    // Of a stack whose cluster still runs nothing is swept: this is no end of a destroy.
    const over = mistakes.length === 0;
    await Promise.all([
      git === undefined
        ? ask("git", () => Promise.resolve({ left: [], kept: [] }))
        : ask("git", () =>
            countGit(git, journal, { mayDelete: over && !skip, mayBeGone: choices.onStuck === "force" }),
          ),
      ask("aws", () => sweepAndCount(aws, cluster, over && !skip)),
    ]);
  };
  const renewal = { seconds: choices.deadlineSeconds, status: context.status };
  await withAws(region, context.signal, work, renewal);
  if (mistakes.length === 0) return;
  const title = `Stack ${stack}: the destroy is not complete.`;
  const error = new UserError(mistakes, title);
  if (!skip) throw error;
  context.log("warning", `${error.message}\nSDLC_TEARDOWN=skip: the destroy ends all the same.`);

  async function sweepAndCount(
    aws: AwsClients,
    cluster: FoundCluster | undefined,
    sweep: boolean,
  ): Promise<Count> {
    const { status, signal } = context;
    const { deadlineSeconds } = choices;
    await requireAccount(aws, recorded.account, stack);
    const byName = cluster === undefined;
    const law = lawScopeOf(inputs, recorded, journal.read(), []);
    const gate = new AwsGate(aws, law);
    const sweepGroups = (): Promise<void> =>
      sweepLogGroups({ aws, gate, inputs, byName, journal, deadlineSeconds, status, signal, quietSeconds });
    if (sweep) await sweepGroups();
    const stranger = cluster !== undefined && !isMine(cluster, inputs) ? cluster : undefined;
    const patienceSeconds = sweep ? Math.min(deadlineSeconds, longestPatienceSeconds) : 0;
    // Where nothing was swept, all that is there is left over.
    const question = { aws, inputs, stranger, patienceSeconds, status, signal, ...(!skip && { law }) };
    return countAws({ ...question, ...(sweep && { sweepLogGroups: sweepGroups }) });
  }
}

function asMistakes(error: unknown): readonly Mistake[] {
  if (error instanceof UserError) return error.mistakes;
  const what = error instanceof Error ? error.message : String(error);
  return [{ what, remedy: "Mend the cause, and run the command again." }];
}

function isMine({ tags }: FoundCluster, { stackTag }: LedgerInputs): boolean {
  return tags[stackTag.key] === undefined || tags[stackTag.key] === stackTag.value;
}

/** With the cluster all is gone that was in it. */
function kubernetesCount(cluster: FoundCluster | undefined, inputs: LedgerInputs): Count {
  if (cluster === undefined || !isMine(cluster, inputs)) return { left: [], kept: [] };
  const what = `cluster ${inputs.clusterName} (${cluster.status}), with all that is in it`;
  return { left: [{ what, because: "EKS has it under the stack's name" }], kept: [] };
}
