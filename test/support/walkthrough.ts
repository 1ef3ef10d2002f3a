/** A page of the documentation whose commands are typed as they stand, section by section, in a checkout of its own. */
import { spawn, type ChildProcess } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, realpath, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { execa } from "execa";
import { checkout } from "../../local/folders.ts";

export interface Section {
  readonly heading: string;
  /** Of all its blocks marked `sh`, in their order. */
  readonly commands: string;
}

/** The sections of a page that have commands. */
export function sectionsOf(markdown: string): Section[] {
  return markdown
    .split(/^## /m)
    .slice(1)
    .map((text) => ({
      heading: text.split("\n")[0] ?? "",
      commands: [...text.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block = ""]) => block).join(""),
    }))
    .filter(({ commands }) => commands !== "");
}

/**
 * A person's shell runs within no make: with what `make test` hands down, `eval "$(make env)"` would run the
 * line in which the inner make names its folder.
 */
const outOfMake = {
  MAKEFLAGS: undefined,
  MFLAGS: undefined,
  MAKELEVEL: undefined,
  STACK: undefined,
  LOAD_SECONDS: undefined,
};

/** Lines of a failed section's output that an error shows. */
const shownLines = 80;

export class Walkthrough {
  /** The copy of this checkout in which the commands are typed; what they put beside it goes with it. */
  readonly folder: string;
  readonly #sections: Section[];
  readonly #shell: ChildProcess;
  readonly #seconds = new Map<string, number>();
  #output = "";
  #ended: number | undefined;
  #changed: () => void = () => undefined;

  private constructor(folder: string, sections: Section[], env: Readonly<Record<string, string>>) {
    this.folder = folder;
    this.#sections = sections;
    // As a person's shell, but that it ends at the first command that fails.
    this.#shell = spawn("bash", ["--noprofile", "--norc", "-eo", "pipefail"], {
      cwd: folder,
      env: { ...process.env, ...outOfMake, ...env },
      stdio: ["pipe", "pipe", "pipe"],
    });
    for (const stream of [this.#shell.stdout, this.#shell.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => {
        this.#output += text;
        this.#changed();
      });
    }
    this.#shell.once("close", (code) => {
      this.#ended = code ?? 1;
      this.#changed();
    });
  }

  /** @param page relative to the checkout. */
  static async start(page: string, env: Readonly<Record<string, string>> = {}): Promise<Walkthrough> {
    const parent = await realpath(await mkdtemp(path.join(tmpdir(), "sdlc walk-")));
    const folder = path.join(parent, "kubernetes-sdlc");
    await copyCheckout(folder);
    return new Walkthrough(
      folder,
      sectionsOf(await readFile(path.join(folder, page), "utf8")),
      // A state folder or a reports folder of whoever runs this test is none of the page's.
      { LOCAL_STATE: path.join(folder, ".local"), SDLC_REPORTS: "", ...env },
    );
  }

  /** Headings of the sections that are still to be typed, in their order. */
  get open(): string[] {
    return this.#sections.map(({ heading }) => heading);
  }

  /** Seconds by heading, of the sections that were typed. */
  get seconds(): ReadonlyMap<string, number> {
    return this.#seconds;
  }

  /**
   * Types the next section, which has to have this heading.
   *
   * @returns what it printed, on both streams.
   * @throws {Error} with the end of that, if one of the commands fails.
   */
  async section(heading: string): Promise<string> {
    const next = this.#sections[0];
    if (next?.heading !== heading) {
      throw new Error(`The page goes on with ${JSON.stringify(next?.heading)}, and not with "${heading}".`);
    }
    this.#sections.shift();
    const started = Date.now();
    const file = path.join(path.dirname(this.folder), "section.sh");
    await writeFile(file, next.commands);
    this.#output = "";
    const done = `section typed ${started}`;
    // Commands read nothing of what is typed after them.
    this.#shell.stdin?.write(`source ${quoted(file)} </dev/null\necho ${quoted(done)}\n`);
    while (!this.#output.includes(done) && this.#ended === undefined) {
      await new Promise<void>((resolve) => (this.#changed = resolve));
    }
    const output = this.#output.replace(`${done}\n`, "");
    if (this.#ended !== undefined) {
      const end = output.trimEnd().split("\n").slice(-shownLines).join("\n");
      throw new Error(`"${heading}" ended with ${this.#ended}:\n${end}`);
    }
    this.#seconds.set(heading, Math.round((Date.now() - started) / 1000));
    return output;
  }

  /** Ends the shell and removes the copy; a platform has to be stopped before. */
  async close(): Promise<void> {
    this.#shell.stdin?.end();
    this.#shell.kill();
    await rm(path.dirname(this.folder), { recursive: true, force: true });
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** What Git would see of this checkout, committed or not, as a repository of its own; the packages are this checkout's. */
async function copyCheckout(folder: string): Promise<void> {
  const list = ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate"];
  const { stdout } = await execa("git", ["-C", checkout, ...list]);
  await mkdir(folder);
  for (const file of stdout.split("\0").filter(Boolean)) {
    const copy = path.join(folder, file);
    try {
      await cp(path.join(checkout, file), copy);
      // The Makefile would install anew where a file it installs by is newer than the packages, and empty this checkout's.
      await utimes(copy, 0, 0);
    } catch (error) {
      // A file that was deleted and not yet committed is in the list, too.
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
  }
  await symlink(path.join(checkout, "node_modules"), path.join(folder, "node_modules"));
  const git = (...args: string[]) => execa("git", ["-C", folder, ...args]);
  await git("init", "--quiet");
  await writeFile(path.join(folder, ".git", "info", "exclude"), "/node_modules\n");
  await git("add", "--all");
  const author = ["-c", "user.name=Walk", "-c", "user.email=walk@example.com"];
  await git(...author, "commit", "--quiet", "--message", "Start");
}
