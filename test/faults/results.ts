/** What each scenario came to, in a file that an interrupted run goes on with. */
import { createHash } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { execa } from "execa";
import { z } from "zod";
import { checkout } from "../../local/folders.ts";
import { ways, type Way } from "./scenario.ts";

const resultSchema = z.object({
  number: z.int(),
  way: z.enum(ways),
  clean: z.boolean(),
  result: z.string(),
  waves: z.int().optional(),
  seconds: z.number(),
  /** Of the code that was tried. */
  code: z.string(),
  /** ISO 8601. */
  at: z.string(),
});

export type Result = z.output<typeof resultSchema>;

const fileSchema = z.object({ results: z.array(resultSchema) });

export class Results {
  readonly code: string;
  readonly #file: string;
  readonly #results: Result[];

  private constructor(file: string, code: string, results: readonly Result[]) {
    this.#file = file;
    this.code = code;
    this.#results = [...results];
  }

  /** @param fresh whether nothing of an earlier run counts. */
  static async open(file: string, fresh: boolean): Promise<Results> {
    return new Results(file, await codeVersion(), fresh ? [] : await readResults(file));
  }

  /** Of the scenarios with a result of this very code. */
  get numbers(): readonly number[] {
    return [...new Set(this.#results.filter(({ code }) => code === this.code).map(({ number }) => number))];
  }

  /** Of this very code: what any other came to proves nothing of it. */
  of(number: number, way: Way): Result | undefined {
    const found = this.last(number, way);
    return found?.code === this.code ? found : undefined;
  }

  /** Of whatever code it was that was tried last. */
  last(number: number, way: Way): Result | undefined {
    return this.#results.find((result) => result.number === number && result.way === way);
  }

  async add(result: Omit<Result, "code" | "at">): Promise<void> {
    const index = this.#results.findIndex(
      ({ number, way }) => number === result.number && way === result.way,
    );
    if (index >= 0) this.#results.splice(index, 1);
    this.#results.push({ ...result, code: this.code, at: new Date().toISOString() });
    await mkdir(path.dirname(this.#file), { recursive: true });
    await writeFile(`${this.#file}.new`, `${JSON.stringify({ results: this.#results }, undefined, 2)}\n`);
    await rename(`${this.#file}.new`, this.#file);
  }
}

/** Nothing of a file that is not there, or was written by another version of this. */
async function readResults(file: string): Promise<readonly Result[]> {
  const text = await readFile(file, "utf8").catch(() => undefined);
  if (text === undefined) return [];
  try {
    return fileSchema.safeParse(JSON.parse(text)).data?.results ?? [];
  } catch {
    return [];
  }
}

/** The commit; with a digest of what was changed since, where something was. */
async function codeVersion(): Promise<string> {
  const git = async (...args: string[]): Promise<string> =>
    (await execa("git", ["-C", checkout, ...args])).stdout;
  const commit = await git("rev-parse", "--short=10", "HEAD");
  const changes = await git("diff", "HEAD");
  if (changes === "") return commit;
  return `${commit}+${createHash("sha256").update(changes).digest("hex").slice(0, 8)}`;
}
