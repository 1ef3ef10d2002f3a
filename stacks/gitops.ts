/** What runs in the cluster: Flux, what it follows, and the services under trial. Their order is the one of a destroy, reversed. */
import * as pulumi from "@pulumi/pulumi";
import type { Cluster } from "../components/cluster.ts";
import { FluxAlerts } from "../components/flux-alerts.ts";
import { FluxControllers } from "../components/flux-controllers.ts";
import { FluxReadiness } from "../components/flux-readiness.ts";
import { FluxSync } from "../components/flux-sync.ts";
import { PlatformService } from "../components/platform-service.ts";
import type { SandboxBranch } from "../components/sandbox-branch.ts";
import type { ClusterDrain } from "../components/teardown.ts";
import { RepositorySecret, type DeployKeyPlace } from "../components/repository-secret.ts";
import { SigningKey } from "../components/signing-key.ts";
import { fluxNamespace, platformSource, rootName } from "../src/flux/api.ts";
import { fluxKey } from "../src/flux/flux-objects.ts";
import { requiredKey } from "../src/flux/readiness.ts";
import { applicationSync, rootSync, type GitSource } from "../src/flux/sync.ts";
import { parseRepositoryAddress } from "../src/git/repository-address.ts";
import type { SyncPlan } from "../src/gitops-plan.ts";
import type { Names } from "../src/names.ts";
import type { Credential } from "../src/secrets/credential.ts";
import type { GitopsSources } from "./gitops-sources.ts";

/** Secrets by the names that the sources in Git use. */
const secretNames = {
  root: rootName,
  platform: "platform-repository",
  apps: "application-repository",
} as const;

/** @param nodes what pods need: nodes, and the add-ons by which they reach each other. */
export function fluxControllers(
  names: Names,
  { plan, manifest }: GitopsSources,
  cluster: Cluster,
  nodes: readonly pulumi.Resource[],
): FluxControllers {
  const { objects } = manifest;
  return new FluxControllers(names.flux, {
    cluster: cluster.inside,
    objects,
    options: plan.install.options,
    nodes,
  });
}

export interface Delivery {
  readonly sources: GitopsSources;
  readonly cluster: Cluster;
  readonly branch: SandboxBranch | undefined;
  /** It depends on the controllers, and everything here on it: a destroy empties the cluster while they run. */
  readonly drain: ClusterDrain;
}

/** Returns what the stack exports of it (`src/exported.ts`). */
export function deliverGitops(names: Names, { sources, cluster, branch, drain }: Delivery): pulumi.Inputs {
  const { plan, manifest, credentials, alerts } = sources;
  const { lockdown } = plan.install.options;
  const inside = { cluster: cluster.inside };
  const after = [drain];

  const secretFor = (use: keyof typeof secretNames): RepositorySecret[] => {
    const [secretName, credential] = [secretNames[use], credentials[use]];
    if (credential === undefined) return [];
    const deployKey = use === "root" ? deployKeyPlace(sources) : undefined;
    const args = { ...inside, secretName, credential, deployKey, after };
    return [new RepositorySecret(names.repositorySecret(secretName), args)];
  };
  const [rootSecret, platformSecret, appsSecret] = [
    secretFor("root"),
    secretFor("platform"),
    secretFor("apps"),
  ];
  const secrets = [...rootSecret, ...platformSecret, ...appsSecret];
  const versionsOf = (of: readonly RepositorySecret[]): pulumi.Output<string>[] =>
    of.map(({ version }) => version);

  const { signingKey: publicKey } = plan;
  const signingKey =
    publicKey === undefined ? [] : [new SigningKey(names.signingKey, { ...inside, publicKey, after })];
  if (alerts.length > 0) {
    new FluxAlerts(names.alerts, { ...inside, clusterName: names.cluster, places: alerts, after });
  }

  const git = gitSource(plan.root, secretNames.root, credentials.root);
  const root = rootSync(git, plan.root.path, lockdown, publicKey !== undefined);
  const syncs = [
    new FluxSync(names.rootSync, {
      ...inside,
      sync: root,
      news: [...(branch === undefined ? [] : [branch.commit]), ...versionsOf(rootSecret)],
      after: [...after, ...secrets, ...signingKey, ...(branch === undefined ? [] : [branch])],
    }),
  ];
  const required = [requiredKey(root.kustomization)];
  if (plan.application !== undefined) {
    const git = gitSource(plan.application, secretNames.apps, credentials.apps);
    const sync = applicationSync(git, plan.application.path, lockdown);
    const news = versionsOf(appsSecret);
    syncs.push(new FluxSync(names.applicationSync, { ...inside, sync, news, after: [...after, ...secrets] }));
    required.push(requiredKey(sync.kustomization));
  }

  const services = plan.services.map(
    ({ service, options }) =>
      new PlatformService(names.service(service.name), {
        ...inside,
        kubeconfig: cluster.kubeconfig,
        kubernetesVersion: cluster.kubernetesVersion,
        service,
        options,
        after,
      }),
  );

  const readiness = new FluxReadiness(
    names.readiness,
    {
      kubeconfig: cluster.kubeconfig,
      required: [...required, ...services.map(({ release }) => release)],
      commits: expectedCommits(sources, branch),
      changes: {
        syncs: joined(syncs.map(({ generation }) => generation)),
        services: joined(services.map(({ generation }) => generation)),
        secrets: joined(versionsOf(secrets)),
      },
      timeoutMinutes: plan.timeoutMinutes,
      after: [...syncs, ...services, ...secrets],
    },
    { deletedWith: cluster.inside.deletedWith },
  );
  return {
    fluxVersion: plan.install.options.version,
    fluxManifestDigest: manifest.digest,
    fluxObjects: readiness.readyObjects,
  };
}

function gitSource(
  { url, branch, interval }: SyncPlan,
  secretName: string,
  credential: Credential | undefined,
): GitSource {
  return {
    url,
    branch,
    interval,
    secretName: credential && secretName,
    gitHubApp: credential?.type === "github-app",
  };
}

function deployKeyPlace({ plan, credentials, gitHub }: GitopsSources): DeployKeyPlace | undefined {
  const { root } = credentials;
  if (root?.type !== "ssh" || !root.deployKey || gitHub === undefined) return undefined;
  return { provider: gitHub.provider, repository: parseRepositoryAddress(plan.root.url)?.name ?? "" };
}

/** Where the program knows what is to come: the clone, and the head of the ticket branch that it was made from. */
function expectedCommits(
  { clone }: GitopsSources,
  branch: SandboxBranch | undefined,
): Record<string, pulumi.Input<string>> {
  if (clone === undefined || branch === undefined) return {};
  return {
    [fluxKey("GitRepository", fluxNamespace, rootName)]: branch.commit,
    [fluxKey("GitRepository", fluxNamespace, platformSource)]: clone.ticketCommit,
  };
}

function joined(parts: readonly pulumi.Output<string>[]): pulumi.Output<string> {
  return pulumi.all([...parts]).apply((all) => all.join(" "));
}
