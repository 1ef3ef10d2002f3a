/** Processes that a suite started, whoever their parent is by now: each has the suite's own folder in its environment. */
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";

export interface Leftover {
  readonly pid: number;
  readonly command: string;
}

/** BSD's flags, which Linux's `ps` takes as well: every process, with its environment behind its command line. */
const flags = process.platform === "darwin" ? "-axEww" : "axeww";
/** Milliseconds that a process may take to end by itself. */
const patience = 5_000;
/** Milliseconds that it may take to end at a signal. */
const graceful = 2_000;

/** What runs with `TMPDIR` set to a folder. */
export async function startedIn(folder: string): Promise<Leftover[]> {
  const { stdout } = await execa("ps", [flags, "-o", "pid=,command="]);
  return processesOf(stdout, folder);
}

/** The lines of `ps` that are of a folder. */
export function processesOf(listing: string, folder: string): Leftover[] {
  return listing.split("\n").flatMap((line) => {
    const [, pid, rest = ""] = /^\s*(\d+)\s+(.*)$/.exec(line) ?? [];
    if (pid === undefined || !`${rest} `.includes(` TMPDIR=${folder} `)) return [];
    // The environment begins with the first word that is an assignment.
    return [{ pid: Number(pid), command: rest.replace(/ [A-Za-z_]\w*=.*$/, "").slice(0, 200) }];
  });
}

/**
 * Waits a moment until everything that was started with a folder has ended, and stops the rest.
 * @param milliseconds how long they may take to end by themselves.
 * @returns what had to be stopped.
 */
export async function stopLeftovers(folder: string, milliseconds = patience): Promise<Leftover[]> {
  const left = await remaining(folder, milliseconds);
  if (left.length === 0) return [];
  for (const signal of ["SIGTERM", "SIGKILL"] as const) {
    for (const { pid } of await startedIn(folder)) send(pid, signal);
    if ((await remaining(folder, graceful)).length === 0) break;
  }
  return left;
}

async function remaining(folder: string, milliseconds: number): Promise<Leftover[]> {
  const until = Date.now() + milliseconds;
  for (;;) {
    const left = await startedIn(folder);
    if (left.length === 0 || Date.now() > until) return left;
    await sleep(100);
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // It ended meanwhile.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
