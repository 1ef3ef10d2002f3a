/** Runs suites side by side, shows each one's output when it has ended, and says meanwhile what is at work. */
import pLimit from "p-limit";
import { runLane } from "./lane-process.ts";
import type { Work } from "./plan.ts";
import { heading, heartbeat, type Row, type Running } from "./report.ts";

const heartbeatSeconds = 20;

/** A machine that builds something beside the tests takes a few times as long. */
const overdueSeconds = (usual: number): number => 900 + 4 * usual;

/**
 * @param lanes how many suites run at once.
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
  // What a single suite prints is shown as it comes.
  const live = work.length === 1;

  const run = async (item: Work): Promise<void> => {
    if (signal.aborted) return;
    const mine = { since: Date.now(), done: 0 };
    running.set(item, mine);
    const { output, ...outcome } = await runLane({
      files: item.files,
      overdueSeconds: overdueSeconds(item.suite.seconds),
      live,
      signal,
      onMessage: ({ kind }) => {
        if (kind === "end") mine.done += 1;
      },
    });
    running.delete(item);
    const row = { ...outcome, suite: item.suite.path, seconds: since(mine.since) };
    rows.push(row);
    if (!live) print(`${heading(row)}\n${output.trimEnd()}`);
  };

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
    const beside = pLimit(lanes);
    await beside.map(
      work.filter(({ suite }) => !suite.alone),
      run,
    );
    await pLimit(1).map(
      work.filter(({ suite }) => suite.alone),
      run,
    );
  } finally {
    clearInterval(timer);
  }
  return rows;
}
