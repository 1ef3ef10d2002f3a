/** A pull request, or its text where there is nobody to open it as. */
import type { PullRequestText } from "../src/promotion/pull-request.ts";
import { git } from "./git.ts";
import type { GitopsCheckout } from "./gitops-checkout.ts";
import { openPullRequest } from "./github-pulls.ts";

export interface Presentation extends GitopsCheckout {
  readonly head: string;
  readonly base: string;
  readonly text: PullRequestText;
  /** Of GitHub; absent: the text is printed. */
  readonly token: string | undefined;
  readonly report: (line: string) => void;
}

/** @returns the address of the pull request; undefined where its text was printed. */
export async function presentPullRequest(presentation: Presentation): Promise<string | undefined> {
  const { root, head, base, text, token, report } = presentation;
  if (token === undefined || token === "") {
    report(`Open a pull request from ${head} to ${base} (with GITHUB_TOKEN this is done for you):`);
    report(`\n# ${text.title}\n\n${text.body}`);
    return undefined;
  }
  const url = (await git(root, ["remote", "get-url", "origin"])).trim();
  const address = await openPullRequest({ ...text, url, head, base, token });
  report(`${text.title}: ${address}`);
  return address;
}
