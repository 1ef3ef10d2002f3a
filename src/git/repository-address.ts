/** The address of a Git repository, in the two forms that Flux takes. */

export interface RepositoryAddress {
  readonly scheme: "https" | "ssh";
  readonly host: string;
  readonly owner: string;
  readonly name: string;
}

const pattern =
  /^(?<scheme>https|ssh):\/\/(?:[\w.-]+@)?(?<host>[\w.-]+(?::\d+)?)\/(?<owner>[\w.-]+(?:\/[\w.-]+)*)\/(?<name>[\w.-]+?)(?:\.git)?\/?$/;

/** Undefined where the text is none; `git@host:owner/name` is one for Git and not for Flux. */
export function parseRepositoryAddress(url: string): RepositoryAddress | undefined {
  const groups = pattern.exec(url)?.groups;
  if (groups === undefined) return undefined;
  const { scheme = "", host = "", owner = "", name = "" } = groups;
  return { scheme: scheme === "ssh" ? "ssh" : "https", host: host.toLowerCase(), owner, name };
}

/** Whether two addresses lead to the same repository, whichever way they go there. */
export function sameRepository(left: string, right: string): boolean {
  const [a, b] = [parseRepositoryAddress(left), parseRepositoryAddress(right)];
  if (a === undefined || b === undefined) return left === right;
  const path = ({ owner, name }: RepositoryAddress): string => `${owner}/${name}`.toLowerCase();
  return a.host.replace(/:\d+$/, "") === b.host.replace(/:\d+$/, "") && path(a) === path(b);
}
