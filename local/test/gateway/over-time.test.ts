/** What AWS makes for others, and what takes it time: with the states in between, seen by AWS's own clients. */
import assert from "node:assert/strict";
import * as ec2 from "@aws-sdk/client-ec2";
import * as classic from "@aws-sdk/client-elastic-load-balancing";
import * as elb from "@aws-sdk/client-elastic-load-balancing-v2";
import { createManagedInterface, motoClients } from "../../gateway/account.ts";
import {
  createGroup,
  createInterface,
  createNat,
  createNetwork,
  interfaces,
  runInstance,
  type Network,
} from "./network.ts";
import {
  clients,
  eventually,
  refused,
  region,
  startPlatform,
  type Clients,
  type Platform,
} from "./platform.ts";

describe("what takes AWS time", function () {
  this.timeout(60_000);
  let platform: Platform;
  let aws: Clients;
  let network: Network;

  before(async () => {
    // Two seconds a minute: long enough to see a state on a busy machine.
    platform = await startPlatform(30);
    aws = clients(platform);
    network = await createNetwork(aws);
  });
  after(() => platform.stop());

  const gone = (filter: string, value: string): Promise<true> =>
    eventually(`no interface with ${filter} ${value}`, async () =>
      (await interfaces(aws, filter, value)).length === 0 ? true : undefined,
    );

  describe("a NAT gateway", () => {
    const state = async (id: string): Promise<string | undefined> => {
      const input = { NatGatewayIds: [id] };
      const { NatGateways: found } = await aws.ec2.send(new ec2.DescribeNatGatewaysCommand(input));
      return found?.[0]?.State;
    };
    const reaches = (id: string, wanted: string): Promise<true> =>
      eventually(`${id} is ${wanted}`, async () => ((await state(id)) === wanted ? true : undefined));

    it("is pending, available, deleting and deleted, and holds address and interface until the end", async () => {
      const { nat, allocation } = await createNat(aws, network.subnets[0]);
      assert.equal(await state(nat), "pending");
      const [held] = await interfaces(aws, "description", `Interface for NAT Gateway ${nat}`);
      assert.equal(held?.InterfaceType, "nat_gateway");
      assert.equal(held.RequesterManaged, true);
      assert.equal(held.Status, "in-use");
      assert.equal(held.Association?.AllocationId, allocation);
      assert.match(held.PrivateIpAddress ?? "", /^10\.0\.0\./);
      await reaches(nat, "available");
      await aws.ec2.send(new ec2.DeleteNatGatewayCommand({ NatGatewayId: nat }));
      assert.equal(await state(nat), "deleting");
      const address = { AllocationId: allocation };
      await refused(aws.ec2.send(new ec2.ReleaseAddressCommand(address)), "AuthFailure", 400);
      await reaches(nat, "deleted");
      await gone("network-interface-id", held.NetworkInterfaceId ?? "");
      const { Addresses: addresses } = await aws.ec2.send(
        new ec2.DescribeAddressesCommand({ AllocationIds: [allocation] }),
      );
      assert.equal(addresses?.[0]?.AssociationId, undefined);
      await aws.ec2.send(new ec2.ReleaseAddressCommand(address));
    });

    it("that was never there is not found", async () => {
      await refused(state("nat-0"), "NatGatewayNotFound", 400);
      const deletion = aws.ec2.send(new ec2.DeleteNatGatewayCommand({ NatGatewayId: "nat-0" }));
      await refused(deletion, "NatGatewayNotFound", 400);
    });
  });

  describe("a load balancer", () => {
    it("has an interface a subnet in its groups, which outlive it by minutes", async () => {
      const group = await createGroup(aws, network.vpc, "balancer");
      const input = { Name: "application", Subnets: [...network.subnets], SecurityGroups: [group] };
      const { LoadBalancers: made } = await aws.elb.send(new elb.CreateLoadBalancerCommand(input));
      const arn = made?.[0]?.LoadBalancerArn ?? "";
      assert.equal(made?.[0]?.State?.Code, "provisioning");
      const description = `ELB ${arn.split("loadbalancer/")[1] ?? ""}`;
      const held = await interfaces(aws, "description", description);
      assert.deepEqual(held.map((item) => item.SubnetId).sort(), [...network.subnets].sort());
      assert.ok(held.every((item) => item.Groups?.[0]?.GroupId === group && item.Association?.PublicIp));
      await eventually("it is active", async () => {
        const described = new elb.DescribeLoadBalancersCommand({ LoadBalancerArns: [arn] });
        const { LoadBalancers: found } = await aws.elb.send(described);
        return found?.[0]?.State?.Code === "active" || undefined;
      });
      const other = await createGroup(aws, network.vpc, "other");
      await aws.elb.send(new elb.SetSecurityGroupsCommand({ LoadBalancerArn: arn, SecurityGroups: [other] }));
      await aws.ec2.send(new ec2.DeleteSecurityGroupCommand({ GroupId: group }));
      await aws.elb.send(new elb.DeleteLoadBalancerCommand({ LoadBalancerArn: arn }));
      const remove = (): Promise<unknown> =>
        aws.ec2.send(new ec2.DeleteSecurityGroupCommand({ GroupId: other }));
      await refused(remove(), "DependencyViolation", 400, `resource ${other} has a dependent object`);
      await gone("description", description);
      await remove();
    });

    it("of the network type has interfaces of that type, its own ARN and its tags", async () => {
      const tags = [{ Key: "elbv2.k8s.aws/cluster", Value: "sandbox-a" }];
      const input = { Name: "network", Type: "network" as const, Subnets: [...network.subnets], Tags: tags };
      const { LoadBalancers: made } = await aws.elb.send(new elb.CreateLoadBalancerCommand(input));
      const arn = made?.[0]?.LoadBalancerArn ?? "";
      assert.match(arn, /loadbalancer\/net\/network\//);
      const { TagDescriptions: described } = await aws.elb.send(
        new elb.DescribeTagsCommand({ ResourceArns: [arn] }),
      );
      assert.deepEqual(described?.[0]?.Tags, tags);
      const held = await interfaces(aws, "interface-type", "network_load_balancer");
      assert.equal(held.length, 2);
    });

    it("of the classic kind holds its subnets too", async () => {
      await aws.classic.send(
        new classic.CreateLoadBalancerCommand({
          LoadBalancerName: "old",
          Subnets: [network.subnets[0]],
          Listeners: [{ Protocol: "TCP", LoadBalancerPort: 80, InstancePort: 80 }],
        }),
      );
      assert.equal((await interfaces(aws, "description", "ELB old")).length, 1);
      await aws.classic.send(new classic.DeleteLoadBalancerCommand({ LoadBalancerName: "old" }));
      await gone("description", "ELB old");
    });
  });

  describe("a terminated instance", () => {
    it("keeps its interface while it shuts down; one that was attached later stays behind, available", async () => {
      const instance = await runInstance(aws, network.subnets[0]);
      const [primary] = await interfaces(aws, "attachment.instance-id", instance);
      const secondary = await createInterface(aws, network.subnets[0]);
      await aws.ec2.send(
        new ec2.AttachNetworkInterfaceCommand({
          NetworkInterfaceId: secondary,
          InstanceId: instance,
          DeviceIndex: 1,
        }),
      );
      await aws.ec2.send(new ec2.TerminateInstancesCommand({ InstanceIds: [instance] }));
      const { Reservations: found } = await aws.ec2.send(
        new ec2.DescribeInstancesCommand({ InstanceIds: [instance] }),
      );
      assert.equal(found?.[0]?.Instances?.[0]?.State?.Name, "shutting-down");
      assert.equal((await interfaces(aws, "attachment.instance-id", instance)).length, 2);
      await gone("network-interface-id", primary?.NetworkInterfaceId ?? "");
      const [leaked] = await interfaces(aws, "network-interface-id", secondary);
      assert.equal(leaked?.Status, "available");
      await aws.ec2.send(new ec2.DeleteNetworkInterfaceCommand({ NetworkInterfaceId: secondary }));
    });
  });

  it("lets the platform hold an interface that the user can neither detach nor delete", async () => {
    const group = await createGroup(aws, network.vpc, "control-plane");
    const inside = motoClients(platform.moto.url, region);
    const id = await createManagedInterface(inside, {
      subnetId: network.subnets[0],
      securityGroupIds: [group],
      description: "Amazon EKS sandbox-a",
      owner: "amazon-eks",
    });
    const deletion = new ec2.DeleteNetworkInterfaceCommand({ NetworkInterfaceId: id });
    await refused(aws.ec2.send(deletion), "InvalidParameterValue", 400);
    const [held] = await interfaces(aws, "network-interface-id", id);
    const attachment = { AttachmentId: held?.Attachment?.AttachmentId ?? "" };
    await refused(
      aws.ec2.send(new ec2.DetachNetworkInterfaceCommand(attachment)),
      "OperationNotPermitted",
      400,
    );
    await inside.ec2.send(deletion);
    await aws.ec2.send(new ec2.DeleteSecurityGroupCommand({ GroupId: group }));
  });

  it("forgets a route table's association with a subnet that is deleted", async () => {
    const { vpc, subnets } = await createNetwork(aws);
    const { RouteTable: made } = await aws.ec2.send(new ec2.CreateRouteTableCommand({ VpcId: vpc }));
    const table = { RouteTableId: made?.RouteTableId ?? "" };
    await aws.ec2.send(new ec2.AssociateRouteTableCommand({ ...table, SubnetId: subnets[0] }));
    await aws.ec2.send(new ec2.DeleteSubnetCommand({ SubnetId: subnets[0] }));
    await aws.ec2.send(new ec2.DeleteRouteTableCommand(table));
  });

  it("refuses an interface in a security group that does not exist", async () => {
    await refused(createInterface(aws, network.subnets[0], ["sg-0"]), "InvalidGroup.NotFound", 400);
  });

  it("allows a load balancer 50 tags", async () => {
    const input = { Name: "tagged", Subnets: [...network.subnets] };
    const { LoadBalancers: made } = await aws.elb.send(new elb.CreateLoadBalancerCommand(input));
    const tag = (count: number): Promise<unknown> => {
      const tags = Array.from({ length: count }, (_, index) => ({ Key: `key${index}`, Value: "" }));
      const arns = [made?.[0]?.LoadBalancerArn ?? ""];
      return aws.elb.send(new elb.AddTagsCommand({ ResourceArns: arns, Tags: tags }));
    };
    await tag(50);
    const more = { Key: "one-more", Value: "" };
    const arns = [made?.[0]?.LoadBalancerArn ?? ""];
    const call = aws.elb.send(new elb.AddTagsCommand({ ResourceArns: arns, Tags: [more] }));
    await refused(call, "TooManyTags", 400);
  });
});
