/** The GitOps repository on this machine: the checkout that somebody names, or a clone for as long as a command runs. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { UserError } from "../src/errors.ts";
import { parseRepositoryAddress } from "../src/git/repository-address.ts";
import { git, GitFailure } from "./git.ts";
import { rootOf } from "./git-checkout.ts";
import type { PulumiCli } from "./pulumi-cli.ts";
import { stackSetting } from "./stack-file.ts";

export interface GitopsCheckout {
  readonly root: string;
  /** What git needs to reach the remote as the user does. */
  readonly env: Readonly<Record<string, string>>;
}

export interface CheckoutRequest {
  /** Absent: a clone of `url`. */
  readonly checkout: string | undefined;
  /** Where the repository is; asked only where no checkout is named. */
  readonly url: () => Promise<string>;
}

/**
 * Lends a checkout that knows what the remote has now. A clone is removed afterwards.
 *
 * @throws {UserError} if it cannot be fetched.
 */
export async function withCheckout<T>(
  request: CheckoutRequest,
  use: (checkout: GitopsCheckout) => Promise<T>,
): Promise<T> {
  if (request.checkout !== undefined) {
    const root = await rootOf(path.resolve(request.checkout));
    const remote = (await git(root, ["remote"])).split("\n").includes("origin");
    const env = remote ? loginFor((await git(root, ["remote", "get-url", "origin"])).trim()) : {};
    if (remote) await reach(root, ["fetch", "--quiet", "--prune", "origin"], env, "fetched");
    return use({ root, env });
  }
  const url = await request.url();
  const folder = await mkdtemp(path.join(tmpdir(), "gitops-"));
  try {
    const env = loginFor(url);
    const root = path.join(folder, "checkout");
    await reach(folder, ["clone", "--quiet", url, root], env, `cloned from ${url}`);
    return await use({ root, env });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * `gitops.url` in a stack's file.
 *
 * @throws {UserError} if the stack has none.
 */
export async function gitopsUrl(pulumi: PulumiCli, stack: string): Promise<string> {
  const { url } = await stackSetting(pulumi, stack, "gitops");
  if (typeof url === "string") return url;
  throw new UserError({
    what: `Stack ${stack}: has no gitops.url, so that it is not known where the GitOps repository is.`,
    remedy: "Name a checkout of it: --checkout ../platform",
  });
}

async function reach(
  folder: string,
  args: readonly string[],
  env: GitopsCheckout["env"],
  what: string,
): Promise<void> {
  try {
    await git(folder, args, { env });
  } catch (error) {
    if (!(error instanceof GitFailure)) throw error;
    throw new UserError({
      what: `The GitOps repository cannot be ${what}: ${error.message.replaceAll(/\s+/g, " ")}`,
      remedy:
        "Log in to it as git does, or export GITHUB_TOKEN; or name a checkout of yours: --checkout ../platform",
    });
  }
}

/** GITHUB_TOKEN for a repository on GitHub, in the environment, where no other process and no file sees it. */
function loginFor(url: string): Record<string, string> {
  const token = process.env["GITHUB_TOKEN"];
  const address = parseRepositoryAddress(url);
  if (token === undefined || address?.scheme !== "https" || address.host !== "github.com") return {};
  const basic = Buffer.from(`x-access-token:${token}`).toString("base64");
  return {
    GIT_CONFIG_COUNT: "1",
    GIT_CONFIG_KEY_0: `http.https://${address.host}/.extraHeader`,
    GIT_CONFIG_VALUE_0: `Authorization: Basic ${basic}`,
  };
}
