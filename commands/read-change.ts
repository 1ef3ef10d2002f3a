/** Reads a change out of a checkout: what its target has now, and what it would have. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { UserError } from "../src/errors.ts";
import { guardedFolders, Repository, type Change } from "../src/guard/change.ts";
import { git, gitAnswer } from "./git.ts";
import { treeFiles } from "./git-tree.ts";
import { rootOf, targetOf } from "./git-checkout.ts";

export interface ChangeRequest {
  /** Any folder of a checkout. */
  readonly checkout: string;
  /** A branch or a commit: what the change is for. */
  readonly base: string;
  /** What is to go there; absent: what lies in the folder, committed or not. */
  readonly commit?: string | undefined;
}

/**
 * What the target would have is what it has now, with the files of the change in their new form: a file that only the
 * target changed since the branch was made stays as the target has it.
 *
 * @throws {UserError} if it is no checkout, or has no such base.
 */
export async function readChange({ checkout, base, commit }: ChangeRequest): Promise<Change> {
  const root = await rootOf(checkout);
  const target = await targetOf(root, base);
  const head = commit ?? "HEAD";
  const fork = await gitAnswer(root, ["merge-base", target.commit, head]);
  if (fork === undefined) {
    throw new UserError({
      what: `${root}: ${head} and ${base} have no commit in common, so that there is no change to look at.`,
      remedy: "Fetch the whole history: git fetch --unshallow, or fetch-depth: 0 in a workflow.",
    });
  }
  const [changed, before, messages] = await Promise.all([
    changedPaths(root, fork, commit),
    filesAt(root, target.commit),
    git(root, ["log", "--format=%B%x00", `${fork}..${head}`]),
  ]);
  const now = commit === undefined ? await filesIn(root, changed) : await filesAt(root, commit, changed);
  const after = new Map(before);
  for (const file of changed) {
    const content = now.get(file);
    if (content === undefined) after.delete(file);
    else after.set(file, content);
  }
  return {
    before: new Repository(before),
    after: new Repository(after),
    changed,
    messages: messages.split("\0").map((message) => message.trim()),
    branch: target.branch,
  };
}

async function changedPaths(root: string, fork: string, commit: string | undefined): Promise<string[]> {
  const difference = [
    "diff",
    "--name-only",
    "--no-renames",
    "-z",
    fork,
    ...(commit === undefined ? [] : [commit]),
  ];
  const tracked = await git(root, [...difference, "--", ...guardedFolders]);
  const untracked =
    commit === undefined
      ? await git(root, ["ls-files", "--others", "--exclude-standard", "-z", "--", ...guardedFolders])
      : "";
  return [...new Set(`${tracked}${untracked}`.split("\0").filter((file) => file !== ""))].sort();
}

/** Content by path of a commit in the guarded folders, or of those files that are asked for. */
async function filesAt(root: string, commit: string, only?: readonly string[]): Promise<Map<string, string>> {
  const files = await treeFiles(root, commit, only ?? guardedFolders);
  return new Map(files.map(({ path: file, bytes }) => [file, bytes.toString()]));
}

async function filesIn(root: string, files: readonly string[]): Promise<Map<string, string>> {
  const contents = await Promise.all(
    files.map(
      async (file) => [file, await readFile(path.join(root, file), "utf8").catch(() => undefined)] as const,
    ),
  );
  return new Map(
    contents.flatMap(([file, content]) => (content === undefined ? [] : [[file, content] as const])),
  );
}
