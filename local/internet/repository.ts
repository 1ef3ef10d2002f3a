/** One bare Git repository of the local github.com, read and written with Git's own plumbing. */
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { devNull, tmpdir } from "node:os";
import path from "node:path";
import { execa } from "execa";

export interface TreeEntry {
  readonly mode: string;
  readonly type: string;
  readonly sha: string;
  readonly path: string;
  readonly size?: number;
}

export interface Person {
  readonly name: string;
  readonly email: string;
}

export interface Commit {
  readonly sha: string;
  readonly parents: readonly string[];
  readonly tree: string;
  readonly author: Person & { readonly date: string };
  readonly message: string;
}

export interface Change {
  readonly branch: string;
  readonly path: string;
  /** undefined removes the file. */
  readonly content: Buffer | undefined;
  readonly message: string;
  readonly author: Person;
}

/** The branch moved, or another writer held its lock, while a commit for it was being made. */
export class BranchMoved extends Error {}

/** The user's own Git configuration (signing, hooks, templates) has no say here. */
const neutral = { GIT_CONFIG_GLOBAL: devNull, GIT_CONFIG_NOSYSTEM: "1", GIT_TERMINAL_PROMPT: "0" };

export class Repository {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  get exists(): boolean {
    return existsSync(path.join(this.folder, "HEAD"));
  }

  /** Whether everybody may read it: Git's own mark for that, which `git daemon` looks at too. */
  get isPublic(): boolean {
    return existsSync(path.join(this.folder, "git-daemon-export-ok"));
  }

