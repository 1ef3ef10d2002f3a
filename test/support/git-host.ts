/** The local github.com as others see it: accounts that it knows from its start, and people who push to its repositories. */
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { execa } from "execa";
import { Accounts, type Account } from "../../local/internet/accounts.ts";
import { Repository } from "../../local/internet/repository.ts";

const accountsFile = (stateFolder: string): string => path.join(stateFolder, "internet", "accounts.json");

/** Makes accounts before the platform starts, which reads them once. */
export async function seedAccounts(
  stateFolder: string,
  wanted: readonly Omit<Account, "token">[],
): Promise<void> {
  await mkdir(path.dirname(accountsFile(stateFolder)), { recursive: true });
  const accounts = new Accounts(accountsFile(stateFolder));
  for (const { login, access, repositories } of wanted) accounts.set(login, access, repositories);
}

export function accountToken(stateFolder: string, login: string): string {
  return new Accounts(accountsFile(stateFolder)).get(login).token;
}

/** One repository of the local github.com, and what people do to it behind the program's back. */
export class HostedRepository {
  readonly #repository: Repository;

  constructor(stateFolder: string, owner: string, name: string) {
    this.#repository = new Repository(path.join(stateFolder, "git", owner, `${name}.git`));
  }

  async create(source: string): Promise<void> {
    await this.#repository.create({ source });
  }

  async git(...args: string[]): Promise<string> {
    return (await execa("git", ["-C", this.#repository.folder, ...args])).stdout;
  }

  async branches(): Promise<string[]> {
    return (await this.git("branch", "--format=%(refname:short)")).split("\n").filter(Boolean).sort();
  }

  /** Newest first. */
  async commits(branch: string): Promise<string[]> {
    return (await this.git("rev-list", branch)).split("\n");
  }

  async files(branch: string): Promise<string[]> {
    return (await this.git("ls-tree", "-r", "--name-only", branch)).split("\n");
  }

  async read(branch: string, file: string): Promise<string> {
    return `${await this.git("show", `${branch}:${file}`)}\n`;
  }

  async startBranch(branch: string, from = "main"): Promise<void> {
    await this.git("branch", branch, from);
  }

  /** Somebody commits one file; `undefined` removes it. */
  async push(branch: string, file: string, content: string | undefined): Promise<void> {
    const parent = await this.git("rev-parse", `refs/heads/${branch}`);
    await this.#repository.commitFile(parent, {
      branch,
      path: file,
      content: content === undefined ? undefined : Buffer.from(content),
      message: `Change ${file}`,
      author: { name: "somebody", email: "somebody@example.com" },
    });
  }
}
