/** The first baseline: a plain `pulumi destroy` of the same program without its teardown. */
import { pulumiQuiet } from "../../../local/engine/run.ts";
import { checkout } from "../../../local/folders.ts";
import { watchedDestroy, type WatchedResult } from "../progress.ts";
import type { Sandbox } from "../sandbox.ts";
import type { Destroying } from "../scenario.ts";
import { withoutTeardown, type ExportedState } from "./plain-state.ts";

/** Seconds without progress after which a baseline has failed. */
export const baselinePatience = 60;

export async function destroyPlain(
  sandbox: Sandbox,
  meanwhile?: (destroy: Destroying) => Promise<void>,
): Promise<WatchedResult> {
  await takeTeardownOut(sandbox);
  return watchedDestroy(sandbox, { patience: baselinePatience, meanwhile });
}

export async function takeTeardownOut({ run }: Sandbox): Promise<void> {
  const stack = ["--stack", run.stack];
  const exported = JSON.parse(await pulumiQuiet(run, ["stack", "export", ...stack])) as ExportedState;
  const state = JSON.stringify(withoutTeardown(exported));
  await pulumiQuiet(run, ["stack", "import", ...stack], checkout, state);
}
