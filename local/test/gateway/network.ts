/** Objects that the tests put into the account, through the gateway. */
import * as ec2 from "@aws-sdk/client-ec2";
import { region, type Clients } from "./platform.ts";

export interface Network {
  readonly vpc: string;
  readonly subnets: readonly [string, string];
}

export async function createNetwork({ ec2: client }: Clients): Promise<Network> {
  const { Vpc: vpc } = await client.send(new ec2.CreateVpcCommand({ CidrBlock: "10.0.0.0/16" }));
  const id = vpc?.VpcId ?? "";
  return { vpc: id, subnets: [await subnet(client, id, "a", 0), await subnet(client, id, "b", 1)] };
}

async function subnet(client: ec2.EC2Client, vpc: string, zone: string, index: number): Promise<string> {
  const { Subnet: made } = await client.send(
    new ec2.CreateSubnetCommand({
      VpcId: vpc,
      CidrBlock: `10.0.${index}.0/24`,
      AvailabilityZone: region + zone,
    }),
  );
  return made?.SubnetId ?? "";
}

export async function createGroup({ ec2: client }: Clients, vpc: string, name: string): Promise<string> {
  const input = { VpcId: vpc, GroupName: name, Description: "made by a test" };
  return (await client.send(new ec2.CreateSecurityGroupCommand(input))).GroupId ?? "";
}

export async function createInterface(
  { ec2: client }: Clients,
  subnetId: string,
  groups?: readonly string[],
): Promise<string> {
  const input = { SubnetId: subnetId, ...(groups && { Groups: [...groups] }) };
  const { NetworkInterface: made } = await client.send(new ec2.CreateNetworkInterfaceCommand(input));
  return made?.NetworkInterfaceId ?? "";
}

export async function createNat(
  { ec2: client }: Clients,
  subnetId: string,
): Promise<{ readonly nat: string; readonly allocation: string }> {
  const { AllocationId: allocation = "" } = await client.send(
    new ec2.AllocateAddressCommand({ Domain: "vpc" }),
  );
  const { NatGateway: made } = await client.send(
    new ec2.CreateNatGatewayCommand({ SubnetId: subnetId, AllocationId: allocation }),
  );
  return { nat: made?.NatGatewayId ?? "", allocation };
}

export async function runInstance({ ec2: client }: Clients, subnetId: string): Promise<string> {
  const { Instances: made } = await client.send(
    new ec2.RunInstancesCommand({
      ImageId: "ami-12345678",
      MinCount: 1,
      MaxCount: 1,
      InstanceType: "t3.small",
      SubnetId: subnetId,
    }),
  );
  return made?.[0]?.InstanceId ?? "";
}

export async function interfaces(
  { ec2: client }: Clients,
  filter: string,
  value: string,
): Promise<ec2.NetworkInterface[]> {
  const input = { Filters: [{ Name: filter, Values: [value] }] };
  return (await client.send(new ec2.DescribeNetworkInterfacesCommand(input))).NetworkInterfaces ?? [];
}
