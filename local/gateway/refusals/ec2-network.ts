/** What holds a VPC and its parts in place. */
import {
  DescribeInternetGatewaysCommand,
  DescribeNatGatewaysCommand,
  DescribeNetworkAclsCommand,
  DescribeNetworkInterfacesCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcEndpointsCommand,
  type NetworkInterface,
} from "@aws-sdk/client-ec2";
import { AwsFault } from "../types.ts";
import { refusalsOf, type Call, type Refusal, type Rewording } from "./types.ts";

const violation = (message: string): AwsFault => new AwsFault("DependencyViolation", 400, message);

const hasDependencies = (kind: string, id: string): AwsFault =>
  violation(`The ${kind} '${id}' has dependencies and cannot be deleted.`);

export async function interfacesBy(call: Call, filter: string, value: string): Promise<NetworkInterface[]> {
  const { NetworkInterfaces: found } = await call.aws.ec2.send(
    new DescribeNetworkInterfacesCommand({ Filters: [{ Name: filter, Values: [value] }] }),
  );
  return found ?? [];
}

async function vpcHasDependents({ aws: { ec2 }, form }: Call): Promise<boolean> {
  const vpc = form.get("VpcId") ?? "";
  const query = { Filters: [{ Name: "vpc-id", Values: [vpc] }] };
  const attached = { Filters: [{ Name: "attachment.vpc-id", Values: [vpc] }] };
  const [subnets, groups, tables, acls, endpoints, gateways, interfaces] = await Promise.all([
    ec2.send(new DescribeSubnetsCommand(query)),
    ec2.send(new DescribeSecurityGroupsCommand(query)),
    ec2.send(new DescribeRouteTablesCommand(query)),
    ec2.send(new DescribeNetworkAclsCommand(query)),
    ec2.send(new DescribeVpcEndpointsCommand(query)),
    ec2.send(new DescribeInternetGatewaysCommand(attached)),
    ec2.send(new DescribeNetworkInterfacesCommand(query)),
  ]);
  // What AWS makes with the VPC goes with it: the default group, the main route table, the default ACL.
  return (
    [subnets.Subnets, gateways.InternetGateways, interfaces.NetworkInterfaces].some((list) => list?.length) ||
    (groups.SecurityGroups ?? []).some((group) => group.GroupName !== "default") ||
    (tables.RouteTables ?? []).some((table) => !table.Associations?.some((link) => link.Main)) ||
    (acls.NetworkAcls ?? []).some((acl) => !acl.IsDefault) ||
    (endpoints.VpcEndpoints ?? []).some((endpoint) => endpoint.State?.toLowerCase() !== "deleted")
  );
}

async function subnetHasDependents(call: Call, subnet: string): Promise<boolean> {
  const [interfaces, { NatGateways: gateways }] = await Promise.all([
    interfacesBy(call, "subnet-id", subnet),
    call.aws.ec2.send(new DescribeNatGatewaysCommand({ Filter: [{ Name: "subnet-id", Values: [subnet] }] })),
  ]);
  return interfaces.length > 0 || (gateways ?? []).some(({ State }) => State !== "deleted");
}

const refusal = refusalsOf("ec2");

export const networkRefusals: readonly Refusal[] = [
  refusal("DeleteVpc with dependents", ["DeleteVpc"], async (call) =>
    (await vpcHasDependents(call)) ? hasDependencies("vpc", call.form.get("VpcId") ?? "") : undefined,
  ),
  refusal("DeleteSubnet with a network interface or NAT gateway", ["DeleteSubnet"], async (call) => {
    const subnet = call.form.get("SubnetId") ?? "";
    return (await subnetHasDependents(call, subnet)) ? hasDependencies("subnet", subnet) : undefined;
  }),
  refusal("CreateSubnet smaller than /28 or larger than /16", ["CreateSubnet"], (call) => {
    const cidr = call.form.get("CidrBlock") ?? "";
    const size = Number(cidr.split("/")[1] ?? 24);
    const fault = new AwsFault("InvalidSubnet.Range", 400, `The CIDR '${cidr}' is invalid.`);
    return Promise.resolve(size < 16 || size > 28 ? fault : undefined);
  }),
  refusal("DetachInternetGateway with mapped public addresses", ["DetachInternetGateway"], async (call) => {
    const vpc = call.form.get("VpcId") ?? "";
    const interfaces = await interfacesBy(call, "vpc-id", vpc);
    if (!interfaces.some(({ Association: association }) => association?.PublicIp)) return undefined;
    return violation(
      `Network ${vpc} has some mapped public address(es). Please unmap those public address(es) before detaching the gateway.`,
    );
  }),
  refusal("DeleteRouteTable that is the main one", ["DeleteRouteTable"], async ({ aws, form }) => {
    const id = form.get("RouteTableId") ?? "";
    const { RouteTables: tables } = await aws.ec2.send(
      new DescribeRouteTablesCommand({ Filters: [{ Name: "route-table-id", Values: [id] }] }),
    );
    const main = tables?.some((table) => table.Associations?.some((link) => link.Main));
    return main ? hasDependencies("routeTable", id) : undefined;
  }),
];

export const networkRewordings: readonly Rewording[] = [
  {
    rule: "DeleteInternetGateway while attached",
    service: "ec2",
    action: "DeleteInternetGateway",
    code: "DependencyViolation",
    message: ({ form }) =>
      `The internetGateway '${form.get("InternetGatewayId") ?? ""}' has dependencies and cannot be deleted.`,
  },
];
