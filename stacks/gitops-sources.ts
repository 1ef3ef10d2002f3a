/** What is fetched before anything is made, so that a refusal costs seconds and not a cluster's minutes. */
import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { SandboxBranch } from "../components/sandbox-branch.ts";
import { UserError } from "../src/errors.ts";
import type { EnvironmentPlan } from "../src/environment-plan.ts";
import type { InstallManifest } from "../src/flux/install-manifest.ts";
import { outdatedObjects } from "../src/flux/served-versions.ts";
import { cloneCluster } from "../src/git/cluster-clone.ts";
import { parseRepositoryAddress, type RepositoryAddress } from "../src/git/repository-address.ts";
import type { GitopsPlan, SandboxBranchPlan } from "../src/gitops-plan.ts";
import type { AlertPlace } from "../src/flux/alerts.ts";
import type { Credential } from "../src/secrets/credential.ts";
import { resolveAlertPlace, resolveCredential, resolveSecret } from "./credentials.ts";
import { fetchInstallManifest } from "./flux-manifest.ts";
import { gitHubAccess, readTicketHead, type GitHubAccess } from "./github.ts";

export interface GitopsSources {
  readonly plan: GitopsPlan;
  readonly manifest: InstallManifest;
  readonly credentials: SourceCredentials;
  readonly alerts: readonly AlertPlace[];
  /** Where something is written to GitHub: branches, a deploy key. */
  readonly gitHub: GitHubAccess | undefined;
  /** Of a platform sandbox: what goes on the branch of its own. */
  readonly clone: Clone | undefined;
}

export interface Clone {
  readonly plan: SandboxBranchPlan;
  readonly gitHub: GitHubAccess;
  /** Head of the ticket branch, or of what it is about to start from. */
  readonly ticketCommit: string;
  /** By path from the root of the repository. */
  readonly files: ReadonlyMap<string, string>;
}

export interface SourceCredentials {
  readonly root: Credential | undefined;
  readonly platform: Credential | undefined;
  readonly apps: Credential | undefined;
}

/** Undefined for a stack without Flux. */
export async function prepareGitops(
  environment: EnvironmentPlan,
  provider: aws.Provider,
): Promise<GitopsSources | undefined> {
  const { gitops: plan, names, settings } = environment;
  if (plan === undefined) return undefined;
  const resolve = async (credential: typeof settings.credentials.root): Promise<Credential | undefined> =>
    credential && (await resolveCredential(credential, provider));
  const root = await resolve(settings.credentials.root);
  const credentials = {
    root,
    platform: (await resolve(settings.credentials.platform)) ?? root,
    apps: await resolve(settings.credentials.apps),
  };
  const alerts = await Promise.all(settings.alerts.map((place) => resolveAlertPlace(place, provider)));
  const manifest = await fetchInstallManifest(plan.install);

  const repository = writtenRepository(plan, root);
  if (repository === undefined) {
    return { plan, manifest, credentials, alerts, gitHub: undefined, clone: undefined };
  }
  const { github: token } = settings.credentials;
  const gitHub = gitHubAccess(
    names.githubProvider,
    repository,
    token === undefined ? undefined : await resolveSecret(token, provider),
  );
  const clone = plan.sandboxBranch && (await readClone(plan.sandboxBranch, gitHub, manifest));
  return { plan, manifest, credentials, alerts, gitHub, clone };
}

/** The repository in which the stack makes something; undefined where it only reads. */
function writtenRepository(
  { root, sandboxBranch }: GitopsPlan,
  credential: Credential | undefined,
): RepositoryAddress | undefined {
  const makesKey = credential?.type === "ssh" && credential.deployKey;
  return sandboxBranch !== undefined || makesKey ? parseRepositoryAddress(root.url) : undefined;
}

async function readClone(
  plan: SandboxBranchPlan,
  gitHub: GitHubAccess,
  manifest: InstallManifest,
): Promise<Clone> {
  const { commit, files } = await readTicketHead(plan, gitHub.provider);
  const { from, to, url, ticketBranch } = plan;
  const cloned = cloneCluster({ files, from, to, repository: url, branch: ticketBranch });
  refuseOutdated(cloned, plan, manifest);
  return { plan, gitHub, ticketCommit: commit, files: cloned };
}

/** The branch of a platform sandbox, with the clone on it; undefined for any other stack. */
export function sandboxBranch(
  name: string,
  clone: Clone | undefined,
  opts: pulumi.ComponentResourceOptions,
): SandboxBranch | undefined {
  if (clone === undefined) return undefined;
  const { plan, gitHub, ticketCommit: commit, files } = clone;
  return new SandboxBranch(name, { plan, ...gitHub, commit, clone: files }, opts);
}

/** @throws {UserError} on objects that this Flux does not take: the root Kustomization would then apply nothing at all. */
function refuseOutdated(
  clone: ReadonlyMap<string, string>,
  { from, to }: SandboxBranchPlan,
  { objects }: InstallManifest,
): void {
  // Where a person mends them.
  const files = new Map([...clone].map(([file, content]) => [file.replace(to, from), content]));
  const outdated = outdatedObjects(files, objects);
  if (outdated.length > 0) throw new UserError(outdated);
}
