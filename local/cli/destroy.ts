/**
 * `make destroy`: a plain `pulumi destroy`, then the question to AWS: what is left? A stack of which nothing is left
 * goes from the backend too; its Pulumi.<stack>.yaml stays, for it is what a person wrote and the next up reads.
 */
import { engineReports } from "../engine/environment.ts";
import { pulumiQuiet, runEngine, stackExists, type EngineRun } from "../engine/run.ts";
import { stateFolder } from "../folders.ts";
import { requirePlatform } from "../platform/start.ts";
import { load } from "../product.ts";
import { UserError } from "../user-error.ts";
import { forgetBaseline } from "./baseline.ts";
import { whatIsLeft, whereItIs, type Leftovers, type Place } from "./left.ts";

export async function destroy(stack: string): Promise<void> {
  (await load.stackName()).environmentOf(stack);
  const run: EngineRun = { stateFolder, info: await requirePlatform(stateFolder), stack };
  if (!stackExists(stateFolder, stack)) {
    throw new UserError(
      `There is no stack ${stack} on the local platform.`,
      "Run make status to see which there are, or make sandbox to make one.",
    );
  }
  const started = Date.now();
  const place = await whereItIs(run);
  const engine = await runEngine(run, "destroy");
  const notKnown = await printReceipt(stack, started);
  const leftovers = await count(run, place);
  for (const line of leftoverLines(leftovers)) console.log(line);
  const failure = destroyFailure(stack, engine, leftovers.left.length);
  if (failure) throw failure;
  await forgetBaseline(stateFolder, stack);
  await pulumiQuiet(run, ["stack", "rm", stack, "--yes", "--preserve-config"]);
  const seconds = Math.round((Date.now() - started) / 1000);
  console.log(`\n${lastLine(stack, { left: leftovers.left.length, notKnown, seconds })}`);
}

/** `sandbox-a destroyed: 0 resources left, 1 not known, 35 s`: what the program does not ask for, this does not ask for either. */
export function lastLine(
  stack: string,
  { left, notKnown, seconds }: { left: number; notKnown: number; seconds: number },
): string {
  const notKnownToo = notKnown === 0 ? "" : `, ${notKnown} not known`;
  return `${stack} destroyed: ${left} resources left${notKnownToo}, ${seconds} s`;
}

/** That of this destroy; one that stopped before its end has none. Returns how much it says is not known. */
async function printReceipt(stack: string, started: number): Promise<number> {
  const [{ latestReceipt }, { receiptText }] = await Promise.all([load.receipts(), load.receiptText()]);
  const latest = latestReceipt(stack, engineReports(stateFolder));
  if (latest === undefined || Date.parse(latest.receipt.endedAt) < started) return 0;
  console.log(`\n${receiptText(latest.receipt).trimEnd()}\nReceipt: ${latest.file}.txt, .json, .html\n`);
  return latest.receipt.notKnown.length;
}

async function count(run: EngineRun, place: Place): Promise<Leftovers> {
  return whatIsLeft(run, place).catch((error: unknown) => {
    throw new UserError(
      `It is not known what is left of ${run.stack}, because AWS did not say: ${(error as Error).message}`,
      `Mend the cause and run make destroy STACK=${run.stack} again.`,
    );
  });
}

/** What is left and what is kept, one line each, and how much is kept: that is no part of what is left. */
export function leftoverLines({ left, kept }: Leftovers): string[] {
  return [
    ...left.map(({ type, id, because }) => `  left  ${type}  ${id}  (${because})`),
    ...kept.map(({ type, id, kept: why = "" }) => `  kept  ${type}  ${id}  (${why})`),
    ...(kept.length > 0 ? [`  ${kept.length} kept on purpose`] : []),
  ];
}

/** Why a destroy is not done yet; undefined if it is. */
export function destroyFailure(
  stack: string,
  { exitCode, interrupted }: { readonly exitCode: number; readonly interrupted: boolean },
  left: number,
): UserError | undefined {
  if (exitCode === 0 && left === 0) return undefined;
  const again = `make destroy STACK=${stack} again: it goes on with what is left.`;
  if (exitCode === 0) {
    return new UserError(
      `pulumi destroy of ${stack} ended, but ${left} resources are left.`,
      `Mend the cause and run ${again}`,
    );
  }
  return interrupted
    ? new UserError(`pulumi destroy of ${stack} was interrupted; ${left} resources are left.`, `Run ${again}`)
    : new UserError(
        `pulumi destroy of ${stack} failed; the reason is in its output above. ${left} resources are left.`,
        `Mend the cause and run ${again}`,
      );
}
