/** The network of a stack, which the engine deletes: the sweep touches none of it, and the ledger counts it. */
import * as ec2 from "@aws-sdk/client-ec2";
import { ec2Kind } from "../ec2-kind.ts";
import type { AwsKind } from "../kind.ts";
import { tagsOf } from "../ownership.ts";
import { collect } from "../paging.ts";

const vpcEndpoints = (client: ec2.EC2Client, input: ec2.DescribeVpcEndpointsCommandInput) =>
  collect(ec2.paginateDescribeVpcEndpoints({ client }, input), (page) => page.VpcEndpoints);

export const networkKinds: readonly AwsKind[] = [
  ec2Kind<ec2.Vpc>({
    type: "ec2:vpc",
    noun: "VPC",
    plural: "VPCs",
    prefix: "vpc-",
    idFilter: "vpc-id",
    vpcFilter: "vpc-id",
    list: (client, Filters) =>
      collect(ec2.paginateDescribeVpcs({ client }, { Filters }), (page) => page.Vpcs),
    thing: ({ VpcId: id, Tags }) => ({ id, tags: tagsOf(Tags), vpcId: id }),
  }),
  ec2Kind<ec2.Subnet>({
    type: "ec2:subnet",
    noun: "subnet",
    plural: "subnets",
    prefix: "subnet-",
    idFilter: "subnet-id",
    vpcFilter: "vpc-id",
    list: (client, Filters) =>
      collect(ec2.paginateDescribeSubnets({ client }, { Filters }), (page) => page.Subnets),
    thing: ({ SubnetId: id, VpcId: vpcId, Tags }) => ({ id, tags: tagsOf(Tags), vpcId }),
  }),
  ec2Kind<ec2.InternetGateway>({
    type: "ec2:internet-gateway",
    noun: "internet gateway",
    plural: "internet gateways",
    prefix: "igw-",
    idFilter: "internet-gateway-id",
    vpcFilter: "attachment.vpc-id",
    list: (client, Filters) =>
      collect(ec2.paginateDescribeInternetGateways({ client }, { Filters }), (page) => page.InternetGateways),
    thing: ({ InternetGatewayId: id, Attachments, Tags }) => ({
      id,
      tags: tagsOf(Tags),
      vpcId: Attachments?.[0]?.VpcId,
    }),
  }),
  ec2Kind<ec2.RouteTable>({
    type: "ec2:route-table",
    noun: "route table",
    plural: "route tables",
    prefix: "rtb-",
    idFilter: "route-table-id",
    vpcFilter: "vpc-id",
    list: (client, Filters) =>
      collect(ec2.paginateDescribeRouteTables({ client }, { Filters }), (page) => page.RouteTables),
    thing: ({ RouteTableId: id, VpcId: vpcId, Tags }) => ({ id, tags: tagsOf(Tags), vpcId }),
  }),
  ec2Kind<ec2.NatGateway>({
    type: "ec2:nat-gateway",
    noun: "NAT gateway",
    plural: "NAT gateways",
    prefix: "nat-",
    idFilter: "nat-gateway-id",
    vpcFilter: "vpc-id",
    list: (client, Filter) =>
      collect(ec2.paginateDescribeNatGateways({ client }, { Filter }), (page) => page.NatGateways),
    // Listed for about an hour after its end.
    thing: ({ NatGatewayId: id, VpcId: vpcId, State, Tags }) => ({
      id,
      tags: tagsOf(Tags),
      vpcId,
      state: State ?? "",
      gone: State === "deleted",
    }),
  }),
  ec2Kind<ec2.Address>({
    type: "ec2:elastic-ip",
    noun: "elastic IP",
    plural: "elastic IPs",
    prefix: "eipalloc-",
    idFilter: "allocation-id",
    list: async (client, Filters) =>
      (await client.send(new ec2.DescribeAddressesCommand({ Filters }))).Addresses ?? [],
    thing: ({ AllocationId: id, Tags }) => ({ id, tags: tagsOf(Tags) }),
  }),
  ec2Kind<ec2.VpcEndpoint>({
    type: "ec2:vpc-endpoint",
    noun: "VPC endpoint",
    plural: "VPC endpoints",
    prefix: "vpce-",
    vpcFilter: "vpc-id",
    list: (client, Filters) => vpcEndpoints(client, { Filters }),
    listIds: (client, VpcEndpointIds) => vpcEndpoints(client, { VpcEndpointIds }),
    thing: ({ VpcEndpointId: id, VpcId: vpcId, State, Tags }) => ({
      id,
      tags: tagsOf(Tags),
      vpcId,
      state: State ?? "",
      gone: State?.toLowerCase() === "deleted",
    }),
  }),
  ec2Kind<ec2.FlowLog>({
    type: "ec2:flow-log",
    noun: "flow log",
    plural: "flow logs",
    prefix: "fl-",
    idFilter: "flow-log-id",
    vpcFilter: "resource-id",
    list: (client, Filter) =>
      collect(ec2.paginateDescribeFlowLogs({ client }, { Filter }), (page) => page.FlowLogs),
    thing: ({ FlowLogId: id, ResourceId: vpcId, Tags }) => ({ id, tags: tagsOf(Tags), vpcId }),
  }),
];
