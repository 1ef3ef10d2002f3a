/** The kinds of EC2 and VPC objects that a census looks for. */
import * as ec2 from "@aws-sdk/client-ec2";
import type { ThingInAws } from "../../src/teardown/laws/aws.ts";
import { tagsOf } from "./scope.ts";

export interface Ec2Object {
  readonly id: string;
  /** For the teardown's law, of what a sweep could delete. */
  readonly shown?: Omit<ThingInAws, "type" | "id">;
  /** Gone but still listed: AWS shows terminated instances and deleted NAT gateways for about an hour. */
  readonly gone?: boolean;
}

export interface Ec2Kind {
  readonly type: string;
  /** How its ids begin. DescribeTags names types in words of its own, so the id tells what a tag is on. */
  readonly prefix: string;
  /** Filter for ids; absent where the operation has none, and its objects are found by their tags alone. */
  readonly idFilter?: string;
  /** Filter for what is inside a VPC; absent for what is in none. */
  readonly vpcFilter?: string;
  list(client: ec2.EC2Client, filters: ec2.Filter[]): Promise<Ec2Object[]>;
}

type Page<K extends string, T> = Partial<Record<K, T[] | undefined>>;

async function collect<K extends string, T>(
  pages: AsyncIterable<Page<K, T>>,
  key: K,
  object: (item: T) => Omit<Ec2Object, "id"> & { readonly id: string | undefined },
): Promise<Ec2Object[]> {
  const found: Ec2Object[] = [];
  for await (const page of pages) {
    for (const item of page[key] ?? []) {
      const { id, ...rest } = object(item);
      if (id !== undefined) found.push({ ...rest, id });
    }
  }
  return found;
}

async function elasticIps(client: ec2.EC2Client, Filters: ec2.Filter[]): Promise<Ec2Object[]> {
  const { Addresses = [] } = await client.send(new ec2.DescribeAddressesCommand({ Filters }));
  return Addresses.flatMap(({ AllocationId }) => (AllocationId === undefined ? [] : [{ id: AllocationId }]));
}

async function instances(client: ec2.EC2Client, Filters: ec2.Filter[]): Promise<Ec2Object[]> {
  const found: Ec2Object[] = [];
  for await (const page of ec2.paginateDescribeInstances({ client }, { Filters })) {
    for (const item of (page.Reservations ?? []).flatMap(({ Instances = [] }) => Instances)) {
      const shown = { tags: tagsOf(item.Tags), vpcId: item.VpcId };
      found.push({ id: item.InstanceId ?? "", gone: item.State?.Name === "terminated", shown });
    }
  }
  return found;
}

export const ec2Kinds: readonly Ec2Kind[] = [
  {
    type: "vpc",
    prefix: "vpc-",
    idFilter: "vpc-id",
    vpcFilter: "vpc-id",
    list: (client, Filters) =>
      collect(ec2.paginateDescribeVpcs({ client }, { Filters }), "Vpcs", (item) => ({ id: item.VpcId })),
  },
  {
    type: "subnet",
    prefix: "subnet-",
    idFilter: "subnet-id",
    vpcFilter: "vpc-id",
    list: (client, Filters) =>
      collect(ec2.paginateDescribeSubnets({ client }, { Filters }), "Subnets", (item) => ({
        id: item.SubnetId,
      })),
  },
  {
    type: "internet-gateway",
    prefix: "igw-",
    idFilter: "internet-gateway-id",
    vpcFilter: "attachment.vpc-id",
    list: (client, Filters) =>
      collect(ec2.paginateDescribeInternetGateways({ client }, { Filters }), "InternetGateways", (item) => ({
        id: item.InternetGatewayId,
      })),
  },
  {
    type: "route-table",
    prefix: "rtb-",
    idFilter: "route-table-id",
    vpcFilter: "vpc-id",
    list: (client, Filters) =>
      collect(ec2.paginateDescribeRouteTables({ client }, { Filters }), "RouteTables", (item) => ({
        id: item.RouteTableId,
      })),
  },
  {
    type: "nat-gateway",
    prefix: "nat-",
    idFilter: "nat-gateway-id",
    vpcFilter: "vpc-id",
    list: (client, Filter) =>
      collect(ec2.paginateDescribeNatGateways({ client }, { Filter }), "NatGateways", (item) => ({
        id: item.NatGatewayId,
        gone: item.State === "deleted",
      })),
  },
  {
    type: "elastic-ip",
    prefix: "eipalloc-",
    idFilter: "allocation-id",
    list: elasticIps,
  },
  {
    type: "vpc-endpoint",
    prefix: "vpce-",
    vpcFilter: "vpc-id",
    list: (client, Filters) =>
      collect(ec2.paginateDescribeVpcEndpoints({ client }, { Filters }), "VpcEndpoints", (item) => ({
        id: item.VpcEndpointId,
        gone: item.State?.toLowerCase() === "deleted",
      })),
  },
  {
    type: "flow-log",
    prefix: "fl-",
    idFilter: "flow-log-id",
    vpcFilter: "resource-id",
    list: (client, Filter) =>
      collect(ec2.paginateDescribeFlowLogs({ client }, { Filter }), "FlowLogs", (item) => ({
        id: item.FlowLogId,
      })),
  },
  {
    type: "security-group",
    prefix: "sg-",
    idFilter: "group-id",
    vpcFilter: "vpc-id",
    list: (client, Filters) =>
      collect(ec2.paginateDescribeSecurityGroups({ client }, { Filters }), "SecurityGroups", (item) => ({
        id: item.GroupId,
        shown: { tags: tagsOf(item.Tags), vpcId: item.VpcId, account: item.OwnerId },
      })),
  },
  {
    type: "network-interface",
    prefix: "eni-",
    idFilter: "network-interface-id",
    vpcFilter: "vpc-id",
    list: (client, Filters) =>
      collect(
        ec2.paginateDescribeNetworkInterfaces({ client }, { Filters }),
        "NetworkInterfaces",
        (item) => ({
          id: item.NetworkInterfaceId,
          shown: { tags: tagsOf(item.TagSet), vpcId: item.VpcId, account: item.OwnerId },
        }),
      ),
  },
  {
    type: "instance",
    prefix: "i-",
    idFilter: "instance-id",
    vpcFilter: "vpc-id",
    list: instances,
  },
  {
    type: "volume",
    prefix: "vol-",
    idFilter: "volume-id",
    list: (client, Filters) =>
      collect(ec2.paginateDescribeVolumes({ client }, { Filters }), "Volumes", (item) => ({
        id: item.VolumeId,
        shown: { tags: tagsOf(item.Tags), madeAt: item.CreateTime?.getTime() },
      })),
  },
  {
    type: "snapshot",
    prefix: "snap-",
    idFilter: "snapshot-id",
    list: (client, Filters) =>
      collect(
        ec2.paginateDescribeSnapshots({ client }, { Filters, OwnerIds: ["self"] }),
        "Snapshots",
        (item) => ({
          id: item.SnapshotId,
          shown: { tags: tagsOf(item.Tags) },
        }),
      ),
  },
  {
    type: "launch-template",
    prefix: "lt-",
    list: (client, Filters) =>
      collect(ec2.paginateDescribeLaunchTemplates({ client }, { Filters }), "LaunchTemplates", (item) => ({
        id: item.LaunchTemplateId,
        shown: { tags: tagsOf(item.Tags), madeAt: item.CreateTime?.getTime() },
      })),
  },
];
