/** The EC2 instances of a managed node group: launched from its template, joined, drained, terminated. */
import * as ec2 from "@aws-sdk/client-ec2";
import type * as sdk from "@aws-sdk/client-eks";
import { attachPodInterface, cniWorks, releasePodInterface } from "./cni.ts";
import type { ClusterRecord, EksContext, NodeGroupRecord, NodeRecord } from "./context.ts";
import { minutes } from "./durations.ts";
import { invalidParameter } from "./faults.ts";
import { rolePolicies } from "./roles.ts";

const taintEffects: Readonly<Record<sdk.TaintEffect, string>> = {
  NO_SCHEDULE: "NoSchedule",
  NO_EXECUTE: "NoExecute",
  PREFER_NO_SCHEDULE: "PreferNoSchedule",
};

export async function readLaunchTemplate(
  eks: EksContext,
  { id, name, version }: sdk.LaunchTemplateSpecification,
): Promise<ec2.LaunchTemplateVersion> {
  try {
    const { LaunchTemplateVersions } = await eks.account.ec2.send(
      new ec2.DescribeLaunchTemplateVersionsCommand({
        ...(id === undefined ? { LaunchTemplateName: name } : { LaunchTemplateId: id }),
        Versions: [version ?? "$Default"],
      }),
    );
    const found = LaunchTemplateVersions?.[0];
    if (found) return found;
  } catch (cause) {
    if (!(cause instanceof ec2.EC2ServiceException)) throw cause;
    throw invalidParameter(cause.message);
  }
  throw invalidParameter(`Launch template ${id ?? name ?? ""} has no version ${version ?? "$Default"}`);
}

/** Launches one instance into the subnet that has fewest, with the tags that EKS puts on its nodes. */
export async function launchNode(record: ClusterRecord, nodeGroup: NodeGroupRecord): Promise<NodeRecord> {
  const { eks, cluster } = record;
  const { group, nodes } = nodeGroup;
  const load = (subnet: string): number =>
    [...nodes.values()].filter((node) => node.subnetId === subnet).length;
  const subnetId = group.subnets.toSorted((a, b) => load(a) - load(b))[0] ?? "";
  const template = group.launchTemplate && (await readLaunchTemplate(eks, group.launchTemplate));
  const data = template?.LaunchTemplateData;
  const templateGroups = data?.SecurityGroupIds ?? data?.NetworkInterfaces?.[0]?.Groups ?? [];
  const remoteGroup = group.resources?.remoteAccessSecurityGroup;
  const securityGroups =
    templateGroups.length > 0
      ? templateGroups
      : [
          cluster.resourcesVpcConfig.clusterSecurityGroupId ?? "",
          ...(remoteGroup === undefined ? [] : [remoteGroup]),
        ];
  const metadata = data?.MetadataOptions;
  const Tags = Object.entries({
    "eks:cluster-name": cluster.name,
    "eks:nodegroup-name": group.nodegroupName,
    [`kubernetes.io/cluster/${cluster.name}`]: "owned",
  }).map(([Key, Value]) => ({ Key, Value }));
  const { Instances } = await eks.account.ec2.send(
    new ec2.RunInstancesCommand({
      MinCount: 1,
      MaxCount: 1,
      ImageId: data?.ImageId ?? "ami-0ec5000000000000a",
      InstanceType: data?.InstanceType ?? (group.instanceTypes[0] as "t3.medium"),
      ...(template && {
        LaunchTemplate: {
          LaunchTemplateId: template.LaunchTemplateId,
          Version: String(template.VersionNumber),
        },
      }),
      ...(metadata?.HttpTokens && {
        MetadataOptions: {
          HttpTokens: metadata.HttpTokens,
          ...(metadata.HttpPutResponseHopLimit !== undefined && {
            HttpPutResponseHopLimit: metadata.HttpPutResponseHopLimit,
          }),
        },
      }),
      NetworkInterfaces: [
        { DeviceIndex: 0, SubnetId: subnetId, Groups: securityGroups, DeleteOnTermination: true },
      ],
      TagSpecifications: [
        { ResourceType: "instance", Tags },
        { ResourceType: "volume", Tags },
      ],
    }),
  );
  const instance = Instances?.[0];
  const privateIp = instance?.PrivateIpAddress ?? "";
  const domain = eks.region === "us-east-1" ? "ec2.internal" : `${eks.region}.compute.internal`;
  const node: NodeRecord = {
    instanceId: instance?.InstanceId ?? "",
    name: `ip-${privateIp.replaceAll(".", "-")}.${domain}`,
    instanceType: instance?.InstanceType ?? "",
    zone: instance?.Placement?.AvailabilityZone ?? "",
    privateIp,
    subnetId,
    securityGroups,
    version: group.version,
  };
  nodes.set(node.instanceId, node);
  return node;
}

