/** What holds a VPC and its parts in place. */
import * as ec2 from "@aws-sdk/client-ec2";
import { createGroup, createInterface, createNat, createNetwork } from "../network.ts";
import { refused } from "../platform.ts";
import { dependencies, type Cases } from "./context.ts";

export const networkCases: Cases = {
  "DeleteVpc with dependents": async ({ aws }) => {
    const { Vpc: vpc } = await aws.ec2.send(new ec2.CreateVpcCommand({ CidrBlock: "10.9.0.0/16" }));
    const id = vpc?.VpcId ?? "";
    const group = await createGroup(aws, id, "extra");
    const deleteVpc = (): Promise<unknown> => aws.ec2.send(new ec2.DeleteVpcCommand({ VpcId: id }));
    await refused(deleteVpc(), ...dependencies("vpc", id));
    await aws.ec2.send(new ec2.DeleteSecurityGroupCommand({ GroupId: group }));
    const { InternetGateway: made } = await aws.ec2.send(new ec2.CreateInternetGatewayCommand({}));
    const gateway = { InternetGatewayId: made?.InternetGatewayId ?? "", VpcId: id };
    await aws.ec2.send(new ec2.AttachInternetGatewayCommand(gateway));
    await refused(deleteVpc(), ...dependencies("vpc", id));
    await aws.ec2.send(new ec2.DetachInternetGatewayCommand(gateway));
    const { RouteTable: table } = await aws.ec2.send(new ec2.CreateRouteTableCommand({ VpcId: id }));
    await refused(deleteVpc(), ...dependencies("vpc", id));
    const tableId = { RouteTableId: table?.RouteTableId ?? "" };
    await aws.ec2.send(new ec2.DeleteRouteTableCommand(tableId));
    await deleteVpc();
  },
  "DeleteSubnet with a network interface or NAT gateway": async ({ aws }) => {
    const { vpc, subnets } = await createNetwork(aws);
    const [first, second] = subnets;
    const held = await createInterface(aws, first);
    const { nat } = await createNat(aws, second);
    for (const id of subnets) {
      const refusal = aws.ec2.send(new ec2.DeleteSubnetCommand({ SubnetId: id }));
      await refused(refusal, ...dependencies("subnet", id));
    }
    await aws.ec2.send(new ec2.DeleteNetworkInterfaceCommand({ NetworkInterfaceId: held }));
    await aws.ec2.send(new ec2.DeleteNatGatewayCommand({ NatGatewayId: nat }));
    for (const id of subnets) await aws.ec2.send(new ec2.DeleteSubnetCommand({ SubnetId: id }));
    await aws.ec2.send(new ec2.DeleteVpcCommand({ VpcId: vpc }));
  },
  "CreateSubnet smaller than /28 or larger than /16": async ({ aws, network }) => {
    const subnet = { VpcId: network.vpc, CidrBlock: "10.0.7.0/29" };
    const refusal = aws.ec2.send(new ec2.CreateSubnetCommand(subnet));
    await refused(refusal, "InvalidSubnet.Range", 400, "The CIDR '10.0.7.0/29' is invalid.");
  },
  "DetachInternetGateway with mapped public addresses": async ({ aws }) => {
    const { vpc, subnets } = await createNetwork(aws);
    const { InternetGateway: made } = await aws.ec2.send(new ec2.CreateInternetGatewayCommand({}));
    const gateway = { InternetGatewayId: made?.InternetGatewayId ?? "", VpcId: vpc };
    await aws.ec2.send(new ec2.AttachInternetGatewayCommand(gateway));
    const { nat } = await createNat(aws, subnets[0]);
    const detach = (): Promise<unknown> => aws.ec2.send(new ec2.DetachInternetGatewayCommand(gateway));
    const message = `Network ${vpc} has some mapped public address(es). Please unmap those public address(es) before detaching the gateway.`;
    await refused(detach(), "DependencyViolation", 400, message);
    await aws.ec2.send(new ec2.DeleteNatGatewayCommand({ NatGatewayId: nat }));
    await detach();
  },
  "DeleteInternetGateway while attached": async ({ aws, network }) => {
    const { InternetGateway: made } = await aws.ec2.send(new ec2.CreateInternetGatewayCommand({}));
    const gateway = { InternetGatewayId: made?.InternetGatewayId ?? "" };
    await aws.ec2.send(new ec2.AttachInternetGatewayCommand({ ...gateway, VpcId: network.vpc }));
    const refusal = aws.ec2.send(new ec2.DeleteInternetGatewayCommand(gateway));
    await refused(refusal, ...dependencies("internetGateway", gateway.InternetGatewayId));
    await aws.ec2.send(new ec2.DetachInternetGatewayCommand({ ...gateway, VpcId: network.vpc }));
  },
  "DeleteRouteTable that is the main one": async ({ aws, network }) => {
    const vpc = { Filters: [{ Name: "vpc-id", Values: [network.vpc] }] };
    const { RouteTables: tables } = await aws.ec2.send(new ec2.DescribeRouteTablesCommand(vpc));
    const main = tables?.find((table) => table.Associations?.some((link) => link.Main));
    const id = main?.RouteTableId ?? "";
    const refusal = aws.ec2.send(new ec2.DeleteRouteTableCommand({ RouteTableId: id }));
    await refused(refusal, ...dependencies("routeTable", id));
  },
};
