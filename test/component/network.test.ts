import assert from "node:assert/strict";
import { Network, type NetworkArgs } from "../../components/network.ts";
import { UserError } from "../../src/errors.ts";
import { awsMocks } from "../support/aws-mocks.ts";
import { record, type Recording, type Shape } from "../support/registrations.ts";

const twoZones: NetworkArgs = {
  region: "eu-west-1",
  cidr: "10.0.0.0/16",
  zones: ["eu-west-1a", "eu-west-1b"],
  natGateways: "single",
};

const component = "sdlc:network:Network net";
const vpc = "aws:ec2/vpc:Vpc net-vpc";
const internetGateway = "aws:ec2/internetGateway:InternetGateway net-internet-gateway";
const table = (name: string): string => `aws:ec2/routeTable:RouteTable net-${name}`;
const route = (name: string): string => `aws:ec2/route:Route net-${name}-internet`;
const subnet = (name: string): string => `aws:ec2/subnet:Subnet net-${name}`;
const association = (name: string): string =>
  `aws:ec2/routeTableAssociation:RouteTableAssociation net-${name}`;
const nat = (zone: string): string => `aws:ec2/natGateway:NatGateway net-nat-${zone}`;
const address = (zone: string): string => `aws:ec2/eip:Eip net-nat-${zone}-address`;

function network(change: Partial<NetworkArgs> = {}): Promise<Recording<Record<string, unknown>>> {
  return record(awsMocks, () => {
    const made = new Network("net", { ...twoZones, ...change });
    return {
      vpcId: made.vpcId,
      publicSubnetIds: made.publicSubnetIds,
      privateSubnetIds: made.privateSubnetIds,
      natAddresses: made.natAddresses,
    };
  });
}

function subnetShape(name: string, zone: string, cidr: string, role: string): Record<string, Shape> {
  return {
    [subnet(name)]: [
      {
        vpcId: "net-vpc-id",
        availabilityZone: zone,
        cidrBlock: cidr,
        tags: { Name: `net-${name}`, [role]: "1" },
      },
      [vpc],
    ],
  };
}

function tableShape(name: string): Record<string, Shape> {
  return { [table(name)]: [{ vpcId: "net-vpc-id", tags: { Name: `net-${name}` } }, [vpc]] };
}

function associationShape(name: string, tableName: string): Record<string, Shape> {
  return {
    [association(name)]: [
      { subnetId: `net-${name}-id`, routeTableId: `net-${tableName}-id` },
      [table(tableName), subnet(name)],
    ],
  };
}

function privateRouteShape(zone: string, natZone: string): Record<string, Shape> {
  return {
    [route(`private-${zone}`)]: [
      {
        routeTableId: `net-private-${zone}-id`,
        destinationCidrBlock: "0.0.0.0/0",
        natGatewayId: `net-nat-${natZone}-id`,
      },
      [nat(natZone), table(`private-${zone}`)],
    ],
  };
}

function natShape(zone: string): Record<string, Shape> {
  return {
    [address(zone)]: [{ domain: "vpc", tags: { Name: `net-nat-${zone}-address` } }, [internetGateway]],
    [nat(zone)]: [
      {
        subnetId: `net-public-${zone}-id`,
        allocationId: `net-nat-${zone}-address-id`,
        tags: { Name: `net-nat-${zone}` },
      },
      [address(zone), subnet(`public-${zone}`)],
    ],
  };
}

