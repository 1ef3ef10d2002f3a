/** Clusters: create, describe, list, delete. */
import type * as sdk from "@aws-sdk/client-eks";
import { randomBytes } from "node:crypto";
import { addCreatorEntry } from "./access-entries.ts";
import { bindPolicies } from "./access-policies.ts";
import { addonVersions } from "./addon-versions.ts";
import {
  checkEncryption,
  checkEndpoints,
  checkName,
  completeLogging,
  serviceRange,
} from "./cluster-rules.ts";
import type { ClusterOperation, ClusterRecord, EksCluster, EksContext, Operation } from "./context.ts";
import { deliverLogs, keepDelivering } from "./control-plane-logs.ts";
import { minutes } from "./durations.ts";
import { inUse, invalidRequest, required } from "./faults.ts";
import {
  createClusterSecurityGroup,
  deleteSecurityGroup,
  inspectNetwork,
  removeControlPlaneInterfaces,
  replaceControlPlaneInterfaces,
} from "./network.ts";
import { principalOf } from "./principals.ts";
import { checkClusterRole } from "./roles.ts";
import { checkTags } from "./tags.ts";
import { checkOffered, defaultVersion } from "./versions.ts";

const bootstrapAddons = ["vpc-cni", "coredns", "kube-proxy"];

function refuseDuplicate(eks: EksContext, name: string): void {
  if (eks.clusters.has(name)) throw inUse(`Cluster already exists with name: ${name}`, { clusterName: name });
}

export const createCluster: Operation<sdk.CreateClusterCommandInput> = async (eks, input, caller) => {
  const name = required(input.name, "name");
  checkName(name);
  refuseDuplicate(eks, name);
  const version = input.version ?? defaultVersion;
  checkOffered(version);
  const vpcConfig = required(input.resourcesVpcConfig, "resourcesVpcConfig");
  const { endpointPublicAccess = true, endpointPrivateAccess = false } = vpcConfig;
  checkEndpoints(endpointPublicAccess, endpointPrivateAccess);
  const logging = completeLogging(input.logging);
  const tags = checkTags(input.tags);
  await checkEncryption(eks, input.encryptionConfig ?? []);
  const roleArn = required(input.roleArn, "roleArn");
  await checkClusterRole(eks, roleArn);
  const network = await inspectNetwork(eks, name, vpcConfig.subnetIds ?? []);
  const serviceIpv4Cidr = serviceRange(input.kubernetesNetworkConfig, network.vpcRanges);
  refuseDuplicate(eks, name);
  const { authenticationMode = "CONFIG_MAP", bootstrapClusterCreatorAdminPermissions: admin = true } =
    input.accessConfig ?? {};
  const oidcId = randomBytes(16).toString("hex").toUpperCase();
  const cluster: EksCluster = {
    name,
    arn: eks.arn(`cluster/${name}`),
    createdAt: new Date(),
    version,
    roleArn,
    status: "CREATING",
    platformVersion: "eks.5",
    resourcesVpcConfig: {
      subnetIds: vpcConfig.subnetIds ?? [],
      securityGroupIds: vpcConfig.securityGroupIds ?? [],
      vpcId: network.vpcId,
      endpointPublicAccess,
      endpointPrivateAccess,
      publicAccessCidrs: vpcConfig.publicAccessCidrs ?? ["0.0.0.0/0"],
    },
    kubernetesNetworkConfig: {
      serviceIpv4Cidr,
      ipFamily: "ipv4",
      elasticLoadBalancing: { enabled: false },
    },
    logging,
    identity: { oidc: { issuer: `https://oidc.eks.${eks.region}.amazonaws.com/id/${oidcId}` } },
    certificateAuthority: {},
    tags,
    encryptionConfig: input.encryptionConfig ?? [],
    accessConfig: { authenticationMode },
    upgradePolicy: { supportType: input.upgradePolicy?.supportType ?? "EXTENDED" },
    deletionProtection: input.deletionProtection ?? false,
    health: { issues: [] },
  };
  const record: ClusterRecord = {
    eks,
    cluster,
    creator: principalOf(caller.arn),
    controlPlaneInterfaces: [],
    nodeGroups: new Map(),
    addons: new Map(),
    software: new Map(),
    accessEntries: new Map(),
    associations: new Map(),
    updates: [],
  };
  eks.clusters.set(name, record);
  if (admin && authenticationMode !== "CONFIG_MAP") addCreatorEntry(record);
  const selfManaged = (input.bootstrapSelfManagedAddons ?? true) ? bootstrapAddons : [];
  eks.background(
    () => bringUp(record, serviceIpv4Cidr, selfManaged),
    (cause) => {
      fail(cluster, cause);
    },
  );
  return { cluster };
};

