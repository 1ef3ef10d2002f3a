/** What the program reads of a repository on GitHub, through the provider it writes with. */
import * as github from "@pulumi/github";
import * as pulumi from "@pulumi/pulumi";
import { onlyInputs } from "../components/provider-inputs.ts";
import { UserError } from "../src/errors.ts";
import type { RepositoryAddress } from "../src/git/repository-address.ts";
import type { SandboxBranchPlan } from "../src/gitops-plan.ts";

export interface GitHubAccess {
  readonly provider: github.Provider;
  /** Of the stack's credentials, secret; absent: whoever runs this has one in GITHUB_TOKEN. */
  readonly token: pulumi.Output<string> | undefined;
}

/**
 * The one provider for GitHub. The state holds a token of the stack's credentials, and never that of whoever runs this: the
 * plugins take that from their environment, so that another person's is no change.
 *
 * @param given of the stack's credentials; absent: GITHUB_TOKEN of whoever runs this.
 * @throws {UserError} without a token.
 */
export function gitHubAccess(
  name: string,
  { host, owner }: RepositoryAddress,
  given: string | undefined,
): GitHubAccess {
  if ((given ?? process.env["GITHUB_TOKEN"] ?? "") === "") {
    throw new UserError({
      what: `${host}: there is no token to make branches in ${owner}'s repository with.`,
      remedy: "export GITHUB_TOKEN=…, or keep one with the stack: pulumi config set --secret github:token",
    });
  }
  const token = given === undefined ? undefined : pulumi.secret(given);
  const baseUrl = host === "github.com" ? "https://api.github.com/" : `https://${host}/`;
  const inputs = { owner, baseUrl, ...(token === undefined ? {} : { token }) };
  const provider = new github.Provider(name, inputs, { transformations: [onlyInputs(inputs)] });
  return { provider, token };
}

export interface TicketHead {
  readonly commit: string;
  /** Content by path from the root of the repository, of what is to be cloned. */
  readonly files: ReadonlyMap<string, string>;
}

/**
 * The directory to clone at the head of the ticket branch, or of what that is about to start from.
 *
 * @throws {UserError} if there is nothing to clone, or GitHub does not let the token read it.
 */
export async function readTicketHead(
  plan: SandboxBranchPlan,
  provider: github.Provider,
): Promise<TicketHead> {
  return readHead(plan, provider).catch((error: unknown) => {
    if (error instanceof UserError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserError({
      what: `${plan.url}: cannot be read at GitHub: ${reason.replace(/\s+/g, " ").trim()}.`,
      remedy:
        "Look at the token in GITHUB_TOKEN: it has to be a valid one that may read and write Contents of this repository.",
    });
  });
}

async function readHead(plan: SandboxBranchPlan, provider: github.Provider): Promise<TicketHead> {
  const { repository, base, ticketBranch, from } = plan;
  const branch = (await headOf(ticketBranch, repository.name, provider)) === undefined ? base : ticketBranch;
  const commit = await headOf(branch, repository.name, provider);
  if (commit === undefined) {
    throw new UserError({
      what: `${plan.url}: has no branch ${base} that the token may read.`,
      remedy:
        "Look at gitops.url and gitops.branch, and at what the token may read: Contents of this repository.",
    });
  }
  const tree = await github.getTree(
    { repository: repository.name, treeSha: commit, recursive: true },
    { provider },
  );
  const paths = tree.entries
    .filter(({ path, type, mode }) => path.startsWith(`${from}/`) && type === "blob" && mode !== "120000")
    .map(({ path }) => path);
  if (paths.length === 0) {
    throw new UserError({
      what: `${plan.url}: has no ${from} on ${branch}, so that there is nothing to clone.`,
      remedy: "Start from the repository in gitops/, or merge what is missing into the branch.",
    });
  }
  const files = await Promise.all(
    paths.map(async (file) => {
      const { content } = await github.getRepositoryFile(
        { repository: repository.name, file, branch: commit },
        { provider },
      );
      return [file, content] as const;
    }),
  );
  return { commit, files: new Map(files) };
}

/** Undefined where there is no such branch; the provider then answers without a commit. */
async function headOf(
  branch: string,
  repository: string,
  provider: github.Provider,
): Promise<string | undefined> {
  const { sha } = (await github.getBranch({ repository, branch }, { provider })) as { sha?: string };
  return sha === "" ? undefined : sha;
}
