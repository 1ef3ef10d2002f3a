/** Git, as it is on this machine. */
import { execa } from "execa";
import { UserError } from "../src/errors.ts";

export interface GitOptions {
  /** What git reads. */
  readonly input?: string | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
}

/** What git said when it failed. */
export class GitFailure extends Error {}

/**
 * Runs `git -C <folder> <args>` and returns what it printed.
 *
 * @throws {UserError} if there is no git.
 * @throws {GitFailure} if it failed.
 */
export async function git(folder: string, args: readonly string[], options?: GitOptions): Promise<string> {
  return Buffer.from(await gitBytes(folder, args, options)).toString();
}

/** As `git`, for what may not be text. */
export async function gitBytes(
  folder: string,
  args: readonly string[],
  { input = "", env = {} }: GitOptions = {},
): Promise<Buffer> {
  const result = await execa("git", ["-C", folder, ...args], {
    input,
    encoding: "buffer",
    reject: false,
    // Messages in English, and no question where nobody is asked.
    env: { LC_ALL: "C", GIT_TERMINAL_PROMPT: "0", ...env },
    maxBuffer: 256 * 1024 * 1024,
  });
  if (result.code === "ENOENT")
    throw new UserError({ what: "git: is not on the PATH.", remedy: "Install git." });
  if (result.failed) throw new GitFailure(Buffer.from(result.stderr).toString().trim());
  return Buffer.from(result.stdout);
}

/** Undefined where git fails: for questions whose answer may be that there is nothing. */
export async function gitAnswer(folder: string, args: readonly string[]): Promise<string | undefined> {
  try {
    return (await git(folder, args)).trim();
  } catch (error) {
    if (error instanceof GitFailure) return undefined;
    throw error;
  }
}
