/** What the parts of the local GitHub API share: routes, refusals and the shape of a commit. */
import type { Access, Account } from "./accounts.ts";
import type { Commit, Repository } from "./repository.ts";

/** A refusal with GitHub's status and message. */
export class GitHubFault extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export interface Call {
  readonly repository: Repository;
  /** "owner/name". */
  readonly fullName: string;
  readonly account: Account | undefined;
  /** What the route's named groups matched. */
  readonly part: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: Readonly<Record<string, unknown>>;
}

/** What a route answers: a body with status 200, or both. */
export interface Answer {
  readonly status?: number;
  readonly body?: unknown;
}

export interface Route {
  readonly method: string;
  /** Below /repos/owner/name, with named groups. */
  readonly path: RegExp;
  readonly access: Access;
  readonly answer: (call: Call) => Promise<Answer>;
}

/** @param answer resolves to what is sent; it throws a GitHubFault to refuse. */
export function route(method: string, path: RegExp, access: Access, answer: Route["answer"]): Route {
  return { method, path, access, answer };
}

export const api = "https://api.github.com";

export function text(call: Call, name: string): string {
  const value = call.body[name];
  if (typeof value === "string" && value !== "") return value;
  throw new GitHubFault(422, `Invalid request.\n\n"${name}" wasn't supplied.`);
}

export async function found<T>(value: Promise<T | undefined>, message = "Not Found"): Promise<T> {
  const result = await value;
  if (result === undefined) throw new GitHubFault(404, message);
  return result;
}

export function commitBody(commit: Commit): Record<string, unknown> {
  const { sha, tree, author, message } = commit;
  const parents = commit.parents.map((parent) => ({ sha: parent }));
  // The provider reads the login of author and committer without looking whether there is one.
  const user = { login: author.name, id: 1, type: "User" };
  const nested = { author, committer: author, message, tree: { sha: tree } };
  return { sha, author: user, committer: user, commit: nested, parents };
}
