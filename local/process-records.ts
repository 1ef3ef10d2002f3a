/**
 * The pid files of the local platform: which processes it started, and whether they still run. A pid alone
 * says nothing once it has been given to another process, so a record also holds what tells the two apart.
 */
import { execFile } from "node:child_process";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

const run = promisify(execFile);

export interface ProcessRecord {
  readonly name: string;
  readonly pid: number;
  /** Command line as `ps` shows it. */
  readonly command: string;
  /** When the process started, as `ps` tells it: ISO 8601, whole seconds. */
  readonly startedAt: string;
}

export interface RecordedProcess extends ProcessRecord {
  /** Whether this very process still runs; false means that only its pid file is left. */
  readonly alive: boolean;
}

export type ProcessIdentity = Pick<ProcessRecord, "command" | "startedAt">;

const runFolder = (stateFolder: string): string => path.join(stateFolder, "run");
const recordFile = (stateFolder: string, name: string): string =>
  path.join(runFolder(stateFolder), `${name}.json`);

/** What `ps` says about a pid; undefined when no such process runs, zombies included. */
export async function identify(pid: number): Promise<ProcessIdentity | undefined> {
  const env = { ...process.env, LC_ALL: "C", TZ: "UTC" };
  const fields = ["-o", "stat=", "-o", "lstart=", "-o", "command="];
  const answer = await run("ps", ["-ww", ...fields, "-p", String(pid)], { env }).catch(() => undefined);
  const match = /^\s*(\S+)\s+(\w{3} \w{3} [ \d]\d [\d:]{8} \d{4})\s+(.*)$/m.exec(answer?.stdout ?? "");
  const [, state, started, command] = match ?? [];
  if (!state || !started || !command || state.startsWith("Z")) return undefined;
  return { command, startedAt: new Date(`${started} UTC`).toISOString() };
}

/**
 * Whether two readings are of one process. The start may differ by a second, because Linux counts it from a
 * boot time that is rounded; the program's own path may differ, because Python on macOS executes itself anew.
 */
export function sameProcess(one: ProcessIdentity, other: ProcessIdentity): boolean {
  const withoutProgram = (command: string): string => command.slice(command.indexOf(" "));
  const apart = Math.abs(Date.parse(one.startedAt) - Date.parse(other.startedAt));
  return apart <= 2_000 && withoutProgram(one.command) === withoutProgram(other.command);
}

export async function writeRecord(stateFolder: string, record: ProcessRecord): Promise<void> {
  const file = recordFile(stateFolder, record.name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(`${file}.new`, JSON.stringify(record, undefined, 2));
  await rename(`${file}.new`, file);
}

export async function removeRecord(stateFolder: string, name: string): Promise<void> {
  await rm(recordFile(stateFolder, name), { force: true });
}

/**
 * Every process that was recorded and not stopped, whoever started it. A damaged pid file is left out.
 * @param matches which of them, by name; all if left out.
 */
export async function recordedProcesses(
  stateFolder: string,
  matches: (name: string) => boolean = () => true,
): Promise<RecordedProcess[]> {
  const files = await readdir(runFolder(stateFolder)).catch((): string[] => []);
  const found = await Promise.all(
    files
      .filter((file) => file.endsWith(".json") && matches(file.slice(0, -".json".length)))
      .map(async (file): Promise<RecordedProcess[]> => {
        const text = await readFile(path.join(runFolder(stateFolder), file), "utf8").catch(() => "");
        const record = parse(text);
        if (!record) return [];
        const now = await identify(record.pid);
        return [{ ...record, alive: now !== undefined && sameProcess(record, now) }];
      }),
  );
  return found.flat();
}

function parse(text: string): ProcessRecord | undefined {
  try {
    const record = JSON.parse(text) as Partial<ProcessRecord>;
    return record.name && record.pid && record.command && record.startedAt
      ? (record as ProcessRecord)
      : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Stops what was recorded and still is the recorded process, and removes the pid files.
 * @param matches which of them, by name; all if left out.
 * @param gracefulMilliseconds how long a process may take before it is killed.
 * @returns the names of those that were stopped.
 */
export async function stopRecorded(
  stateFolder: string,
  matches: (name: string) => boolean = () => true,
  gracefulMilliseconds = 10_000,
): Promise<string[]> {
  const chosen = await recordedProcesses(stateFolder, matches);
  const alive = chosen.filter((record) => record.alive);
  await Promise.all(alive.map((record) => stopOther(record, gracefulMilliseconds)));
  await Promise.all(chosen.map(({ name }) => removeRecord(stateFolder, name)));
  return alive.map(({ name }) => name);
}

/** Signals a process and what it started itself; a process that is gone is no failure. */
export function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

async function stopOther(record: ProcessRecord, gracefulMilliseconds: number): Promise<void> {
  signalGroup(record.pid, "SIGTERM");
  const deadline = Date.now() + gracefulMilliseconds;
  // The kernel tells only a parent when a process ends, and this one's parent may be long gone.
  while (await isStill(record)) {
    if (Date.now() > deadline) signalGroup(record.pid, "SIGKILL");
    await sleep(50);
  }
}

async function isStill(record: ProcessRecord): Promise<boolean> {
  const now = await identify(record.pid);
  return now !== undefined && sameProcess(record, now);
}
