/** One drain of a benchmark, measured in a process that is started as the engine starts the plugin. */
import { fork } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { checkout } from "../../local/folders.ts";
import type { DrainFigures, Task } from "./drain-process.ts";

/** The options of Node.js with which the engine gets the plugin. */
async function pluginOptions(): Promise<string[]> {
  const script = await readFile(path.join(checkout, "provider", "pulumi-resource-sdlc"), "utf8");
  const options = /^exec "\$node" (.*) "\$here/m.exec(script)?.[1];
  if (options === undefined) throw new Error("provider/pulumi-resource-sdlc starts no Node.js.");
  return options.split(" ");
}

/** @throws {Error} if the drain failed. */
export async function measureDrain(task: Task): Promise<DrainFigures> {
  const child = fork(path.join(import.meta.dirname, "drain-process.ts"), {
    execArgv: await pluginOptions(),
  });
  try {
    child.send(task);
    const ended = once(child, "exit").then(([code]) => {
      throw new Error(`The drain's process ended with ${code} before it answered.`);
    });
    const [figures] = (await Promise.race([once(child, "message"), ended])) as [DrainFigures];
    if (figures.error !== undefined) throw new Error(figures.error);
    return figures;
  } finally {
    child.kill();
  }
}

/** @throws {Error} if there is none. */
export function medianOf(all: readonly DrainFigures[]): DrainFigures {
  const middle = [...all].sort((a, b) => a.seconds - b.seconds)[Math.floor(all.length / 2)];
  if (middle === undefined) throw new Error("Nothing was measured.");
  return middle;
}
