/** The guard as a pre-push hook of Git: it looks at what is about to leave, and stops it. */
import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { UserError } from "../src/errors.ts";
import type { Finding } from "../src/guard/finding.ts";
import { isClusterBranch } from "../src/git/branch-names.ts";
import { judge } from "../src/guard/guard.ts";
import { rootOf } from "./git-checkout.ts";
import { git, gitAnswer } from "./git.ts";
import { readChange } from "./read-change.ts";

const mark = "Made by kubernetes-sdlc: npm run guard -- <checkout> --install-hook";
const heads = "refs/heads/";

/**
 * Writes the hook where Git looks for it, `core.hooksPath` included.
 *
 * @returns its path.
 * @throws {UserError} if there is one already that is not ours.
 */
export async function installHook(checkout: string, command: readonly string[]): Promise<string> {
  const root = await rootOf(checkout);
  const folder = (await git(root, ["rev-parse", "--path-format=absolute", "--git-path", "hooks"])).trim();
  const file = path.join(folder, "pre-push");
  const quoted = command.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ");
  const there = await readFile(file, "utf8").catch(() => undefined);
  if (there !== undefined && !there.includes(mark)) {
    throw new UserError({
      what: `${file}: is there already, and is not the guard's.`,
      remedy: `Add this line to it, before what reads its standard input: ${quoted} "$(git rev-parse --show-toplevel)" --pre-push`,
    });
  }
  await mkdir(folder, { recursive: true });
  const lines = ["#!/bin/sh", `# ${mark}`, `exec ${quoted} "$(git rev-parse --show-toplevel)" --pre-push`];
  await writeFile(file, `${lines.join("\n")}\n`);
  await chmod(file, 0o755);
  return file;
}

export interface PushedBranch {
  readonly branch: string;
  readonly findings: readonly Finding[];
}

/**
 * Judges every branch of a push.
 *
 * @param input what Git writes to a pre-push hook: a line `<local ref> <local commit> <remote ref> <remote commit>` each.
 */
export async function judgePush(checkout: string, input: string, base: string): Promise<PushedBranch[]> {
  const judged: PushedBranch[] = [];
  for (const line of input.split("\n").filter((text) => text !== "")) {
    const [, commit = "", ref = "", remote = ""] = line.split(" ");
    const branch = ref.slice(heads.length);
    // Deleted, no branch, or the clone of a sandbox's directory, which is meant to hold what the guard refuses.
    if (isNone(commit) || !ref.startsWith(heads) || isClusterBranch(branch)) continue;
    // Of the branch itself what the remote has now; a new one is for the base.
    const isBase = branch === base.replace(/^origin\//, "");
    const known = isBase && !isNone(remote) && (await isKnown(checkout, remote));
    const change = await readChange({ checkout, base: known ? remote : base, commit });
    judged.push({ branch, findings: judge(change) });
  }
  return judged;
}

/** All zeros stand for nothing, in any hash. */
function isNone(commit: string): boolean {
  return /^0*$/.test(commit);
}

async function isKnown(checkout: string, commit: string): Promise<boolean> {
  return (await gitAnswer(checkout, ["cat-file", "-e", `${commit}^{commit}`])) !== undefined;
}
