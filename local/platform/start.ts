/** Starts the platform, or finds the one that runs. */
import { existsSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { backendFolder } from "../engine/environment.ts";
import { recordedProcesses, type RecordedProcess } from "../process-records.ts";
import { Processes } from "../processes.ts";
import { UserError } from "../user-error.ts";
import { answers, readPlatformInfo, type PlatformInfo } from "./info.ts";
import { forgetAccount, stopPlatform } from "./stop.ts";

const daemonName = "platform";
const startDeadlineSeconds = 60;

async function recordedDaemon(stateFolder: string): Promise<RecordedProcess | undefined> {
  const [daemon] = await recordedProcesses(stateFolder, (name) => name === daemonName);
  return daemon?.alive ? daemon : undefined;
}

/** The platform that runs in `stateFolder`; undefined if none does, or it does not answer. */
export async function runningPlatform(stateFolder: string): Promise<PlatformInfo | undefined> {
  const info = await readPlatformInfo(stateFolder);
  // The port of a platform that crashed may be another platform's by now.
  if (!info || (await recordedDaemon(stateFolder))?.pid !== info.pid) return undefined;
  return (await answers(info)) ? info : undefined;
}

/** @throws {UserError} when no platform runs. */
export async function requirePlatform(stateFolder: string): Promise<PlatformInfo> {
  const info = await runningPlatform(stateFolder);
  if (info) return info;
  throw new UserError(
    "The local platform is not running.",
    "Start it, and a sandbox on it, with: make sandbox",
  );
}

/**
 * The running platform, or a new one. What a crashed platform left is cleared away first, and said.
 * @param scale how many times faster than AWS a new one shall be; `LOCAL_SCALE`, else 120, if left out.
 * @throws {UserError} with the end of the daemon's log when it does not start.
 */
export async function ensurePlatform(stateFolder: string, scale?: number): Promise<PlatformInfo> {
  const running = (await runningPlatform(stateFolder)) ?? (await startedElsewhere(stateFolder));
  if (running) return running;
  await clearCrashed(stateFolder);
  console.log("Starting the local platform (usually 3 s).");
  const daemon = await new Processes(stateFolder).start({
    name: daemonName,
    command: process.execPath,
    args: ["--disable-warning=ExperimentalWarning", path.join(import.meta.dirname, "daemon.ts")],
    env: { LOCAL_STATE: stateFolder, ...(scale === undefined ? {} : { LOCAL_SCALE: String(scale) }) },
  });
  let ended: string | undefined;
  void daemon.exited.then(({ lastLines }) => (ended = lastLines));
  const info = await answering(stateFolder, Date.now(), () => Promise.resolve(ended !== undefined));
  if (info) {
    daemon.release();
    return info;
  }
  await stopPlatform(stateFolder);
  throw new UserError(
    ended === undefined
      ? `The local platform did not answer within ${startDeadlineSeconds} s.`
      : "The local platform ended while it started.",
    `Read ${daemon.logFile}; then run the same command again.`,
    ended,
  );
}

/** The platform that another command is just starting. */
async function startedElsewhere(stateFolder: string): Promise<PlatformInfo | undefined> {
  const daemon = await recordedDaemon(stateFolder);
  if (!daemon) return undefined;
  const gone = async (): Promise<boolean> => (await recordedDaemon(stateFolder))?.pid !== daemon.pid;
  return answering(stateFolder, Date.parse(daemon.startedAt), gone);
}

/** Waits for a platform that was started at `since`; undefined if it ended or took longer than the deadline. */
async function answering(
  stateFolder: string,
  since: number,
  ended: () => Promise<boolean>,
): Promise<PlatformInfo | undefined> {
  while (Date.now() < since + startDeadlineSeconds * 1000 && !(await ended())) {
    const info = await runningPlatform(stateFolder);
    if (info) return info;
    await sleep(50);
  }
  return undefined;
}

async function clearCrashed(stateFolder: string): Promise<void> {
  const recorded = await recordedProcesses(stateFolder);
  const alive = recorded.filter((record) => record.alive);
  if (recorded.length === 0 && !existsSync(backendFolder(stateFolder))) return;
  console.log(
    "An earlier local platform ended without being stopped. Its AWS account is gone, and so are the stacks in it" +
      (alive.length > 0
        ? `; stopping what it left: ${alive.map(({ name, pid }) => `${name} (${pid})`).join(", ")}.`
        : "."),
  );
  await stopPlatform(stateFolder);
  await forgetAccount(stateFolder);
}
