import assert from "node:assert/strict";
import * as ec2 from "@aws-sdk/client-ec2";
import * as sdk from "@aws-sdk/client-eks";
import * as iam from "@aws-sdk/client-iam";
import { ScaledClock } from "../../clock.ts";
import { clients, refused, region, user } from "../gateway/platform.ts";
import { createInterface, interfaces } from "../gateway/network.ts";
import type { Cases } from "./facts.ts";
import {
  activeCluster,
  clusterIn,
  clusterInput,
  createRole,
  createSubnet,
  createVpc,
  deleteCluster,
  ended,
  type World,
} from "./world.ts";

const create = (world: World, more: Partial<sdk.CreateClusterCommandInput>) =>
  world.eks.send(new sdk.CreateClusterCommand(clusterInput(world, world.name(), more)));

const withSubnets = (world: World, ...subnetIds: string[]) =>
  create(world, { resourcesVpcConfig: { subnetIds } });

/** A clock on which a role that was made `age` ms ago has spread by that part. */
class SpreadingClock extends ScaledClock {
  readonly #propagation: number;

  constructor(propagation: number) {
    super(1);
    this.#propagation = propagation;
  }

  override milliseconds(): number {
    return this.#propagation;
  }
}

async function securityGroup({ aws }: World, cluster: string): Promise<ec2.SecurityGroup | undefined> {
  const Filters = [{ Name: "tag:aws:eks:cluster-name", Values: [cluster] }];
  return (await aws.ec2.send(new ec2.DescribeSecurityGroupsCommand({ Filters }))).SecurityGroups?.[0];
}

