/** Who may read and write on the local github.com and ghcr.io: accounts with one token each, in a private file. */
import { randomBytes, timingSafeEqual } from "node:crypto";
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";

export type Access = "read" | "write" | "admin";

export interface Account {
  readonly login: string;
  readonly token: string;
  readonly access: Access;
  /** The repositories ("owner/name") that the token is for; every one if left out. */
  readonly repositories?: readonly string[];
}

const rank: Readonly<Record<Access, number>> = { read: 0, write: 1, admin: 2 };

/**
 * The token of a request: the password of basic authentication (GitHub ignores the user name of a token), or a
 * bearer token; undefined if the request carries none.
 */
export function presentedToken(request: IncomingMessage): string | undefined {
  const [scheme = "", value = ""] = (request.headers.authorization ?? "").split(" ");
  if (scheme.toLowerCase() === "basic") {
    return Buffer.from(value, "base64")
      .toString()
      .replace(/^[^:]*:/, "");
  }
  return ["bearer", "token"].includes(scheme.toLowerCase()) ? value : undefined;
}

/** Whether an account may do this to a repository, or, for packages, to what belongs to its owner. */
export function may(account: Account, access: Access, repository: string): boolean {
  const covered =
    !account.repositories ||
    account.repositories.some((own) => own.toLowerCase() === repository.toLowerCase());
  return covered && rank[account.access] >= rank[access];
}

export class Accounts {
  readonly #file: string;
  readonly #accounts = new Map<string, Account>();

  /** Reads the accounts of an earlier start; the first start makes an engineer and a read-only one for Flux. */
  constructor(file: string) {
    this.#file = file;
    for (const account of readAccounts(file)) this.#accounts.set(account.login, account);
    if (this.#accounts.size > 0) return;
    this.set("platform-engineer", "admin");
    this.set("flux", "read");
  }

  all(): readonly Account[] {
    return [...this.#accounts.values()];
  }

  /** @throws if there is no such account. */
  get(login: string): Account {
    const account = this.#accounts.get(login);
    if (!account) throw new Error(`The local github.com has no account ${login}.`);
    return account;
  }

  /** Creates an account, or gives it a new token and new rights: the old token is refused from then on. */
  set(login: string, access: Access, repositories?: readonly string[]): Account {
    const token = `ghp_${randomBytes(18).toString("hex")}`;
    const account = { login, access, token, ...(repositories ? { repositories } : {}) };
    this.#accounts.set(login, account);
    this.#save();
    return account;
  }

  remove(login: string): void {
    this.#accounts.delete(login);
    this.#save();
  }

  byToken(token: string): Account | undefined {
    const given = Buffer.from(token);
    return this.all().find(({ token: known }) => {
      const expected = Buffer.from(known);
      return expected.length === given.length && timingSafeEqual(expected, given);
    });
  }

  #save(): void {
    writeFileSync(`${this.#file}.new`, JSON.stringify(this.all(), undefined, 2), { mode: 0o600 });
    renameSync(`${this.#file}.new`, this.#file);
  }
}

function readAccounts(file: string): readonly Account[] {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as readonly Account[];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}
