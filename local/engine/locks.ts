/** The file backend's locks: one of a run that is alive is respected, one of a run that died is removed. */
import { readdir, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { identify } from "../process-records.ts";
import { UserError } from "../user-error.ts";
import { backendFolder } from "./environment.ts";

const lockSchema = z.object({ pid: z.int().positive(), timestamp: z.iso.datetime({ offset: true }) });
type Lock = z.infer<typeof lockSchema>;

/** Seconds by which `ps` and the lock may disagree about when something was. */
const tolerance = 2;

/** Undefined for a lock that says nothing: its run died while it wrote it. */
function parseLock(text: string): Lock | undefined {
  try {
    return lockSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** The pid of a process that ended is given to another one, which is younger than the lock. */
async function holderLives({ pid, timestamp }: Lock): Promise<boolean> {
  const found = await identify(pid);
  return found !== undefined && Date.parse(found.startedAt) <= Date.parse(timestamp) + tolerance * 1000;
}

/**
 * Clears what a killed run left.
 * @throws {UserError} when another run holds the stack.
 */
export async function clearStaleLocks(stateFolder: string, project: string, stack: string): Promise<void> {
  const folder = path.join(backendFolder(stateFolder), ".pulumi", "locks", "organization", project, stack);
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter((candidate) => candidate.endsWith(".json"))) {
    const file = path.join(folder, name);
    const text = await readFile(file, "utf8").catch(() => undefined);
    if (text === undefined) continue; // its run ended just now
    const lock = parseLock(text);
    if (lock && (await holderLives(lock))) {
      throw new UserError(
        `Stack ${stack} is locked by another run: process ${lock.pid}, since ${lock.timestamp}.`,
        `Wait until it has ended, or end it (kill ${lock.pid}), then run the same command again.`,
      );
    }
    console.log(
      lock
        ? `Removing the lock that process ${lock.pid} left on ${stack}: it no longer runs.`
        : `Removing a damaged lock on ${stack}: the run that wrote it ended meanwhile.`,
    );
    await rm(file, { force: true });
  }
}
