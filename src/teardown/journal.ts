/**
 * The append-only log of a teardown, one JSON object a line. It tells what happened, for the receipt; what is still to do is
 * asked of the cluster and of AWS, so a log that is lost costs the receipt its history and nothing else. A checkout that nobody
 * can write to, a full disk or a file where the folder should be is such a loss: it is told once, and the destroy goes on.
 */
import { appendFileSync, mkdirSync, readFileSync, renameSync } from "node:fs";
import path from "node:path";
import type { TeardownEvent, TeardownFact } from "./receipt/events.ts";

/** Where receipts and logs go: `SDLC_REPORTS`, else `reports/` in the project. */
export function reportsFolder(env: Readonly<Record<string, string | undefined>> = process.env): string {
  const chosen = env["SDLC_REPORTS"];
  return chosen === undefined || chosen === ""
    ? path.resolve(import.meta.dirname, "..", "..", "reports")
    : path.resolve(chosen);
}

/** By file: what this process has appended, and whether the file could not be used. One process runs all parts of a destroy. */
interface Memory {
  readonly lines: string[];
  isLost: boolean;
}

const memories = new Map<string, Memory>();

export class Journal {
  readonly file: string;
  readonly #warn: (line: string) => void;

  /** @param warn is called once a process and file, where the file cannot be used. */
  constructor(
    stack: string,
    folder: string = reportsFolder(),
    warn: (line: string) => void = () => undefined,
  ) {
    this.file = path.join(folder, `${stack}.teardown.jsonl`);
    this.#warn = warn;
  }

  /** Written at once: an event that a crash could lose would be worth nothing. Never throws. */
  append(fact: TeardownFact): void {
    const event: TeardownEvent = { at: new Date().toISOString(), ...fact };
    const line = JSON.stringify(event);
    this.#memory().lines.push(line);
    try {
      mkdirSync(path.dirname(this.file), { recursive: true });
      // The line break comes first, so that half a line of a crash spoils none but itself.
      appendFileSync(this.file, `\n${line}`);
    } catch (error) {
      this.#lose(error);
    }
  }

  /** Of all runs since the last receipt, the oldest first; without half a line that a crash has left. Never throws. */
  read(): TeardownEvent[] {
    const written = this.#written();
    const own = new Set(this.#memory().lines);
    // A disk that was full for a while has taken some: those of this process are the last of all in any case.
    const earlier = written.filter((line) => !own.has(line));
    return [...earlier, ...own].flatMap(parsed);
  }

  /** Whether other runs may have written what cannot be read here, or have written nothing. */
  get isLost(): boolean {
    return this.#memory().isLost;
  }

  /** Closes it: the next event begins another one. @param file what it is called from then on */
  close(file: string): void {
    try {
      renameSync(this.file, file);
    } catch (error) {
      this.#lose(error);
    }
    memories.delete(this.file);
  }

  #written(): string[] {
    try {
      return readFileSync(this.file, "utf8").split("\n");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") this.#lose(error);
      return [];
    }
  }

  #memory(): Memory {
    const memory = memories.get(this.file) ?? { lines: [], isLost: false };
    memories.set(this.file, memory);
    return memory;
  }

  #lose(error: unknown): void {
    const memory = this.#memory();
    if (memory.isLost) return;
    memory.isLost = true;
    this.#warn(
      `The journal of the teardown cannot be kept in ${path.dirname(this.file)} (${(error as Error).message}). ` +
        "The destroy goes on without it, and its receipt tells of this run alone. SDLC_REPORTS names another folder.",
    );
  }
}

function parsed(line: string): TeardownEvent[] {
  try {
    return line === "" ? [] : [JSON.parse(line) as TeardownEvent];
  } catch {
    return [];
  }
}
