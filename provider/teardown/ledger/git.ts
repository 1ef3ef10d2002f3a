/** What of the stack is in Git: the cluster's branch, which has to be gone, and the ticket branch, which stays. */
import type { LedgerInputs } from "../../../src/teardown/resource-inputs.ts";
import { RepositoryApi } from "../../github/api.ts";
import { tokenToFind } from "../../github/token.ts";
import type { Journal } from "../journal.ts";
import type { Count } from "./count.ts";

type GitPlace = NonNullable<LedgerInputs["git"]>;

/** @param mayDelete false where everything is left to Pulumi's own destroy. */
export async function countGit(git: GitPlace, journal: Journal, mayDelete: boolean): Promise<Count> {
  const { clusterBranch, ticketBranch } = git;
  const token = tokenToFind(git.token, `branch ${clusterBranch} of ${git.owner}/${git.repository}`);
  const api = new RepositoryApi({ ...git, token }, `branch ${clusterBranch}`);
  // GitHub answers 404 to who may not see a repository: that is no proof that a branch is gone.
  await api.call("GET", "", [200]);
  if (mayDelete && (await headOf(api, clusterBranch)) !== undefined) {
    journal.append({ type: "git-deleting", branch: clusterBranch });
    // 422 is GitHub's answer for a reference that does not exist.
    await api.call("DELETE", `/git/refs/heads/${clusterBranch}`, [204, 404, 422]);
    if ((await headOf(api, clusterBranch)) === undefined) {
      journal.append({ type: "git-gone", branch: clusterBranch });
    }
  }
  const [clone, ticket] = await Promise.all([headOf(api, clusterBranch), headOf(api, ticketBranch)]);
  const repository = `${git.owner}/${git.repository}`;
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
