/** Which files run in which process, and in which order. */
import type { Tools } from "../../local/tools/selection.ts";
import type { Suite } from "./suites.ts";

/** What one process runs. */
export interface Work {
  readonly suite: Suite;
  readonly files: readonly string[];
}

const GiB = 1024 ** 3;
/** What a platform with its clusters takes while its tests run, at the most. */
const memoryOfALane = 5 * GiB;

const covers = (suite: Suite, file: string): boolean =>
  file === suite.path || file.startsWith(`${suite.path}/`);

/**
 * The longest first, so that none of them starts when the others have ended.
 * @throws {Error} that names the files that no suite stands for.
 */
export function planOf(files: readonly string[], suites: readonly Suite[]): Work[] {
  const bySuite = new Map<Suite, string[]>();
  const unknown: string[] = [];
  for (const file of new Set(files)) {
    const [nearest] = suites
      .filter((suite) => covers(suite, file))
      .sort((one, other) => other.path.length - one.path.length);
    if (nearest) bySuite.set(nearest, [...(bySuite.get(nearest) ?? []), file]);
    else unknown.push(file);
  }
  if (unknown.length > 0) {
    throw new Error(
      `No suite stands for ${unknown.join(", ")}.\nAdd a line with what it needs to test/runner/suites.ts.`,
    );
  }
  return [...bySuite]
    .map(([suite, own]): Work => ({ suite, files: own.sort() }))
    .sort((one, other) => other.suite.seconds - one.suite.seconds);
}

/** Every kind of tools that the work needs, each once. */
export function needsOf(work: readonly Work[]): Tools[] {
  return [...new Set(work.map(({ suite }) => suite.needs))];
}

/**
 * How many processes run at once: one a core. An engine test that brings a sandbox up keeps a core busy, and with more of them
 * beside each other the ups take twice as long, and limits of time are met by nothing but the load.
 * @param free bytes of memory.
 */
export function laneCount(cores: number, free: number): number {
  return Math.max(1, Math.min(cores, Math.floor(free / memoryOfALane)));
}
