/** What a cluster checks and makes in the VPC: subnets, the cluster security group, the control plane's interfaces. */
import * as ec2 from "@aws-sdk/client-ec2";
import { randomInt } from "node:crypto";
import { createManagedInterface } from "../gateway/account.ts";
import { AwsFault } from "../gateway/types.ts";
import type { ClusterRecord, EksContext } from "./context.ts";
import { invalidParameter } from "./faults.ts";

/** Zones in which EKS puts no control plane. */
const bannedZones = ["use1-az3", "usw1-az2", "cac1-az3"];
/** Free addresses that each subnet needs, by what is about to happen. */
export const freeAddresses = { create: 6, update: 5 } as const;

export interface ClusterNetwork {
  readonly subnets: readonly ec2.Subnet[];
  readonly vpcId: string;
  readonly vpcRanges: readonly string[];
}

export async function readSubnets(eks: EksContext, ids: readonly string[]): Promise<ec2.Subnet[]> {
  try {
    return (
      (await eks.account.ec2.send(new ec2.DescribeSubnetsCommand({ SubnetIds: [...ids] }))).Subnets ?? []
    );
  } catch (cause) {
    if (cause instanceof ec2.EC2ServiceException) throw invalidParameter(cause.message);
    throw cause;
  }
}

export function checkFreeAddresses(subnets: readonly ec2.Subnet[], need: number): void {
  for (const { SubnetId, AvailableIpAddressCount = 0 } of subnets) {
    if (AvailableIpAddressCount < need) {
      throw invalidParameter(
        `Provided subnets ${SubnetId ?? ""} Free IPs: ${AvailableIpAddressCount} , need at least ${need} IPs in each subnet to be free for this operation`,
      );
    }
  }
}

/** Checks the subnets of a cluster and says what network they are in. */
export async function inspectNetwork(
  eks: EksContext,
  clusterName: string,
  subnetIds: readonly string[],
): Promise<ClusterNetwork> {
  const subnets = subnetIds.length > 0 ? await readSubnets(eks, subnetIds) : [];
  if (new Set(subnets.map((subnet) => subnet.AvailabilityZone)).size < 2) {
    throw invalidParameter("Subnets specified must be in at least two different AZs", { clusterName });
  }
  const vpcId = subnets[0]?.VpcId ?? "";
  if (subnets.some((subnet) => subnet.VpcId !== vpcId)) {
    throw invalidParameter("Subnets specified must belong to the same VPC", { clusterName });
  }
  const banned = subnets.find((subnet) => bannedZones.includes(subnet.AvailabilityZoneId ?? ""));
  if (banned) {
    throw new AwsFault(
      "UnsupportedAvailabilityZoneException",
      400,
      `Cannot create cluster '${clusterName}' because ${banned.AvailabilityZone ?? ""}, the targeted availability zone, does not currently have sufficient capacity to support the cluster.`,
      { clusterName },
    );
  }
  checkFreeAddresses(subnets, freeAddresses.create);
  for (const Attribute of ["enableDnsSupport", "enableDnsHostnames"] as const) {
    const answer = await eks.account.ec2.send(
      new ec2.DescribeVpcAttributeCommand({ VpcId: vpcId, Attribute }),
    );
    if (!(answer.EnableDnsSupport ?? answer.EnableDnsHostnames)?.Value) {
      throw invalidParameter(`${Attribute} must be on in the VPC ${vpcId}`, { clusterName });
    }
  }
  const vpc = (await eks.account.ec2.send(new ec2.DescribeVpcsCommand({ VpcIds: [vpcId] }))).Vpcs?.[0];
  const vpcRanges = (vpc?.CidrBlockAssociationSet ?? []).flatMap((each) => each.CidrBlock ?? []);
  return { subnets, vpcId, vpcRanges: vpcRanges.length > 0 ? vpcRanges : [vpc?.CidrBlock ?? ""] };
}

