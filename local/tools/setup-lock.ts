/** One set-up at a time in a cache: two would compile the same twice, and one would tear down what the other installs. */
import { link, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { identify, sameProcess } from "../process-records.ts";

const holderSchema = z.object({ pid: z.int().positive(), command: z.string(), startedAt: z.string() });
type Holder = z.infer<typeof holderSchema>;

const pollMilliseconds = 500;

/** Undefined where nobody holds the lock, and where the file says nothing. */
async function readHolder(file: string): Promise<Holder | undefined> {
  try {
    return holderSchema.safeParse(JSON.parse(await readFile(file, "utf8"))).data;
  } catch {
    return undefined;
  }
}

/** The process of that pid may be another one by now. */
async function lives(holder: Holder): Promise<boolean> {
  const now = await identify(holder.pid);
  return now !== undefined && sameProcess(holder, now);
}

/** A file that is there at once with all that it says, or not at all. @returns whether it is this process's. */
async function place(file: string, text: string): Promise<boolean> {
  const own = `${file}.${process.pid}`;
  await writeFile(own, text);
  try {
    await link(own, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    return false;
  } finally {
    await rm(own, { force: true });
  }
}

/** Takes the lock of a set-up that was killed out of the way, unless a living one took it meanwhile. */
async function clearStale(file: string): Promise<void> {
  const aside = `${file}.${process.pid}.stale`;
  try {
    await rename(file, aside);
  } catch {
    return; // another set-up was quicker
  }
  const holder = await readHolder(aside);
  if (holder && (await lives(holder))) await link(aside, file).catch(() => undefined);
  await rm(aside, { force: true });
}

/**
 * Does `work` while no other set-up is at work in `folder`; one that is, is waited for.
 * @param report hears whom it waits for.
 */
export async function whileAlone<T>(
  folder: string,
  report: (line: string) => void,
  work: () => Promise<T>,
): Promise<T> {
  const file = path.join(folder, "setup.lock");
  await mkdir(folder, { recursive: true });
  const own = JSON.stringify({ pid: process.pid, ...(await identify(process.pid)) });
  let waitsFor: number | undefined;
  while (!(await place(file, own))) {
    const holder = await readHolder(file);
    if (!holder || !(await lives(holder))) {
      await clearStale(file);
      continue;
    }
    if (waitsFor !== holder.pid) {
      report(`Another set-up is at work in ${folder}: waiting until process ${holder.pid} has ended.`);
    }
    waitsFor = holder.pid;
    await sleep(pollMilliseconds);
  }
  try {
    return await work();
  } finally {
    await rm(file, { force: true });
  }
}
