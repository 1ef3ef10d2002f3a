/** Ends a destroy that no longer gets anywhere, and says so. */
import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { execaSync } from "execa";
import { signalGroup } from "../../local/process-records.ts";
import type { EngineResult, RunningEngine } from "../../local/engine/run.ts";
import type { Sandbox } from "./sandbox.ts";
import type { Choices, Destroying } from "./scenario.ts";

/** Milliseconds between two looks. */
const pause = 1_000;

export interface WatchedResult extends EngineResult {
  /** Seconds without progress after which it was ended; undefined if it ended by itself. */
  readonly hung: number | undefined;
  /** Whether the scenario killed it. */
  readonly killed: boolean;
}

export interface WatchedDestroy {
  /** Seconds without progress after which it is ended. */
  readonly patience: number;
  /** Whether the cluster is drained before anything else is deleted that counts. */
  readonly drains?: boolean;
  readonly choices?: Choices | undefined;
  readonly meanwhile?: ((destroy: Destroying) => Promise<void>) | undefined;
}

/**
 * Runs `pulumi destroy`, and kills it when neither a resource, nor an object of its own in the account, nor the teardown's own log has
 * moved for too long.
 */
export async function watchedDestroy(
  sandbox: Sandbox,
  { patience, drains, choices, meanwhile }: WatchedDestroy,
): Promise<WatchedResult> {
  const ended = new AbortController();
  let hung: number | undefined;
  let killed = false;
  let watching: Promise<void> = Promise.resolve();
  let aside: Promise<void> = Promise.resolve();
  const begun = (engine: RunningEngine): void => {
    const kill = (): void => {
      killWithPlugins(engine.pid);
    };
    const state = (): Promise<string> => stateOf(sandbox, engine.eventLog);
    watching = watchProgress(state, patience, ended.signal).then((seconds) => {
      if (seconds === undefined) return;
      hung = seconds;
      kill();
    });
    const destroying: Destroying = {
      ended: ended.signal,
      events: () => sandbox.events(),
      deletes: async () => {
        if (drains === true) return sandbox.events().some(({ type }) => type === "deleting");
        return /"op":"delete"/.test(await readFile(engine.eventLog, "utf8").catch(() => ""));
      },
      kill: () => {
        killed = true;
        kill();
      },
    };
    aside = Promise.resolve(meanwhile?.(destroying));
    // A failure of it is thrown below, when the engine has ended.
    aside.catch(() => undefined);
  };
  const result = await sandbox.engine("destroy", choices, begun).finally(() => {
    ended.abort();
  });
  await watching;
  await aside;
  return { ...result, hung, killed };
}

/** Its plugins have process groups of their own, and would go on for some seconds; a machine without power does not. */
function killWithPlugins(engine: number): void {
  const { stdout } = execaSync("ps", ["-A", "-o", "pid=,ppid="]);
  const parents = stdout.split("\n").map((line) => line.trim().split(/\s+/).map(Number));
  const below = (of: number): number[] =>
    parents.flatMap(([pid = 0, parent]) => (parent === of ? [pid, ...below(pid)] : []));
  const plugins = below(engine);
  signalGroup(engine, "SIGKILL");
  for (const pid of plugins) {
    try {
      process.kill(pid, "SIGKILL");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  }
}

/** Returns for how many seconds nothing had moved, or undefined when `signal` came first. */
export async function watchProgress(
  state: () => Promise<string>,
  patience: number,
  signal: AbortSignal,
): Promise<number | undefined> {
  let last = "";
  let since = Date.now();
  while (!signal.aborted) {
    const now = await state().catch(() => last);
    if (now !== last) since = Date.now();
    last = now;
    const still = (Date.now() - since) / 1000;
    if (still >= patience) return Math.round(still);
    await sleep(pause, undefined, { signal }).catch(() => undefined);
  }
  return undefined;
}

async function stateOf(sandbox: Sandbox, eventLog: string): Promise<string> {
  const log = await readFile(eventLog, "utf8").catch(() => "");
  const steps = log.match(/"(resourcePreEvent|resOutputsEvent)"/g)?.length ?? 0;
  const objects = (await sandbox.account.belongingTo(sandbox.name, sandbox.vpcId)).map(({ id }) => id).sort();
  return [steps, sandbox.events().length, ...objects].join(" ");
}
