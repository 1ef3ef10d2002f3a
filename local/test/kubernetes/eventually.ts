import { setTimeout as sleep } from "node:timers/promises";

/** Waits until `holds`, asking again every 100 ms; fails after `seconds` with what was waited for. */
export async function eventually(what: string, holds: () => Promise<boolean>, seconds = 60): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`Not within ${seconds} s: ${what}.`);
    await sleep(100);
  }
}
