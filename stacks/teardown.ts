/** The resources of a teardown for one environment: what each is told, and what it has to outlive. */
import type * as pulumi from "@pulumi/pulumi";
import type { Cluster } from "../components/cluster.ts";
import type { Network } from "../components/network.ts";
import { CloudSweep, ClusterDrain, Ledger, type LedgerArgs } from "../components/teardown.ts";
import type { EnvironmentPlan } from "../src/environment-plan.ts";
import { tagKeys } from "../src/tags.ts";
import type { TeardownSubject } from "../src/teardown/resource-inputs.ts";
import type { GitopsSources } from "./gitops-sources.ts";

function subjectOf({ stack, environment, settings, names, tags }: EnvironmentPlan): TeardownSubject {
  const key = tagKeys.stack;
  return {
    stack,
    environment,
    region: settings.region,
    clusterName: names.cluster,
    stackTag: { key, value: tags[key] ?? "" },
  };
}

export function ledger(plan: EnvironmentPlan, sources: GitopsSources | undefined): Ledger {
  const { names, settings, stack } = plan;
  const git = gitOf(sources);
  return new Ledger(names.ledger, {
    ...subjectOf(plan),
    allowDestroy: settings.allowDestroy,
    rolePrefix: stack,
    logGroupPrefixes: [`/aws/eks/${names.cluster}/`, `/aws/vpc/${names.network}-flow-logs`],
    ...(git === undefined ? {} : { git }),
  });
}

/** A deploy key alone is no branch: only a platform sandbox has something in Git to be counted. */
function gitOf(sources: GitopsSources | undefined): LedgerArgs["git"] {
  const plan = sources?.plan.sandboxBranch;
  if (plan === undefined || sources?.gitHub === undefined) return undefined;
  const { token } = sources.gitHub;
  const { host, owner, name } = plan.repository;
  const { clusterBranch, ticketBranch } = plan;
  const place = { host, owner, repository: name, clusterBranch, ticketBranch };
  return token === undefined ? place : { ...place, token };
}

export function cloudSweep(plan: EnvironmentPlan, network: Network): CloudSweep {
  return new CloudSweep(
    plan.names.sweep,
    { ...subjectOf(plan), vpcId: network.vpcId },
    // Subnets and the internet gateway can only be deleted once the sweep has removed what is in them and uses them.
    { dependsOn: [...network.forControlPlane] },
  );
}

export interface Drained {
  readonly cluster: Cluster;
  readonly sources: GitopsSources | undefined;
  /** What has to run until the cluster is empty: controllers, their nodes, the add-ons. */
  readonly after: readonly pulumi.Resource[];
}

export function clusterDrain(plan: EnvironmentPlan, { cluster, sources, after }: Drained): ClusterDrain {
  const needsGitHubToken = sources?.gitHub !== undefined && sources.gitHub.token === undefined;
  return new ClusterDrain(
    plan.names.drain,
    {
      ...subjectOf(plan),
      allowDestroy: plan.settings.allowDestroy,
      clusterArn: cluster.clusterArn,
      kubeconfig: cluster.kubeconfig,
      ...(needsGitHubToken && { needsGitHubToken }),
    },
    { dependsOn: [...after] },
  );
}
