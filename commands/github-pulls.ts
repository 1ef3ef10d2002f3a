/** Pull requests by GitHub's API (REST, "Pulls"). */
import { UserError } from "../src/errors.ts";
import { parseRepositoryAddress } from "../src/git/repository-address.ts";
import type { PullRequestText } from "../src/promotion/pull-request.ts";
import { request } from "../src/web.ts";

export interface PullRequestWish extends PullRequestText {
  /** Of the repository, in either form that Flux takes. */
  readonly url: string;
  /** The branch that is to be merged, and what it is for. */
  readonly head: string;
  readonly base: string;
  readonly token: string;
}

/**
 * Opens the pull request, or finds the one that is open for this branch.
 *
 * @returns its address.
 * @throws {UserError} with what GitHub said.
 */
export async function openPullRequest(wish: PullRequestWish): Promise<string> {
  const { url, head, base, title, body } = wish;
  const address = parseRepositoryAddress(url);
  if (address === undefined) {
    throw new UserError({
      what: `${url}: is no address of a repository on GitHub.`,
      remedy: "Open the pull request by hand, with the text above.",
    });
  }
  const { host, owner, name } = address;
  const api = host === "github.com" ? "https://api.github.com" : `https://${host}/api/v3`;
  const pulls = `${api}/repos/${owner}/${name}/pulls`;
  const query = new URLSearchParams({ state: "open", head: `${owner}:${head}`, base });
  const [open] = await ask<readonly { readonly html_url: string }[]>(wish, `${pulls}?${query.toString()}`);
  if (open !== undefined) return open.html_url;
  const made = await ask<{ readonly html_url: string }>(wish, pulls, { head, base, title, body });
  return made.html_url;
}

async function ask<T>({ token, head }: PullRequestWish, url: string, body?: object): Promise<T> {
  const response = await request(url, {
    method: body === undefined ? "GET" : "POST",
    headers: {
      accept: "application/vnd.github+json",
      authorization: `Bearer ${token}`,
      "content-type": "application/json",
      "x-github-api-version": "2022-11-28",
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (response.ok) return (await response.json()) as T;
  const { message = "" } = (await response.json().catch(() => ({}))) as { readonly message?: string };
  throw new UserError({
    what: `The pull request of ${head}: GitHub answers ${response.status}${message === "" ? "" : ` (${message})`}.`,
    remedy:
      "Look at what the token may do: Pull requests, write. Or open it by hand: unset GITHUB_TOKEN for its text.",
  });
}
