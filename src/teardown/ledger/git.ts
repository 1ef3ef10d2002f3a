/** What of the stack is in Git: the cluster's branch, which has to be gone, and the ticket branch, which stays. */
import type { LedgerInputs } from "../resource-inputs.ts";
import { RepositoryApi, requireVisible } from "../../github/api.ts";
import { tokenToFind } from "../../github/token.ts";
import type { Journal } from "../journal.ts";
import type { Count } from "./count.ts";

type GitPlace = NonNullable<LedgerInputs["git"]>;

interface GitChoices {
  /** False where everything is left to Pulumi's own destroy. */
  readonly mayDelete: boolean;
  /** By the operator's choice: what GitHub answers 404 for is not known, and holds nothing up. */
  readonly mayBeGone: boolean;
}

/** @throws {UserError} where GitHub says 404 of the repository and nobody has allowed for it. */
export async function countGit(
  git: GitPlace,
  journal: Journal,
  { mayDelete, mayBeGone }: GitChoices,
): Promise<Count> {
  const { clusterBranch, ticketBranch } = git;
  const token = tokenToFind(git.token, `branch ${clusterBranch} of ${git.owner}/${git.repository}`);
  const api = new RepositoryApi({ ...git, token }, `branch ${clusterBranch}`);
  const repository = `${git.owner}/${git.repository}`;
  if (!(await requireVisible(api, { ...git, branch: clusterBranch }, mayBeGone))) {
    const thing = {
      where: "git",
      what: `branch ${clusterBranch} of ${repository}`,
      why: "GitHub answers 404 for the repository: it is gone, or the token may not see it",
      reference: clusterBranch,
      look: `gh api repos/${repository}/branches/${clusterBranch}, as somebody who may see it`,
    } as const;
    journal.append({ type: "not-known", thing });
    return { left: [], kept: [] };
  }
  if (mayDelete && (await headOf(api, clusterBranch)) !== undefined) {
    journal.append({ type: "git-deleting", branch: clusterBranch });
    // 422 is GitHub's answer for a reference that does not exist.
    await api.call("DELETE", `/git/refs/heads/${clusterBranch}`, [204, 404, 422]);
    if ((await headOf(api, clusterBranch)) === undefined) {
      journal.append({ type: "git-gone", branch: clusterBranch });
    }
  }
  const [clone, ticket] = await Promise.all([headOf(api, clusterBranch), headOf(api, ticketBranch)]);
  return {
    left:
      clone === undefined
        ? []
        : [{ what: `branch ${clusterBranch} of ${repository}`, because: "it belongs to the stack" }],
    kept:
      ticket === undefined
        ? []
        : [
            {
              where: "git",
              what: `branch ${ticketBranch} of ${repository}, at ${ticket.slice(0, 12)}`,
              why: "it holds the work and belongs to the engineer: no destroy writes to it",
              reference: ticketBranch,
            },
          ],
  };
}

/** The commit that a branch of exactly this name is at; undefined if there is none. */
async function headOf(api: RepositoryApi, branch: string): Promise<string | undefined> {
  const { status, body } = await api.call("GET", `/git/ref/heads/${branch}`, [200, 404]);
  return status === 404 ? undefined : (body as { object: { sha: string } }).object.sha;
}
