import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { planSubnets, type PlannedSubnet } from "../src/cidr.ts";
import { FlowLogs, type FlowLogsSettings } from "./flow-logs.ts";

export interface NetworkArgs {
  readonly region: string;
  /** The VPC's IPv4 block. */
  readonly cidr: string;
  /** Two or three availability zones by name, such as `eu-west-1a`. */
  readonly zones: readonly string[];
  /** One NAT gateway for all zones is cheap; one in each survives the loss of a zone. */
  readonly natGateways: "single" | "per-zone";
  /** Absent: the VPC's traffic is not recorded. */
  readonly flowLogs?: FlowLogsSettings | undefined;
}

interface ZonedSubnet {
  readonly zone: string;
  readonly subnet: aws.ec2.Subnet;
}

/**
 * A VPC for one cluster: in each zone a public subnet for load balancers and NAT, and a private one for nodes.
 *
 * Nodes take `dependsOn: [network]`: their traffic needs routes and NAT gateways, which no output mentions, and on a
 * destroy these must outlive them. A control plane takes `forControlPlane` alone.
 *
 * Children are named after their zone, not their position, so that a list in another order replaces nothing.
 *
 * @throws {UserError} on a block that is too small or malformed and on fewer than two zones (`planSubnets`).
 */
export class Network extends pulumi.ComponentResource {
  readonly vpcId: pulumi.Output<string>;
  readonly publicSubnetIds: pulumi.Output<string[]>;
  readonly privateSubnetIds: pulumi.Output<string[]>;
  /**
   * What a control plane needs. AWS takes minutes to make a NAT gateway, and no control plane uses one: it need not wait.
   */
  readonly forControlPlane: readonly pulumi.Resource[];
  /** Addresses from which the nodes are seen on the internet, for the allow-lists of others. */
  readonly natAddresses: pulumi.Output<string[]>;

  constructor(name: string, args: NetworkArgs, opts?: pulumi.ComponentResourceOptions) {
    super("sdlc:network:Network", name, {}, opts);
    const plan = planSubnets(args.cidr, args.zones);
    const build = new NetworkBuilder(name, this, args.cidr);

    const publicSubnets = build.subnets("public", plan.public, "kubernetes.io/role/elb");
    const privateSubnets = build.subnets("private", plan.private, "kubernetes.io/role/internal-elb");
    const publicRoutes = build.publicRoutes(publicSubnets);
    const nats = build.natGateways(args.natGateways === "single" ? publicSubnets.slice(0, 1) : publicSubnets);
    const privateTables = build.privateRoutes(privateSubnets, nats);
    build.s3Endpoint(args.region, privateTables);
    const flowLogs = args.flowLogs === undefined ? [] : [build.flowLogs(args.flowLogs)];

    const subnets = [...publicSubnets, ...privateSubnets].map(({ subnet }) => subnet);
    this.forControlPlane = [build.vpc, ...subnets, ...publicRoutes, ...flowLogs];
    this.vpcId = build.vpc.id;
    this.publicSubnetIds = pulumi.output(publicSubnets.map(({ subnet }) => subnet.id));
    this.privateSubnetIds = pulumi.output(privateSubnets.map(({ subnet }) => subnet.id));
    this.natAddresses = pulumi.output(nats.map((nat) => nat.publicIp));
    this.registerOutputs({
      vpcId: this.vpcId,
      publicSubnetIds: this.publicSubnetIds,
      privateSubnetIds: this.privateSubnetIds,
      natAddresses: this.natAddresses,
    });
  }
}

/** Makes the parts, each under the component and with its own name as the tag that consoles show. */
class NetworkBuilder {
  readonly vpc: aws.ec2.Vpc;
  private readonly internetGateway: aws.ec2.InternetGateway;
  private readonly name: string;
  private readonly child: { parent: pulumi.Resource };

  constructor(name: string, parent: pulumi.Resource, cidr: string) {
    this.name = name;
    this.child = { parent };
    this.vpc = new aws.ec2.Vpc(
      `${name}-vpc`,
      {
        cidrBlock: cidr,
        // EKS demands both: nodes find the private endpoint of the API by name.
        enableDnsSupport: true,
        enableDnsHostnames: true,
        tags: { Name: `${name}-vpc` },
      },
      this.child,
    );
    this.internetGateway = new aws.ec2.InternetGateway(
      `${name}-internet-gateway`,
      { vpcId: this.vpc.id, tags: { Name: `${name}-internet-gateway` } },
      this.child,
    );
  }

