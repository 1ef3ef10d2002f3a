/** Stops the platform, or clears away what a crashed one left. */
import { rm } from "node:fs/promises";
import path from "node:path";
import { stopRecorded } from "../process-records.ts";
import { backendFolder } from "../engine/environment.ts";
import { readPlatformInfo, removePlatformInfo } from "./info.ts";

/** What lives and dies with the platform's AWS account; logs and the record of events stay for reading. */
const perishable = ["clusters", "baseline", "project", "stacks", "git", "internet", "registry"];

/**
 * Stops every process that the platform recorded and that still is that process, and removes the state that is
 * worth nothing without them. Returns how many were stopped.
 */
export async function stopPlatform(stateFolder: string): Promise<number> {
  const known = (await readPlatformInfo(stateFolder)) !== undefined;
  const stopped = await stopRecorded(stateFolder);
  if (known || stopped.length > 0) await forgetAccount(stateFolder);
  return stopped.length;
}

/** The account's contents are in the memory of the platform's processes; without them the stacks describe nothing. */
export async function forgetAccount(stateFolder: string): Promise<void> {
  await removePlatformInfo(stateFolder);
  await rm(backendFolder(stateFolder), { recursive: true, force: true });
  await Promise.all(
    perishable.map((name) => rm(path.join(stateFolder, name), { recursive: true, force: true })),
  );
}
