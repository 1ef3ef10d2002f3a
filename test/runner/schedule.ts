/** Runs suites side by side, shows each one's output when it has ended, and says meanwhile what is at work. */
import pLimit from "p-limit";
import { runLane, type LaneResult } from "./lane-process.ts";
import type { Work } from "./plan.ts";
import { heading, heartbeat, type Row, type Running } from "./report.ts";
import { SharedPlatform } from "./shared-platform.ts";
import type { Suite } from "./suites.ts";

const heartbeatSeconds = 20;

/** A machine that builds something beside the tests takes a few times as long. */
const overdueSeconds = (usual: number): number => 900 + 4 * usual;

/** How a suite ends that could not run: its cause stands in the list of failures, which is all that a cut log may show. */
function notRun(what: string, error: unknown): LaneResult {
  const output = error instanceof Error ? error.message : String(error);
  const [cause = ""] = output.split("\n");
  return { passed: 0, failed: 1, skipped: 0, failures: [`${what}: ${cause}`], tests: [], output };
}

/**
 * @param lanes how many suites run at once, beside those that mostly wait.
 * @param signal stops all of them, and starts no further one.
 * @returns a row for each suite that was started, in the order of their ends.
 */
export async function runSuites(
  work: readonly Work[],
  { lanes, signal, print }: { lanes: number; signal: AbortSignal; print: (text: string) => void },
): Promise<Row[]> {
  const started = Date.now();
  const since = (moment: number): number => Math.round((Date.now() - moment) / 1000);
  const running = new Map<Work, { readonly since: number; done: number }>();
  const rows: Row[] = [];
  const shared = new SharedPlatform();
  // What a single suite prints is shown as it comes.
  const live = work.length === 1;

  const run = async (item: Work): Promise<void> => {
    if (signal.aborted) return;
    const mine = { since: Date.now(), done: 0 };
    running.set(item, mine);
    const lane = (environment: Readonly<Record<string, string>>): Promise<LaneResult> =>
      runLane({
        files: item.files,
        environment,
        overdueSeconds: overdueSeconds(item.suite.seconds),
        live,
        signal,
        onMessage: ({ kind }) => {
          if (kind === "end") mine.done += 1;
        },
      }).catch((error: unknown) => notRun("its process did not run to its end", error));
    const platform = item.suite.shares === true ? shared.environment() : Promise.resolve({});
    const { output, ...outcome } = await platform.then(lane, (error: unknown) =>
      notRun("the platform that it shares did not start", error),
    );
    running.delete(item);
    const row = { ...outcome, suite: item.suite.path, seconds: since(mine.since) };
    rows.push(row);
    if (!live) print(`${heading(row)}\n${output.trimEnd()}`);
  };

  // In the middle of its start it would keep who pressed Ctrl-C waiting until Development is there.
  signal.addEventListener("abort", () => void shared.stop());
  const timer = setInterval(() => {
    if (live || running.size === 0) return;
    const now = [...running].map(([{ suite }, mine]): Running => {
      const { path, seconds: usualSeconds } = suite;
      return { suite: path, seconds: since(mine.since), usualSeconds, testsDone: mine.done };
    });
    const failed = rows.reduce((sum, row) => sum + row.failed, 0);
    print(heartbeat(since(started), now, { suites: rows.length, of: work.length, failed }));
  }, heartbeatSeconds * 1000);
  try {
    const inTurn = (atOnce: number, runs: Suite["runs"]): Promise<unknown> =>
      pLimit(atOnce).map(
        work.filter(({ suite }) => suite.runs === runs),
        run,
      );
    await Promise.all([inTurn(lanes, undefined), inTurn(1, "beside")]);
    await inTurn(1, "last");
  } finally {
    clearInterval(timer);
    await shared.stop();
  }
  return rows;
}
