/** The output of operations that run beside each other, told apart. */
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";

interface Piped {
  readonly stdout: Readable | null;
  readonly stderr: Readable | null;
}

/** Prints each line of a process with `prefix` in brackets before it. */
export function prefixLines({ stdout, stderr }: Piped, prefix: string): void {
  for (const stream of [stdout, stderr]) {
    if (stream === null) continue;
    createInterface(stream).on("line", (line) => {
      console.log(`[${prefix}] ${line}`);
    });
  }
}
