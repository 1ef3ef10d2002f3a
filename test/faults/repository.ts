/** What an engineer does to the platform's repository: commits to the ticket branch, with an account of github.com. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { execa } from "execa";
import { engineerGit, platformRepository } from "../../local/internet/engineer-git.ts";
import type { PlatformInfo } from "../../local/platform/info.ts";

/** By path from the root; undefined takes a file away. */
export type RepositoryFiles = Readonly<Record<string, string | undefined>>;

export class PlatformRepository {
  readonly #stateFolder: string;
  readonly #info: PlatformInfo;

  constructor(stateFolder: string, info: PlatformInfo) {
    this.#stateFolder = stateFolder;
    this.#info = info;
  }

  /** Commits to a branch, which starts from main where it is not there yet. */
  async commit(branch: string, files: RepositoryFiles, message: string): Promise<void> {
    await mkdir(this.#stateFolder, { recursive: true });
    const work = await mkdtemp(path.join(this.#stateFolder, "checkout-"));
    const env = engineerGit(this.#info);
    const git = (...args: string[]) => execa("git", ["-C", work, ...args], { env });
    try {
      await execa("git", ["clone", "--quiet", platformRepository, work], { env });
      const there = await git("ls-remote", "--heads", "origin", branch);
      await git("checkout", "--quiet", ...(there.stdout === "" ? ["-b", branch] : [branch]));
      for (const [file, content] of Object.entries(files)) {
        const target = path.join(work, file);
        await mkdir(path.dirname(target), { recursive: true });
        if (content === undefined) await rm(target);
        else await writeFile(target, content);
      }
      await git("add", "--all");
      const engineer = ["-c", "user.name=Engineer", "-c", "user.email=engineer@example.com"];
      await git(...engineer, "commit", "--quiet", "-m", message);
      await git("push", "--quiet", "origin", branch);
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  }

  /** Commits of a branch, the newest first; none of one that is not there. */
  async commits(branch: string): Promise<readonly string[]> {
    if (!(await this.branches()).includes(branch)) return [];
    return (await this.#bare("rev-list", branch)).split("\n");
  }

  async branches(): Promise<readonly string[]> {
    return (await this.#bare("branch", "--format=%(refname:short)")).split("\n");
  }

  /** A file as it is on a branch. */
  show(branch: string, file: string): Promise<string> {
    return this.#bare("show", `${branch}:${file}`);
  }

  async #bare(...args: string[]): Promise<string> {
    const folder = path.join(this.#stateFolder, "git", "acme", "platform.git");
    return (await execa("git", ["-C", folder, ...args])).stdout;
  }
}
