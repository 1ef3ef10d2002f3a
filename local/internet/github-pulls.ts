/** GitHub's REST API for pull requests: the list in a file beside the repository, and their merge. */
import { optional, read, write } from "./github-records.ts";
import { api, found, GitHubFault, route, text, type Call, type Route } from "./github-route.ts";
import { BranchMoved } from "./repository.ts";

interface PullRequest {
  readonly number: number;
  readonly title: string;
  readonly body: string;
  readonly state: "open" | "closed";
  readonly merged: boolean;
  readonly merge_commit_sha: string | null;
  /** Of an open one, `sha` is where its branch is now. */
  readonly head: { readonly ref: string; readonly sha: string };
  readonly base: { readonly ref: string };
}

const list = (call: Call): Promise<readonly PullRequest[]> => read<PullRequest>(call, "pulls");

async function present(call: Call, pull: PullRequest): Promise<PullRequest> {
  const moved = pull.state === "open" && (await call.repository.resolve(`refs/heads/${pull.head.ref}`));
  return moved ? { ...pull, head: { ...pull.head, sha: moved } } : pull;
}

const byNumber = async (call: Call): Promise<PullRequest> => {
  const pulls = await list(call);
  const pull = pulls.find(({ number }) => String(number) === call.part["number"]);
  return present(call, await found(Promise.resolve(pull)));
};

const pullBody = (call: Call, pull: PullRequest): Record<string, unknown> => ({
  ...pull,
  url: `${api}/repos/${call.fullName}/pulls/${pull.number}`,
  html_url: `https://github.com/${call.fullName}/pull/${pull.number}`,
});

async function merge(call: Call): Promise<Record<string, unknown>> {
  const pull = await byNumber(call);
  const { head, base, number } = pull;
  const expected = optional(call, "sha");
  if (expected && expected !== head.sha) {
    throw new GitHubFault(409, "Head branch was modified. Review and try the merge again.");
  }
  const { repository, account } = call;
  const target = await repository.resolve(`refs/heads/${base.ref}`);
  const login = account?.login ?? "";
  const author = { name: login, email: `${login}@users.noreply.github.com` };
  const [owner = ""] = call.fullName.split("/");
  const message = `Merge pull request #${number} from ${owner}/${head.ref}\n\n${pull.title}`;
  const sha =
    target && pull.state === "open"
      ? await repository.merge(base.ref, target, head.sha, message, author).catch((error: unknown) => {
          if (!(error instanceof BranchMoved)) throw error;
          throw new GitHubFault(409, "Base branch was modified. Review and try the merge again.");
        })
      : undefined;
  if (sha === undefined) throw new GitHubFault(405, "Pull Request is not mergeable");
  const merged: PullRequest = { ...pull, state: "closed", merged: true, merge_commit_sha: sha };
  await write(
    call,
    "pulls",
    (await list(call)).map((other) => (other.number === number ? merged : other)),
  );
  return { sha, merged: true, message: "Pull Request successfully merged" };
}

export const pullRoutes: readonly Route[] = [
  route("GET", /^\/pulls$/, "read", async (call) => {
    const state = call.query.get("state") ?? "open";
    const head = call.query.get("head")?.replace(/^[^:]*:/, "");
    const base = call.query.get("base");
    const pulls = (await list(call)).filter(
      (pull) =>
        (state === "all" || pull.state === state) &&
        (!head || pull.head.ref === head) &&
        (!base || pull.base.ref === base),
    );
    return {
      body: (await Promise.all(pulls.map((pull) => present(call, pull)))).map((pull) => pullBody(call, pull)),
    };
  }),
  route("GET", /^\/pulls\/(?<number>\d+)$/, "read", async (call) => ({
    body: pullBody(call, await byNumber(call)),
  })),
  route("POST", /^\/pulls$/, "write", async (call) => {
    const pulls = await list(call);
    const [head, base] = [text(call, "head").replace(/^[^:]*:/, ""), text(call, "base")];
    const [sha, target] = await Promise.all(
      [head, base].map((branch) => call.repository.resolve(`refs/heads/${branch}`)),
    );
    if (!sha || !target) {
      throw new GitHubFault(422, `Validation Failed: ${sha ? "base" : "head"} is invalid`);
    }
    if (pulls.some((pull) => pull.state === "open" && pull.head.ref === head && pull.base.ref === base)) {
      throw new GitHubFault(422, `Validation Failed: A pull request already exists for ${head}.`);
    }
    const pull: PullRequest = {
      number: pulls.length + 1,
      title: text(call, "title"),
      body: optional(call, "body"),
      state: "open",
      merged: false,
      merge_commit_sha: null,
      head: { ref: head, sha },
      base: { ref: base },
    };
    await write(call, "pulls", [...pulls, pull]);
    return { status: 201, body: pullBody(call, pull) };
  }),
  route("PUT", /^\/pulls\/(?<number>\d+)\/merge$/, "write", async (call) => ({ body: await merge(call) })),
];