  /** @param roleTag by which load balancer controllers find the subnets they may use. */
  subnets(tier: "public" | "private", plan: readonly PlannedSubnet[], roleTag: string): ZonedSubnet[] {
    return plan.map(({ zone, cidr }) => {
      const name = `${this.name}-${tier}-${zone}`;
      const subnet = new aws.ec2.Subnet(
        name,
        {
          vpcId: this.vpc.id,
          availabilityZone: zone,
          cidrBlock: cidr,
          tags: { Name: name, [roleTag]: "1" },
        },
        this.child,
      );
      return { zone, subnet };
    });
  }

  publicRoutes(subnets: readonly ZonedSubnet[]): pulumi.Resource[] {
    const table = this.routeTable(`${this.name}-public`);
    const route = new aws.ec2.Route(
      `${this.name}-public-internet`,
      { routeTableId: table.id, destinationCidrBlock: "0.0.0.0/0", gatewayId: this.internetGateway.id },
      this.child,
    );
    const associations = subnets.map(({ zone, subnet }) =>
      this.associate(`${this.name}-public-${zone}`, subnet, table),
    );
    return [route, ...associations];
  }

  natGateways(subnets: readonly ZonedSubnet[]): aws.ec2.NatGateway[] {
    return subnets.map(({ zone, subnet }) => {
      const name = `${this.name}-nat-${zone}`;
      const address = new aws.ec2.Eip(
        `${name}-address`,
        { domain: "vpc", tags: { Name: `${name}-address` } },
        // No input mentions the gateway, yet it cannot be detached while the VPC has a mapped address; and a
        // NAT gateway, which waits for its address, fails in a VPC without one.
        { ...this.child, dependsOn: [this.internetGateway] },
      );
      return new aws.ec2.NatGateway(
        name,
        { subnetId: subnet.id, allocationId: address.id, tags: { Name: name } },
        this.child,
      );
    });
  }

  /** A table for each zone even with one NAT gateway, so that adding gateways later changes routes alone. */
  privateRoutes(subnets: readonly ZonedSubnet[], nats: readonly aws.ec2.NatGateway[]): aws.ec2.RouteTable[] {
    return subnets.map(({ zone, subnet }, index) => {
      const name = `${this.name}-private-${zone}`;
      const table = this.routeTable(name);
      const nat = nats[index] ?? nats[0];
      if (nat === undefined) throw new Error(`${name}: a private subnet needs a NAT gateway to route to`);
      new aws.ec2.Route(
        `${name}-internet`,
        { routeTableId: table.id, destinationCidrBlock: "0.0.0.0/0", natGatewayId: nat.id },
        this.child,
      );
      this.associate(name, subnet, table);
      return table;
    });
  }

  /** Image layers come from S3: through a gateway endpoint they cost nothing, through NAT they are billed. */
  s3Endpoint(region: string, tables: readonly aws.ec2.RouteTable[]): void {
    new aws.ec2.VpcEndpoint(
      `${this.name}-s3`,
      {
        vpcId: this.vpc.id,
        vpcEndpointType: "Gateway",
        serviceName: `com.amazonaws.${region}.s3`,
        routeTableIds: tables.map((table) => table.id),
        tags: { Name: `${this.name}-s3` },
      },
      this.child,
    );
  }

  flowLogs(settings: FlowLogsSettings): FlowLogs {
    return new FlowLogs(`${this.name}-flow-logs`, { vpcId: this.vpc.id, ...settings }, this.child);
  }

  private routeTable(name: string): aws.ec2.RouteTable {
    return new aws.ec2.RouteTable(name, { vpcId: this.vpc.id, tags: { Name: name } }, this.child);
  }

  private associate(
    name: string,
    subnet: aws.ec2.Subnet,
    table: aws.ec2.RouteTable,
  ): aws.ec2.RouteTableAssociation {
    return new aws.ec2.RouteTableAssociation(
      name,
      { subnetId: subnet.id, routeTableId: table.id },
      this.child,
    );
  }
}
