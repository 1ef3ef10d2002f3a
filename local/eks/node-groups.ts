/** Managed node groups: create, describe, list, delete. */
import * as ec2 from "@aws-sdk/client-ec2";
import type * as sdk from "@aws-sdk/client-eks";
import { randomUUID } from "node:crypto";
import { addNodeEntry } from "./access-entries.ts";
import type { ClusterOperation, ClusterRecord, NodeGroupRecord } from "./context.ts";
import { minutes } from "./durations.ts";
import {
  inUse,
  invalidParameter,
  invalidRequest,
  notFound,
  refuseWhile,
  requireActive,
  required,
} from "./faults.ts";
import { addNodes, drainNode, readLaunchTemplate, terminateNode } from "./instances.ts";
import { deleteSecurityGroup, readSubnets } from "./network.ts";
import { checkNodeRole } from "./roles.ts";
import { checkTags } from "./tags.ts";
import { nodeRelease } from "./versions.ts";

type Group = NodeGroupRecord["group"];

export function nodeGroupNamed(record: ClusterRecord, name: string | undefined): NodeGroupRecord {
  const found = record.nodeGroups.get(name ?? "");
  if (!found) {
    throw notFound(`No node group found for name: ${name ?? ""}.`, {
      clusterName: record.cluster.name,
      nodegroupName: name ?? "",
    });
  }
  return found;
}

/** Fills what is left out and checks that min <= desired <= max. */
export function checkScaling(
  wanted: sdk.NodegroupScalingConfig | undefined,
  before = { minSize: 1, maxSize: 2, desiredSize: 2 },
): Group["scalingConfig"] {
  const minSize = wanted?.minSize ?? before.minSize;
  const maxSize = wanted?.maxSize ?? before.maxSize;
  const desiredSize = wanted?.desiredSize ?? before.desiredSize;
  if (desiredSize > maxSize) {
    throw invalidParameter(`desired capacity ${desiredSize} can't be greater than max size ${maxSize}`);
  }
  if (minSize > desiredSize) {
    throw invalidParameter(`Minimum capacity ${minSize} can't be greater than desired size ${desiredSize}`);
  }
  return { minSize, maxSize, desiredSize };
}

function refuseDuplicate({ cluster, nodeGroups }: ClusterRecord, name: string): void {
  if (!nodeGroups.has(name)) return;
  throw inUse(`NodeGroup already exists with name ${name} and cluster name ${cluster.name}`, {
    clusterName: cluster.name,
    nodegroupName: name,
  });
}

export const createNodegroup: ClusterOperation<sdk.CreateNodegroupCommandInput> = async (record, input) => {
  requireActive(record);
  const { cluster, eks } = record;
  const nodegroupName = required(input.nodegroupName, "nodegroupName");
  refuseDuplicate(record, nodegroupName);
  const version = input.version ?? cluster.version;
  if (version !== cluster.version) {
    throw invalidRequest(
      `Nodegroup Kubernetes version should be equal to Cluster kubernetes version ${cluster.version}`,
      {
        clusterName: cluster.name,
        nodegroupName,
      },
    );
  }
  const scalingConfig = checkScaling(input.scalingConfig);
  const tags = checkTags(input.tags);
  const nodeRole = required(input.nodeRole, "nodeRole");
  await checkNodeRole(eks, nodeRole);
  const subnets = required(input.subnets, "subnets");
  if ((await readSubnets(eks, subnets)).some((subnet) => subnet.VpcId !== cluster.resourcesVpcConfig.vpcId)) {
    throw invalidParameter(
      `Subnets of nodegroup ${nodegroupName} must be in the VPC of cluster ${cluster.name}`,
    );
  }
  const template = input.launchTemplate && (await readLaunchTemplate(eks, input.launchTemplate));
  const data = template?.LaunchTemplateData;
  if (template && input.diskSize !== undefined) {
    throw invalidParameter("Disk size must be specified within the launch template.");
  }
  if (template && input.remoteAccess) {
    throw invalidParameter("Remote access configuration cannot be specified with a launch template.");
  }
  if (data?.InstanceType && input.instanceTypes) {
    throw invalidParameter("Instance types cannot be specified in both the launch template and the request.");
  }
  requireActive(record);
  refuseDuplicate(record, nodegroupName);
  const id = randomUUID();
  const group: Group = {
    nodegroupName,
    nodegroupArn: eks.arn(`nodegroup/${cluster.name}/${nodegroupName}/${id}`),
    clusterName: cluster.name,
    version,
    releaseVersion: input.releaseVersion ?? nodeRelease(version),
    createdAt: new Date(),
    modifiedAt: new Date(),
    status: "CREATING",
    capacityType: input.capacityType ?? "ON_DEMAND",
    scalingConfig,
    instanceTypes: input.instanceTypes ?? (data?.InstanceType ? [] : ["t3.medium"]),
    subnets,
    amiType: data?.ImageId ? "CUSTOM" : (input.amiType ?? "AL2023_x86_64_STANDARD"),
    nodeRole,
    labels: input.labels ?? {},
    taints: input.taints ?? [],
    resources: { autoScalingGroups: [{ name: `eks-${nodegroupName}-${id}` }] },
    ...(input.remoteAccess && { remoteAccess: input.remoteAccess }),
    ...(!template && { diskSize: input.diskSize ?? 20 }),
    ...(template && {
      launchTemplate: {
        id: template.LaunchTemplateId,
        name: template.LaunchTemplateName,
        version: String(template.VersionNumber),
      },
    }),
    updateConfig: input.updateConfig ?? { maxUnavailable: 1 },
    health: { issues: [] },
    tags,
  };
  const nodeGroup: NodeGroupRecord = { group, nodes: new Map() };
  record.nodeGroups.set(nodegroupName, nodeGroup);
  addNodeEntry(record, nodeRole);
  eks.background(
    () => fill(record, nodeGroup),
    ({ message }) => {
      fail(group, "CREATE_FAILED", { code: "AsgInstanceLaunchFailures", message });
    },
  );
  return { nodegroup: group };
};

