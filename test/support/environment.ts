import type { ComponentResourceOptions } from "@pulumi/pulumi";
import { CoreAddons } from "../../components/addons.ts";
import { Cluster } from "../../components/cluster.ts";
import { Network } from "../../components/network.ts";
import { NodeGroup, type NodeGroupArgs } from "../../components/node-group.ts";
import { NodeRole } from "../../components/node-role.ts";
import type { AddonName } from "../../src/addons.ts";

export const versions: Readonly<Record<AddonName, string>> = {
  "vpc-cni": "v1.20.4-eksbuild.2",
  "kube-proxy": "v1.35.0-eksbuild.1",
  "eks-pod-identity-agent": "v1.3.9-eksbuild.3",
  coredns: "v1.12.4-eksbuild.1",
  "aws-ebs-csi-driver": "v1.51.1-eksbuild.1",
};

export const tags = { stack: "sandbox-a" };

/** Every component of a cluster, put together as an environment does, with short names. */
export function wholeCluster(pool: Partial<NodeGroupArgs> = {}, opts: ComponentResourceOptions = {}): void {
  const network = new Network(
    "net",
    {
      region: "eu-west-1",
      cidr: "10.0.0.0/16",
      zones: ["eu-west-1a", "eu-west-1b"],
      natGateways: "single",
      flowLogs: { retentionDays: 7 },
    },
    opts,
  );
  const cluster = new Cluster(
    "kube",
    {
      clusterName: "sandbox-a",
      kubernetesVersion: "1.35",
      network,
      publicEndpointCidrs: ["203.0.113.0/24"],
      administrators: [],
      controlPlaneLogs: { types: ["api"], retentionDays: 7 },
      secretsEncryption: { keyDeletionWindowDays: 7 },
      deletionProtection: false,
    },
    opts,
  );
  const addons = { clusterName: cluster.clusterName, versions, tags };
  const system = new CoreAddons("system", { ...addons, place: { stage: "before-nodes" } }, opts);
  const nodes = new NodeGroup(
    "pool",
    {
      clusterName: cluster.clusterName,
      kubernetesVersion: cluster.kubernetesVersion,
      network,
      role: new NodeRole("nodes", {}, opts),
      addonsBeforeNodes: system,
      amiType: "AL2023_x86_64_STANDARD",
      diskSize: 50,
      tags,
      instanceTypes: ["m7i.large"],
      capacityType: "ON_DEMAND",
      minSize: 1,
      desiredSize: 2,
      maxSize: 3,
      labels: {},
      taints: [],
      ...pool,
    },
    opts,
  );
  new CoreAddons("workload", { ...addons, place: { stage: "after-nodes", nodeGroups: [nodes] } }, opts);
}
