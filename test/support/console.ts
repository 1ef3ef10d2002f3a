import { mock } from "node:test";

/** What `work` prints by `console.log`, line by line, in place of the terminal's seeing it. */
export async function printed(work: () => Promise<void>): Promise<string[]> {
  const lines: string[] = [];
  const log = mock.method(console, "log", (line: string) => lines.push(...line.split("\n")));
  try {
    await work();
    return lines;
  } finally {
    log.mock.restore();
  }
}
