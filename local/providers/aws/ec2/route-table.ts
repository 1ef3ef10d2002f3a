import type { RouteTable } from "@aws-sdk/client-ec2";
import type { RouteTableArgs, RouteTableState } from "@pulumi/aws/ec2/index.js";
import { found } from "../faults.ts";
import { awsResource, type Operation, type Resolved } from "../resource.ts";
import { pick, toAws } from "../shapes.ts";
import { ec2Tagging, tagSpecifications } from "../tags.ts";
import { ec2Live } from "./live.ts";
import { addRoute, liveTarget, targets } from "./route.ts";

type InlineRoute = NonNullable<Resolved<RouteTableArgs>["routes"]>[number];

const destinationOf = ({ cidrBlock, ipv6CidrBlock, destinationPrefixListId }: InlineRoute): object => ({
  DestinationCidrBlock: cidrBlock,
  DestinationIpv6CidrBlock: ipv6CidrBlock,
  DestinationPrefixListId: destinationPrefixListId,
});

async function describe({ aws }: Operation, id: string): Promise<RouteTable | undefined> {
  const answer = await found(aws.ec2.describeRouteTables({ RouteTableIds: [id] }));
  return answer?.RouteTables?.[0];
}

async function replaceRoutes(
  operation: Operation,
  RouteTableId: string,
  olds: readonly InlineRoute[] = [],
  news: readonly InlineRoute[] = [],
): Promise<void> {
  const missingIn = (others: readonly InlineRoute[]): ((route: InlineRoute) => boolean) => {
    const known = new Set(others.map((route) => JSON.stringify(route)));
    return (route) => !known.has(JSON.stringify(route));
  };
  for (const old of olds.filter(missingIn(news))) {
    await found(operation.aws.ec2.deleteRoute({ RouteTableId, ...destinationOf(old) }));
  }
  for (const route of news.filter(missingIn(olds))) {
    await addRoute(operation, { RouteTableId, ...destinationOf(route), ...toAws(route, targets) });
  }
}

export const routeTable = awsResource<RouteTableArgs, RouteTableState>({
  noun: "EC2 Route Table",
  // Routes may also come from Route resources, so an absent list leaves them alone.
  properties: { vpcId: ["required", "replaces"], routes: ["set", "kept"] },
  outputs: ["arn", "ownerId"],
  tagging: ec2Tagging,

  create: async (operation, inputs) => {
    const { RouteTable } = await operation.aws.ec2.createRouteTable({
      VpcId: inputs.vpcId,
      TagSpecifications: tagSpecifications("route-table", inputs.tagsAll),
    });
    const id = RouteTable?.RouteTableId ?? "";
    await replaceRoutes(operation, id, [], inputs.routes);
    return id;
  },

  read: async (operation, id) => {
    const table = await describe(operation, id);
    const live = ec2Live(operation.aws, "route-table", id, table, ["vpcId"]);
    const routes = (table?.Routes ?? [])
      // The local route and those of gateway endpoints come and go by themselves.
      .filter(({ Origin, GatewayId }) => Origin === "CreateRoute" && !/^(local|vpce-)/.test(GatewayId ?? ""))
      .map((route) => ({
        ...pick(
          {
            cidrBlock: route.DestinationCidrBlock,
            ipv6CidrBlock: route.DestinationIpv6CidrBlock,
            destinationPrefixListId: route.DestinationPrefixListId,
          },
          ["cidrBlock", "ipv6CidrBlock", "destinationPrefixListId"],
        ),
        ...liveTarget(route),
      }));
    return live && { ...live, routes };
  },

  update: (operation, id, news, { olds }) => replaceRoutes(operation, id, olds.routes, news.routes),

  delete: async (operation, id) => {
    const { ec2 } = operation.aws;
    for (const { RouteTableAssociationId, Main } of (await describe(operation, id))?.Associations ?? []) {
      if (!Main) await found(ec2.disassociateRouteTable({ AssociationId: RouteTableAssociationId }));
    }
    await operation.retry(`route table ${id} to be deleted`, 5, /DependencyViolation/, () =>
      ec2.deleteRouteTable({ RouteTableId: id }),
    );
  },
});
