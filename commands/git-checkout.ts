/** What the commands ask of a checkout of the GitOps repository. */
import { UserError } from "../src/errors.ts";
import { gitAnswer } from "./git.ts";

/** @throws {UserError} if `folder` is in no checkout. */
export async function rootOf(folder: string): Promise<string> {
  const root = await gitAnswer(folder, ["rev-parse", "--show-toplevel"]);
  if (root !== undefined) return root;
  throw new UserError({
    what: `${folder}: is no checkout of a Git repository.`,
    remedy: "Name the folder of a clone of the GitOps repository, such as ../platform.",
  });
}

export interface Target {
  readonly commit: string;
  readonly branch: string;
}

/**
 * A branch as the remote has it where that is known, for the local one may be of last week; or a commit, which is then
 * taken for one of main.
 *
 * @throws {UserError} if there is neither.
 */
export async function targetOf(root: string, base: string): Promise<Target> {
  const branch = base.replace(/^origin\//, "");
  for (const name of [`refs/remotes/origin/${branch}`, `refs/heads/${branch}`]) {
    const commit = await commitOf(root, name);
    if (commit !== undefined) return { commit, branch };
  }
  const commit = await commitOf(root, base);
  if (commit !== undefined) return { commit, branch: "main" };
  throw new UserError({
    what: `${root}: has no ${base} to compare with.`,
    remedy: `Fetch it (git fetch origin ${branch}), or name what the change is for: --base <branch>`,
  });
}

/** The commit that a name stands for; undefined if there is none. */
export function commitOf(root: string, name: string): Promise<string | undefined> {
  return gitAnswer(root, ["rev-parse", "--verify", "--quiet", `${name}^{commit}`]);
}