/** Registers the node with its cluster; one whose role may not call EKS never gets that far. */
export async function joinNode(
  record: ClusterRecord,
  { group }: NodeGroupRecord,
  node: NodeRecord,
): Promise<void> {
  const { eks } = record;
  const mapped =
    record.cluster.accessConfig.authenticationMode !== "API" || record.accessEntries.has(group.nodeRole);
  const allowed = (await rolePolicies(eks, group.nodeRole)).includes("AmazonEKSWorkerNodePolicy");
  if (!mapped || !allowed) return;
  await eks.controlPlanes.addNode(record.cluster.name, {
    ...node,
    region: eks.region,
    nodeGroup: group.nodegroupName,
    labels: {
      ...group.labels,
      "eks.amazonaws.com/nodegroup": group.nodegroupName,
      "eks.amazonaws.com/capacityType": group.capacityType ?? "ON_DEMAND",
    },
    taints: group.taints.map(({ key = "", value = "", effect }) => ({
      key,
      value,
      effect: taintEffects[effect ?? "NO_SCHEDULE"],
    })),
  });
}

/** Which of the nodes are not in the cluster, and which are there but not Ready. */
export async function nodeProblems(
  record: ClusterRecord,
  nodes: readonly NodeRecord[],
): Promise<{ readonly absent: NodeRecord[]; readonly notReady: NodeRecord[] }> {
  const { eks } = record;
  const ready = new Map(
    (await eks.controlPlanes.nodes(record.cluster.name)).map((node) => [node.name, node.ready]),
  );
  return {
    absent: nodes.filter((node) => !ready.has(node.name)),
    notReady: nodes.filter((node) => ready.get(node.name) === false),
  };
}

/** Launches nodes, joins them and waits until all are Ready; returns those that did not make it in 15 minutes. */
export async function addNodes(
  record: ClusterRecord,
  nodeGroup: NodeGroupRecord,
  count: number,
): Promise<Awaited<ReturnType<typeof nodeProblems>>> {
  const { eks } = record;
  const added: NodeRecord[] = [];
  for (let left = count; left > 0; left--) added.push(await launchNode(record, nodeGroup));
  await eks.wait(minutes.nodeGroupCreate / 2);
  await Promise.all(added.map((node) => joinNode(record, nodeGroup, node)));
  await eks.wait(minutes.nodeGroupCreate / 2);
  let problems = await nodeProblems(record, added);
  await eks.until(minutes.nodeGroupPatience, async () => {
    problems = await nodeProblems(record, added);
    // Without its role vpc-cni crashes, and a node without network is not Ready.
    if (!(await cniWorks(record, nodeGroup.group.nodeRole))) {
      problems = { ...problems, notReady: added.filter((node) => !problems.absent.includes(node)) };
    }
    return problems.absent.length + problems.notReady.length === 0;
  });
  const failed = [...problems.absent, ...problems.notReady];
  for (const node of added.filter((each) => !failed.includes(each))) {
    await attachPodInterface(record, node);
  }
  return problems;
}

/** Drains the node; false if its pods could not be evicted within 15 minutes. */
export async function drainNode(record: ClusterRecord, node: NodeRecord): Promise<boolean> {
  const { eks } = record;
  const { absent } = await nodeProblems(record, [node]);
  if (absent.length > 0) return true;
  let drained = false;
  const draining = eks.controlPlanes.removeNode(record.cluster.name, node.name).then(() => {
    drained = true;
  });
  // A failure is thrown by the race below; after the race nobody listens any more.
  draining.catch(() => undefined);
  await Promise.race([draining, eks.until(minutes.nodeGroupPatience, () => Promise.resolve(drained))]);
  return drained;
}

/** Terminates the instance and waits until it is gone. */
export async function terminateNode(
  record: ClusterRecord,
  nodeGroup: NodeGroupRecord,
  node: NodeRecord,
): Promise<void> {
  const { eks } = record;
  await releasePodInterface(record, nodeGroup, node);
  const InstanceIds = [node.instanceId];
  try {
    await eks.account.ec2.send(new ec2.TerminateInstancesCommand({ InstanceIds }));
    await eks.until(minutes.nodeGroupPatience, async () => {
      const { Reservations } = await eks.account.ec2.send(new ec2.DescribeInstancesCommand({ InstanceIds }));
      return Reservations?.[0]?.Instances?.[0]?.State?.Name === "terminated";
    });
  } catch (cause) {
    // Somebody may have been faster; the node is gone then too.
    if (!(cause instanceof ec2.EC2ServiceException && cause.name === "InvalidInstanceID.NotFound"))
      throw cause;
  }
  nodeGroup.nodes.delete(node.instanceId);
}