/** Makes the group that EKS puts on the control plane's interfaces and on managed nodes; returns its id. */
export async function createClusterSecurityGroup(record: ClusterRecord): Promise<string> {
  const { name, resourcesVpcConfig } = record.cluster;
  const groupName = `eks-cluster-sg-${name}-${randomInt(1e9, 2 ** 32)}`;
  const { GroupId } = await record.eks.account.ec2.send(
    new ec2.CreateSecurityGroupCommand({
      GroupName: groupName,
      Description:
        "EKS created security group applied to ENI that is attached to EKS Control Plane master nodes, as well as any managed workloads.",
      VpcId: resourcesVpcConfig.vpcId,
      TagSpecifications: [
        {
          ResourceType: "security-group",
          Tags: [
            { Key: "Name", Value: groupName },
            { Key: `kubernetes.io/cluster/${name}`, Value: "owned" },
            { Key: "aws:eks:cluster-name", Value: name },
          ],
        },
      ],
    }),
  );
  if (GroupId === undefined) throw new Error(`EC2 answered without the id of the group ${groupName}.`);
  await record.eks.account.ec2.send(
    new ec2.AuthorizeSecurityGroupIngressCommand({
      GroupId,
      IpPermissions: [{ IpProtocol: "-1", UserIdGroupPairs: [{ GroupId }] }],
    }),
  );
  return GroupId;
}

/** One interface in each of two zones, in place of those that the cluster had. */
export async function replaceControlPlaneInterfaces(record: ClusterRecord): Promise<void> {
  const { name, resourcesVpcConfig } = record.cluster;
  const subnets = await readSubnets(record.eks, resourcesVpcConfig.subnetIds);
  const byZone = new Map(subnets.map((subnet) => [subnet.AvailabilityZone, subnet]));
  const made: string[] = [];
  for (const subnet of [...byZone.values()].slice(0, 2)) {
    made.push(
      await createManagedInterface(record.eks.account, {
        subnetId: subnet.SubnetId ?? "",
        securityGroupIds: [
          resourcesVpcConfig.clusterSecurityGroupId ?? "",
          ...resourcesVpcConfig.securityGroupIds,
        ],
        description: `Amazon EKS ${name}`,
        owner: "amazon-eks",
      }),
    );
  }
  await removeControlPlaneInterfaces(record);
  record.controlPlaneInterfaces = made;
}

export async function removeControlPlaneInterfaces(record: ClusterRecord): Promise<void> {
  for (const id of record.controlPlaneInterfaces) {
    await record.eks.account.ec2.send(new ec2.DeleteNetworkInterfaceCommand({ NetworkInterfaceId: id }));
  }
  record.controlPlaneInterfaces = [];
}

/** Whether an interface carries the group, or a rule of another group names it. */
export async function securityGroupInUse(eks: EksContext, groupId: string): Promise<boolean> {
  const [interfaces, groups] = await Promise.all([
    eks.account.ec2.send(
      new ec2.DescribeNetworkInterfacesCommand({ Filters: [{ Name: "group-id", Values: [groupId] }] }),
    ),
    eks.account.ec2.send(new ec2.DescribeSecurityGroupsCommand({})),
  ]);
  const named = (groups.SecurityGroups ?? []).some(
    (group) =>
      group.GroupId !== groupId &&
      [...(group.IpPermissions ?? []), ...(group.IpPermissionsEgress ?? [])].some((rule) =>
        rule.UserIdGroupPairs?.some((pair) => pair.GroupId === groupId),
      ),
  );
  return named || (interfaces.NetworkInterfaces ?? []).length > 0;
}

/** Deletes the group unless something uses it; returns whether it is gone. */
export async function deleteSecurityGroup(eks: EksContext, groupId: string): Promise<boolean> {
  if (await securityGroupInUse(eks, groupId)) return false;
  try {
    await eks.account.ec2.send(new ec2.DeleteSecurityGroupCommand({ GroupId: groupId }));
  } catch (cause) {
    if (!(cause instanceof ec2.EC2ServiceException && cause.name === "InvalidGroup.NotFound")) throw cause;
  }
  return true;
}