  /** Makes the repository, and its branch main from the files of `source` if that is given. */
  async create(options: { readonly source?: string; readonly public?: boolean }): Promise<void> {
    await mkdir(this.folder, { recursive: true });
    await this.git(["init", "--quiet", "--bare", "--initial-branch=main", "."]);
    if (options.public) await writeFile(path.join(this.folder, "git-daemon-export-ok"), "");
    if (!options.source) return;
    const author = { name: "platform team", email: "platform@example.com" };
    await this.#withIndex(async (index) => {
      await this.git(["--work-tree", options.source ?? "", "add", "--all", "--force", "."], index);
      const commit = await this.#commitIndex(index, [], "Start the repository", author);
      await this.git(["update-ref", "refs/heads/main", commit]);
    });
  }

  async defaultBranch(): Promise<string> {
    return this.text(["symbolic-ref", "--short", "HEAD"]);
  }

  /** The object that a revision names; undefined if there is none. */
  async resolve(revision: string): Promise<string | undefined> {
    const result = await this.#run(["rev-parse", "--verify", "--quiet", "--end-of-options", revision]);
    return result.exitCode === 0 ? result.stdout.toString().trim() : undefined;
  }

  /** Whether Git itself takes this as the name of a branch. */
  async isBranchName(ref: string): Promise<boolean> {
    return (await this.#run(["check-ref-format", ref])).exitCode === 0;
  }

  async createRef(ref: string, sha: string): Promise<void> {
    await this.git(["update-ref", ref, sha, "0".repeat(40)]);
  }

  /** @throws {BranchMoved} if the ref does not hold `expected`. */
  async moveRef(ref: string, sha: string, expected: string): Promise<void> {
    const result = await this.#run(["update-ref", ref, sha, expected]);
    if (result.exitCode !== 0) throw new BranchMoved(result.stderr.toString().trim());
  }

  async isAncestor(older: string, newer: string): Promise<boolean> {
    return (await this.#run(["merge-base", "--is-ancestor", older, newer])).exitCode === 0;
  }

  async deleteRef(ref: string): Promise<void> {
    await this.git(["update-ref", "-d", ref]);
  }

  async entries(treeish: string, options: { readonly recursive?: boolean } = {}): Promise<TreeEntry[]> {
    const out = await this.text(["ls-tree", "-z", "-l", ...(options.recursive ? ["-r", "-t"] : []), treeish]);
    return out.split("\0").flatMap((line) => {
      const [meta = "", name = ""] = line.split("\t");
      const [mode = "", type = "", sha = "", size = "-"] = meta.split(/ +/);
      if (!name) return [];
      return [{ mode, type, sha, path: name, ...(size === "-" ? {} : { size: Number(size) }) }];
    });
  }

  async blob(sha: string): Promise<Buffer> {
    return this.git(["cat-file", "blob", sha]);
  }

  /** The commits from `revision` back that touch `file` (all if empty), the newest first. */
  async log(revision: string, file: string, limit: number): Promise<Commit[]> {
    const format = "--format=%H%x00%P%x00%T%x00%an%x00%ae%x00%aI%x00%B%x01";
    const range = [
      `--max-count=${limit}`,
      format,
      "--end-of-options",
      revision,
      "--",
      ...(file ? [file] : []),
    ];
    return (await this.text(["log", ...range]))
      .split("\u0001")
      .filter((part) => part.trim() !== "")
      .map((part) => {
        const [sha = "", parents = "", tree = "", name = "", email = "", date = "", message = ""] = part
          .trimStart()
          .split("\0");
        const author = { name, email, date };
        return { sha, parents: parents.split(" ").filter(Boolean), tree, author, message: message.trimEnd() };
      });
  }

  /** Paths that a commit changed against its first parent, with git's letter for the change. */
  async changedFiles(sha: string): Promise<{ readonly letter: string; readonly path: string }[]> {
    const args = ["diff-tree", "-r", "-z", "--root", "--no-commit-id", "--name-status", sha];
    const parts = (await this.text(args)).split("\0").filter(Boolean);
    return parts.flatMap((letter, index) =>
      index % 2 === 0 ? [{ letter: letter.trim(), path: parts[index + 1] ?? "" }] : [],
    );
  }

  /**
   * One commit for one file on top of `parent`.
   * @throws {BranchMoved} if the branch is no longer at `parent`; nothing is changed then.
   */
  async commitFile(parent: string, change: Change): Promise<{ commit: string; blob: string | undefined }> {
    return this.#withIndex(async (index) => {
      await this.git(["read-tree", parent], index);
      const blob = await this.#changeIndex(index, change);
      const commit = await this.#commitIndex(index, [parent], change.message, change.author);
      await this.moveRef(`refs/heads/${change.branch}`, commit, parent);
      return { commit, blob };
    });
  }

  /** The tree `base` with these files changed or removed. */
  async makeTree(base: string, changes: readonly Pick<Change, "path" | "content">[]): Promise<string> {
    return this.#withIndex(async (index) => {
      await this.git(["read-tree", base], index);
      for (const change of changes) await this.#changeIndex(index, change);
      return (await this.git(["write-tree"], index)).toString().trim();
    });
  }

  /** Returns the blob of the file; undefined if the file was removed. */
  async #changeIndex(
    index: Readonly<Record<string, string>>,
    { path: file, content }: Pick<Change, "path" | "content">,
  ): Promise<string | undefined> {
    const blob = content && (await this.git(["hash-object", "-w", "--stdin"], {}, content)).toString().trim();
    // Mode 0 removes the entry.
    const entry = `${blob ? "100644" : "0"} ${blob ?? "0".repeat(40)}\t${file}\0`;
    await this.git(["update-index", "-z", "--index-info"], index, Buffer.from(entry));
    return blob;
  }

  /**
   * Merges `head` into a branch that is at `base`, with a commit of two parents.
   * @returns the commit; undefined if the two change the same lines.
   * @throws {BranchMoved} if the branch is no longer at `base`; nothing is changed then.
   */
  async merge(
    branch: string,
    base: string,
    head: string,
    message: string,
    author: Person,
  ): Promise<string | undefined> {
    const merged = await this.#run(["merge-tree", "--write-tree", base, head]);
    if (merged.exitCode !== 0) return undefined;
    const tree = merged.stdout.toString().trim();
    const commit = await this.commitTree(tree, [base, head], message, author);
    await this.moveRef(`refs/heads/${branch}`, commit, base);
    return commit;
  }

  async text(args: readonly string[]): Promise<string> {
    return (await this.git(args)).toString().trimEnd();
  }

  /** @throws with Git's own words if it fails. */
  async git(
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
    input?: Buffer,
  ): Promise<Buffer> {
    const result = await this.#run(args, env, input);
    if (result.exitCode === 0) return result.stdout;
    throw new Error(`git ${args[0] ?? ""} failed in ${this.folder}: ${result.stderr.toString().trim()}`);
  }

  async #run(
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
    input: Buffer = Buffer.alloc(0),
  ): Promise<{ exitCode: number | undefined; stdout: Buffer; stderr: Buffer }> {
    const { exitCode, stdout, stderr } = await execa("git", ["--git-dir", this.folder, ...args], {
      cwd: this.folder,
      env: { ...neutral, ...env },
      input,
      encoding: "buffer",
      stripFinalNewline: false,
      reject: false,
    });
    return { exitCode, stdout: Buffer.from(stdout), stderr: Buffer.from(stderr) };
  }

  async #commitIndex(
    index: Readonly<Record<string, string>>,
    parents: readonly string[],
    message: string,
    author: Person,
  ): Promise<string> {
    const tree = (await this.git(["write-tree"], index)).toString().trim();
    return this.commitTree(tree, parents, message, author);
  }

  async commitTree(
    tree: string,
    parents: readonly string[],
    message: string,
    { name, email }: Person,
  ): Promise<string> {
    const identity = {
      GIT_AUTHOR_NAME: name,
      GIT_AUTHOR_EMAIL: email,
      GIT_COMMITTER_NAME: name,
      GIT_COMMITTER_EMAIL: email,
    };
    const args = ["commit-tree", tree, ...parents.flatMap((parent) => ["-p", parent])];
    return (await this.git(args, identity, Buffer.from(message))).toString().trim();
  }

  /** Lends an index of its own, so that concurrent writers do not meet in the repository's. */
  async #withIndex<T>(use: (env: Readonly<Record<string, string>>) => Promise<T>): Promise<T> {
    const folder = await mkdtemp(path.join(tmpdir(), "sdlc-index-"));
    try {
      return await use({ GIT_INDEX_FILE: path.join(folder, "index") });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
}
