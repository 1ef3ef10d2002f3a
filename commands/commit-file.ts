/** A commit of one file on a branch of its own, without touching what is checked out. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { git, gitAnswer } from "./git.ts";

export interface FileCommit {
  readonly root: string;
  /** The commit that it goes on top of. */
  readonly parent: string;
  readonly file: string;
  readonly content: string;
  readonly message: string;
}

/** For a machine on which nobody has told git who they are, such as a runner of a pipeline. */
const somebody = { NAME: "kubernetes-sdlc", EMAIL: "kubernetes-sdlc@users.noreply.github.com" };

/** @returns the commit, which no branch holds yet. */
export async function commitFile({ root, parent, file, content, message }: FileCommit): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), "commit-"));
  try {
    const env = { GIT_INDEX_FILE: path.join(folder, "index"), ...(await identity(root)) };
    await git(root, ["read-tree", parent], { env });
    const blob = (await git(root, ["hash-object", "-w", "--stdin"], { input: content })).trim();
    await git(root, ["update-index", "--add", "--cacheinfo", `100644,${blob},${file}`], { env });
    const tree = (await git(root, ["write-tree"], { env })).trim();
    return (await git(root, ["commit-tree", tree, "-p", parent], { env, input: message })).trim();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function identity(root: string): Promise<Record<string, string>> {
  if ((await gitAnswer(root, ["var", "GIT_COMMITTER_IDENT"])) !== undefined) return {};
  const of = (role: string): [string, string][] =>
    Object.entries(somebody).map(([key, value]) => [`GIT_${role}_${key}`, value]);
  return Object.fromEntries([...of("AUTHOR"), ...of("COMMITTER")]);
}
