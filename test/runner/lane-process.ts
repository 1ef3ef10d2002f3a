/** Runs the files of one suite in a process of their own, with a temporary folder of its own. */
import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { open, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { stopLeftovers, type Leftover } from "./leftovers.ts";
import { outcomeOf, type LaneMessage, type Outcome } from "./outcome.ts";

export interface LaneRequest {
  readonly files: readonly string[];
  /** Variables beside those of this process. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Seconds after which it hangs for sure: a test has a time of its own, but a file that is loaded has none. */
  readonly overdueSeconds: number;
  /** Whether what it prints goes straight to the terminal, and not into {@link LaneResult.output}. */
  readonly live: boolean;
  /** How long what it started may go on after it; 5,000 if left out. */
  readonly patienceMilliseconds?: number;
  /** Ends it and all that it started. */
  readonly signal: AbortSignal;
  readonly onMessage: (message: LaneMessage) => void;
}

export interface LaneResult extends Outcome {
  readonly output: string;
}

const program = path.join(import.meta.dirname, "lane.ts");

/** Never rejects because of a test; see {@link outcomeOf} for how a process that ended badly counts. */
export async function runLane(request: LaneRequest): Promise<LaneResult> {
  const { files, live, onMessage } = request;
  // Short, because a path of a socket has to fit into some hundred characters.
  const folder = mkdtempSync(path.join(tmpdir(), "t-"));
  try {
    const output = path.join(folder, "output.txt");
    // A file, and no pipe: a child that was left running would hold it open.
    const log = live ? undefined : await open(output, "a");
    const lane = fork(program, files, {
      execArgv: ["--disable-warning=ExperimentalWarning"],
      stdio: ["ignore", log?.fd ?? "inherit", log?.fd ?? "inherit", "ipc"],
      // A Ctrl-C in the terminal reaches the runner alone, which ends them all in order.
      detached: true,
      env: {
        ...process.env,
        ...request.environment,
        TMPDIR: folder,
        FORCE_COLOR: process.stdout.isTTY ? "1" : "0",
      },
    });
    // Its last messages may arrive after its end.
    const ended = Promise.all([once(lane, "exit"), once(lane, "disconnect")]).then(
      ([exit]) => exit as [number | null, NodeJS.Signals | null],
    );
    const messages: LaneMessage[] = [];
    lane.on("message", (message: LaneMessage) => {
      messages.push(message);
      onMessage(message);
    });
    const overdue = AbortSignal.timeout(request.overdueSeconds * 1000);
    const stop = AbortSignal.any([request.signal, overdue]);
    const stopped = new Promise<Leftover[]>((resolve, reject) => {
      const end = (): void => void stopLeftovers(folder, 0).then(resolve, reject);
      if (stop.aborted) end();
      else stop.addEventListener("abort", end, { once: true });
    });
    const [code, signal] = await ended;
    await log?.close();
    // What was stopped on purpose was not left behind.
    if (stop.aborted) await stopped;
    const left = stop.aborted ? [] : await stopLeftovers(folder, request.patienceMilliseconds);
    const end = { code, signal, overdue: overdue.aborted, left: left.map(({ command }) => command) };
    return { ...outcomeOf(messages, end), output: live ? "" : await readFile(output, "utf8") };
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  }
}