function fail(group: Group, status: "CREATE_FAILED" | "DELETE_FAILED", issue: sdk.Issue): void {
  group.status = status;
  group.health = { issues: [issue] };
}

async function fill(record: ClusterRecord, nodeGroup: NodeGroupRecord): Promise<void> {
  const { eks } = record;
  const { group } = nodeGroup;
  if (group.remoteAccess) {
    const { GroupId } = await eks.account.ec2.send(
      new ec2.CreateSecurityGroupCommand({
        GroupName: `eks-remoteAccess-${group.nodegroupArn.split("/").at(-1) ?? ""}`,
        Description: "Security group for all nodes in the nodeGroup to allow SSH access",
        VpcId: record.cluster.resourcesVpcConfig.vpcId,
      }),
    );
    group.resources = { ...group.resources, remoteAccessSecurityGroup: GroupId };
  }
  const { absent, notReady } = await addNodes(record, nodeGroup, group.scalingConfig.desiredSize);
  if (absent.length + notReady.length === 0) {
    group.status = "ACTIVE";
    return;
  }
  fail(group, "CREATE_FAILED", {
    code: "NodeCreationFailure",
    message:
      absent.length > 0
        ? "Instances failed to join the kubernetes cluster"
        : "Unhealthy nodes in the kubernetes cluster",
    resourceIds: [...absent, ...notReady].map((node) => node.instanceId),
  });
}

export const describeNodegroup: ClusterOperation<sdk.DescribeNodegroupCommandInput> = (record, input) => ({
  nodegroup: nodeGroupNamed(record, input.nodegroupName).group,
});

export const listNodegroups: ClusterOperation = ({ nodeGroups }) => ({ nodegroups: [...nodeGroups.keys()] });

export const deleteNodegroup: ClusterOperation<sdk.DeleteNodegroupCommandInput> = (record, input) => {
  const nodeGroup = nodeGroupNamed(record, input.nodegroupName);
  const { group } = nodeGroup;
  const { nodegroupName, status } = group;
  const busy = ["CREATING", "UPDATING", "DELETING"];
  const details = { clusterName: record.cluster.name, nodegroupName };
  refuseWhile(busy, "delete", `nodegroup ${nodegroupName}`, status, details);
  group.status = "DELETING";
  record.eks.background(
    () => empty(record, nodeGroup),
    ({ message }) => {
      fail(group, "DELETE_FAILED", { code: "InternalFailure", message });
    },
  );
  return { nodegroup: group };
};

/**
 * A disruption budget holds the drain up, but not for ever: then the instances go all the same (EKS user guide).
 * So they do where the cluster cannot be reached.
 */
async function empty(record: ClusterRecord, nodeGroup: NodeGroupRecord): Promise<void> {
  const { eks } = record;
  const { group, nodes } = nodeGroup;
  const all = [...nodes.values()];
  await Promise.all([
    ...all.map((node) => drainNode(record, node).catch(() => false)),
    eks.wait(minutes.nodeGroupDelete - 1),
  ]);
  await Promise.all([...all.map((node) => terminateNode(record, nodeGroup, node)), eks.wait(1)]);
  const remoteGroup = group.resources?.remoteAccessSecurityGroup;
  if (remoteGroup !== undefined && !(await deleteSecurityGroup(eks, remoteGroup))) {
    fail(group, "DELETE_FAILED", {
      code: "Ec2SecurityGroupDeletionFailure",
      message: `DependencyViolation - resource ${remoteGroup} has a dependent object`,
      resourceIds: [remoteGroup],
    });
    return;
  }
  record.nodeGroups.delete(group.nodegroupName);
}
