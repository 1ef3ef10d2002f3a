/**
 * The append-only log of a teardown, one JSON object a line. It tells what happened, for the receipt; what is still to do is
 * asked of the cluster and of AWS, so a log that is lost costs the receipt its history and nothing else.
 */
import { appendFileSync, mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { TeardownEvent, TeardownFact } from "../../src/teardown/receipt/events.ts";

/** Where receipts and logs go: `SDLC_REPORTS`, else `reports/` in the project. */
export function reportsFolder(env: Readonly<Record<string, string | undefined>> = process.env): string {
  const chosen = env["SDLC_REPORTS"];
  return chosen === undefined || chosen === ""
    ? path.resolve(import.meta.dirname, "..", "..", "reports")
    : path.resolve(chosen);
}

export class Journal {
  readonly file: string;

  constructor(stack: string, folder: string = reportsFolder()) {
    this.file = path.join(folder, `${stack}.teardown.jsonl`);
  }

  /** Written at once: an event that a crash could lose would be worth nothing. */
  append(fact: TeardownFact): void {
    const event: TeardownEvent = { at: new Date().toISOString(), ...fact };
    mkdirSync(path.dirname(this.file), { recursive: true });
    // The line break comes first, so that half a line of a crash spoils none but itself.
    appendFileSync(this.file, `\n${JSON.stringify(event)}`);
  }

  /** Of all runs since the last receipt, the oldest first; without half a line that a crash has left. */
  read(): TeardownEvent[] {
    let content: string;
    try {
      content = readFileSync(this.file, "utf8");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
      throw error;
    }
    return content.split("\n").flatMap((line) => {
      try {
        return line === "" ? [] : [JSON.parse(line) as TeardownEvent];
      } catch {
        return [];
      }
    });
  }
}