export const networkCases: Cases = {
  "subnets: two zones, free addresses, DNS": async (world) => {
    const { aws, subnets } = world;
    const zones = "Subnets specified must be in at least two different AZs";
    await refused(withSubnets(world, subnets[0]), "InvalidParameterException", 400, zones);
    await refused(withSubnets(world, "subnet-nowhere", subnets[0]), "InvalidParameterException", 400);
    const narrow = await createSubnet(aws, world.vpc, "10.0.9.0/28", `${region}c`);
    for (let used = 0; used < 6; used++) await createInterface(aws, narrow);
    await refused(
      withSubnets(world, subnets[0], narrow),
      "InvalidParameterException",
      400,
      `Provided subnets ${narrow} Free IPs: 5 , need at least 6 IPs in each subnet to be free for this operation`,
    );
    const dark = await createVpc(aws, "10.1.0.0/16", false);
    const [a, b] = [
      await createSubnet(aws, dark, "10.1.0.0/24", `${region}a`),
      await createSubnet(aws, dark, "10.1.1.0/24", `${region}b`),
    ];
    await refused(withSubnets(world, a, b), "InvalidParameterException", 400);
    await refused(withSubnets(world, a, subnets[1]), "InvalidParameterException", 400);
  },

  "subnets: banned zones": async (world) => {
    const config = { endpoint: world.platform.gateway.url, region: "us-east-1", credentials: user };
    const aws = { ...clients(world.platform), ec2: new ec2.EC2Client(config) };
    const vpc = await createVpc(aws, "10.0.0.0/16");
    const { AvailabilityZones: zones } = await aws.ec2.send(new ec2.DescribeAvailabilityZonesCommand({}));
    const banned = zones?.find((zone) => zone.ZoneId === "use1-az3")?.ZoneName ?? "";
    const [a, b] = [
      await createSubnet(aws, vpc, "10.0.0.0/24", banned),
      await createSubnet(aws, vpc, "10.0.1.0/24", "us-east-1a"),
    ];
    await world.instead({ region: "us-east-1" }, async () => {
      const other = clusterInput(world, world.name(), { resourcesVpcConfig: { subnetIds: [a, b] } });
      const call = new sdk.EKSClient(config).send(new sdk.CreateClusterCommand(other));
      await refused(call, "UnsupportedAvailabilityZoneException", 400);
    });
  },

  "service CIDR": async (world) => {
    const range = (serviceIpv4Cidr: string) =>
      create(world, { kubernetesNetworkConfig: { serviceIpv4Cidr } });
    for (const bad of ["10.200.0.0/25", "10.0.0.0/11", "100.64.0.0/16", "10.0.128.0/20", "nonsense"]) {
      await refused(range(bad), "InvalidParameterException", 400);
    }
    const name = await activeCluster(world, {
      kubernetesNetworkConfig: { serviceIpv4Cidr: "10.200.0.0/16" },
    });
    assert.equal(world.controlPlanes.of(name).request.serviceCidr, "10.200.0.0/16");
    // EKS takes its other default where the VPC is in 10.0.0.0/8.
    assert.equal(world.controlPlanes.of(await activeCluster(world)).request.serviceCidr, "172.20.0.0/16");
  },

  "IAM propagation": async (world) => {
    const { roles } = world;
    const absent = roles.cluster.replace("role/", "role/no-such-");
    const invalid = ["InvalidParameterException", 400] as const;
    await refused(create(world, { roleArn: absent }), ...invalid, `roleArn, ${absent}, does not exist`);
    await refused(
      create(world, { roleArn: roles.stranger }),
      ...invalid,
      "Role could not be assumed because the trusted entity is not correct",
    );
    const fresh = await createRole(world.aws, "fresh", "eks.amazonaws.com");
    await world.instead({ clock: new SpreadingClock(3_600_000) }, () =>
      refused(create(world, { roleArn: fresh }), ...invalid, `roleArn, ${fresh}, does not exist`),
    );
    const { Role } = await world.aws.iam.send(new iam.GetRoleCommand({ RoleName: "cluster" }));
    const age = Date.now() - (Role?.CreateDate?.getTime() ?? 0);
    await world.instead({ clock: new SpreadingClock(age * 1.9) }, () =>
      refused(create(world, {}), ...invalid, "Error in role params"),
    );
  },

  "control-plane interfaces": async (world) => {
    const name = await activeCluster(world);
    const mine = () => interfaces(world.aws, "description", `Amazon EKS ${name}`);
    const before = await mine();
    assert.deepEqual(before.map((each) => each.SubnetId).sort(), world.subnets.toSorted());
    assert.ok(before.every((each) => each.Status === "in-use" && each.RequesterManaged));
    await refused(
      world.aws.ec2.send(
        new ec2.DeleteNetworkInterfaceCommand({ NetworkInterfaceId: before[0]?.NetworkInterfaceId }),
      ),
      "InvalidParameterValue",
      400,
    );
    await ended(
      world,
      name,
      await world.eks.send(new sdk.UpdateClusterVersionCommand({ name, version: "1.35" })),
    );
    const after = await mine();
    assert.equal(after.length, 2);
    const ids = before.map((each) => each.NetworkInterfaceId);
    assert.ok(after.every((each) => !ids.includes(each.NetworkInterfaceId)));
    await deleteCluster(world, name);
    assert.deepEqual(await mine(), []);
  },

  "cluster security group": async (world) => {
    const name = await activeCluster(world);
    const group = await securityGroup(world, name);
    const { resourcesVpcConfig } = await clusterIn(world, name, "ACTIVE");
    assert.ok(group);
    assert.equal(group.GroupId, resourcesVpcConfig?.clusterSecurityGroupId);
    assert.match(group.GroupName ?? "", new RegExp(`^eks-cluster-sg-${name}-\\d+$`));
    assert.ok(
      group.Tags?.some((tag) => tag.Key === `kubernetes.io/cluster/${name}` && tag.Value === "owned"),
    );
    assert.equal(group.IpPermissions?.[0]?.UserIdGroupPairs?.[0]?.GroupId, group.GroupId);
    await deleteCluster(world, name);
    assert.equal(await securityGroup(world, name), undefined);

    const held = await activeCluster(world);
    const { GroupId = "" } = (await securityGroup(world, held)) ?? {};
    await createInterface(world.aws, world.subnets[0], [GroupId]);
    await deleteCluster(world, held);
    assert.equal((await securityGroup(world, held))?.GroupId, GroupId);
  },
};