function fail(cluster: EksCluster, { message }: Error): void {
  cluster.status = "FAILED";
  cluster.health = { issues: [{ code: "InternalFailure", message, resourceIds: [cluster.name] }] };
}

async function bringUp(
  record: ClusterRecord,
  serviceCidr: string,
  selfManaged: readonly string[],
): Promise<void> {
  const { cluster, eks } = record;
  cluster.resourcesVpcConfig.clusterSecurityGroupId = await createClusterSecurityGroup(record);
  await replaceControlPlaneInterfaces(record);
  const { name, arn, version } = cluster;
  const [address] = await Promise.all([
    eks.controlPlanes.create({ name, arn, version, serviceCidr }),
    eks.wait(minutes.clusterCreate),
  ]);
  for (const entry of record.accessEntries.values()) await bindPolicies(record, entry);
  for (const addon of selfManaged) {
    await eks.controlPlanes.installAddon(name, addon, addonVersions(addon, version)[0] ?? "");
    record.software.set(addon, "self-managed");
  }
  await deliverLogs(record);
  cluster.endpoint = address.endpoint;
  cluster.certificateAuthority = { data: address.certificateAuthority };
  cluster.status = "ACTIVE";
  eks.background(
    () => keepDelivering(record),
    ({ message }) => cluster.health?.issues?.push({ code: "Other", message, resourceIds: [name] }),
  );
}

export const describeCluster: ClusterOperation = ({ cluster }) => ({ cluster });

export const listClusters: Operation = (eks) => ({ clusters: [...eks.clusters.keys()] });

/** Add-ons, access entries and pod identity associations do not stand in the way: they go with the cluster. */
export const deleteCluster: ClusterOperation = (record) => {
  const { cluster, eks } = record;
  const { name, status } = cluster;
  if (cluster.deletionProtection && status === "ACTIVE") {
    throw invalidRequest(`Cluster ${name} has deletion protection enabled`, { clusterName: name });
  }
  if (record.nodeGroups.size > 0) throw inUse("Cluster has nodegroups attached", { clusterName: name });
  if (status === "UPDATING" || status === "CREATING" || status === "DELETING") {
    const reason = status === "UPDATING" ? "currently has an update in progress" : `is ${status}`;
    throw inUse(`Cannot delete because cluster ${name} ${reason}`, { clusterName: name });
  }
  cluster.status = "DELETING";
  eks.background(
    () => takeDown(record),
    (cause) => {
      fail(cluster, cause);
    },
  );
  return { cluster };
};

async function takeDown(record: ClusterRecord): Promise<void> {
  const { cluster, eks } = record;
  await Promise.all([eks.controlPlanes.delete(cluster.name), eks.wait(minutes.clusterDelete)]);
  // The last lines of the logs are written while the cluster goes.
  await deliverLogs(record);
  await removeControlPlaneInterfaces(record);
  const groupId = cluster.resourcesVpcConfig.clusterSecurityGroupId;
  // Leaked interfaces hold the group: EKS then leaves it behind without a word.
  if (groupId !== undefined) await deleteSecurityGroup(eks, groupId);
  eks.clusters.delete(cluster.name);
}