describe("Network", () => {
  it("makes a VPC with two tiers of subnets behind one NAT gateway", async () => {
    const { registrations, outputs, calls } = await network();

    assert.deepEqual(registrations.shapeOf(component), {
      [vpc]: [
        {
          cidrBlock: "10.0.0.0/16",
          enableDnsSupport: true,
          enableDnsHostnames: true,
          tags: { Name: "net-vpc" },
        },
        [],
      ],
      [internetGateway]: [{ vpcId: "net-vpc-id", tags: { Name: "net-internet-gateway" } }, [vpc]],
      ...subnetShape("public-eu-west-1a", "eu-west-1a", "10.0.192.0/20", "kubernetes.io/role/elb"),
      ...subnetShape("public-eu-west-1b", "eu-west-1b", "10.0.208.0/20", "kubernetes.io/role/elb"),
      ...subnetShape("private-eu-west-1a", "eu-west-1a", "10.0.0.0/18", "kubernetes.io/role/internal-elb"),
      ...subnetShape("private-eu-west-1b", "eu-west-1b", "10.0.64.0/18", "kubernetes.io/role/internal-elb"),
      ...tableShape("public"),
      [route("public")]: [
        {
          routeTableId: "net-public-id",
          destinationCidrBlock: "0.0.0.0/0",
          gatewayId: "net-internet-gateway-id",
        },
        [internetGateway, table("public")],
      ],
      ...associationShape("public-eu-west-1a", "public"),
      ...associationShape("public-eu-west-1b", "public"),
      ...natShape("eu-west-1a"),
      ...tableShape("private-eu-west-1a"),
      ...tableShape("private-eu-west-1b"),
      ...privateRouteShape("eu-west-1a", "eu-west-1a"),
      ...privateRouteShape("eu-west-1b", "eu-west-1a"),
      ...associationShape("private-eu-west-1a", "private-eu-west-1a"),
      ...associationShape("private-eu-west-1b", "private-eu-west-1b"),
      "aws:ec2/vpcEndpoint:VpcEndpoint net-s3": [
        {
          vpcId: "net-vpc-id",
          vpcEndpointType: "Gateway",
          serviceName: "com.amazonaws.eu-west-1.s3",
          routeTableIds: ["net-private-eu-west-1a-id", "net-private-eu-west-1b-id"],
          tags: { Name: "net-s3" },
        },
        [table("private-eu-west-1a"), table("private-eu-west-1b"), vpc],
      ],
    });
    assert.deepEqual(outputs, {
      vpcId: "net-vpc-id",
      publicSubnetIds: ["net-public-eu-west-1a-id", "net-public-eu-west-1b-id"],
      privateSubnetIds: ["net-private-eu-west-1a-id", "net-private-eu-west-1b-id"],
      natAddresses: ["address of net-nat-eu-west-1a"],
    });
    assert.deepEqual(calls, []);
  });

  it("gives each zone its own NAT gateway where a loss of a zone must be survived", async () => {
    const zones = ["eu-west-1a", "eu-west-1b", "eu-west-1c"];
    const { registrations } = await network({ zones, natGateways: "per-zone" });

    const made = registrations.shapeOf(component);
    for (const zone of zones) {
      const expected = { ...natShape(zone), ...privateRouteShape(zone, zone) };
      for (const [label, shape] of Object.entries(expected)) assert.deepEqual(made[label], shape, label);
    }
    assert.equal(registrations.labels().filter((label) => label.includes("NatGateway")).length, 3);
  });

  it("changes nothing but routes when a zone gets a NAT gateway of its own", async () => {
    const single = (await network()).registrations.shapeOf(component);
    const perZone = (await network({ natGateways: "per-zone" })).registrations.shapeOf(component);

    const changed = Object.keys(single).filter(
      (label) => JSON.stringify(single[label]) !== JSON.stringify(perZone[label]),
    );
    const added = Object.keys(perZone).filter((label) => !(label in single));
    assert.deepEqual(changed, [route("private-eu-west-1b")]);
    assert.deepEqual(added.sort(), [address("eu-west-1b"), nat("eu-west-1b")].sort());
  });

  it("names children after their zone, so that the order of zones names nothing anew", async () => {
    const there = await network({ zones: ["eu-west-1a", "eu-west-1b"], natGateways: "per-zone" });
    const back = await network({ zones: ["eu-west-1b", "eu-west-1a"], natGateways: "per-zone" });
    assert.deepEqual(there.registrations.labels(), back.registrations.labels());
  });

  it("records traffic only where asked, with a role that cannot bring the deleted group back", async () => {
    const flowLogs = "sdlc:network:FlowLogs net-flow-logs";
    const group = "aws:cloudwatch/logGroup:LogGroup net-flow-logs-group";
    const role = "aws:iam/role:Role net-flow-logs-role";
    const delivery = "aws:iam/rolePolicy:RolePolicy net-flow-logs-delivery";
    const { registrations } = await network({ flowLogs: { retentionDays: 14 } });

    assert.equal(registrations.get(flowLogs).parent, component);
    assert.deepEqual(registrations.shapeOf(flowLogs), {
      [group]: [{ name: "/aws/vpc/net-flow-logs", retentionInDays: 14 }, []],
      [role]: [
        {
          assumeRolePolicy: JSON.stringify({
            Version: "2012-10-17",
            Statement: [
              {
                Effect: "Allow",
                Principal: { Service: "vpc-flow-logs.amazonaws.com" },
                Action: ["sts:AssumeRole"],
              },
            ],
          }),
          forceDetachPolicies: true,
        },
        [],
      ],
      [delivery]: [
        {
          role: "net-flow-logs-role-1234567",
          policy: JSON.stringify({
            Version: "2012-10-17",
            Statement: [
              {
                Effect: "Allow",
                Action: ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"],
                Resource: ["arn:net-flow-logs-group", "arn:net-flow-logs-group:*"],
              },
            ],
          }),
        },
        [group, role],
      ],
      "aws:ec2/flowLog:FlowLog net-flow-logs-vpc": [
        {
          vpcId: "net-vpc-id",
          trafficType: "ALL",
          logDestination: "arn:net-flow-logs-group",
          iamRoleArn: "arn:net-flow-logs-role",
        },
        [group, vpc, role, delivery].sort(),
      ],
    });
  });

  it("refuses a block that is too small and a single zone", async () => {
    await assert.rejects(network({ cidr: "10.0.0.0/27" }), UserError);
    await assert.rejects(network({ zones: ["eu-west-1a"] }), UserError);
  });
});
