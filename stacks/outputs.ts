import * as pulumi from "@pulumi/pulumi";
import type { CoreAddons } from "../components/addons.ts";
import type { Cluster } from "../components/cluster.ts";
import type { Network } from "../components/network.ts";
import type { NodeRole } from "../components/node-role.ts";
import type { EnvironmentPlan } from "../src/environment-plan.ts";

interface EnvironmentParts {
  readonly network: Network;
  readonly cluster: Cluster;
  readonly role: NodeRole;
  readonly addonsBeforeNodes: CoreAddons;
  readonly addonsAfterNodes: CoreAddons;
}

/**
 * What a stack exports: for other stacks, for its own next run (`src/exported.ts` says which of it), and for a
 * summary.
 */
export function environmentOutputs(
  plan: EnvironmentPlan,
  zones: readonly string[],
  parts: EnvironmentParts,
): pulumi.Inputs {
  const { network, cluster, role, addonsBeforeNodes, addonsAfterNodes } = parts;
  const { owner, ticket } = plan.settings.tags;
  return {
    environment: plan.environment,
    region: plan.settings.region,
    availabilityZones: [...zones],
    vpcId: network.vpcId,
    clusterName: cluster.clusterName,
    clusterArn: cluster.clusterArn,
    clusterEndpoint: cluster.endpoint,
    oidcProviderArn: cluster.oidcProviderArn,
    kubeconfig: cluster.kubeconfig,
    kubernetesVersion: cluster.kubernetesVersion,
    addonVersions: pulumi
      .all([addonsBeforeNodes.versions, addonsAfterNodes.versions])
      .apply(([before, after]) => ({ ...before, ...after })),
    nodeRoleArn: role.arn,
    nodeRoleName: role.role.name,
    nodeVersions: Object.fromEntries(plan.nodeGroups.map((group) => [group.name, group.kubernetesVersion])),
    /** Nodes wanted, over all node groups. */
    nodeCount: plan.nodeGroups.reduce((sum, group) => sum + group.desiredSize, 0),
    kubernetesHistory: plan.kubernetesHistory,
    createdOn: plan.createdOn,
    ...(owner === undefined ? {} : { owner }),
    ...(ticket === undefined ? {} : { ticket }),
    ...(plan.expiry === undefined ? {} : { expiry: plan.expiry }),
  };
}
