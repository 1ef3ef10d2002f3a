/** Single routes, and which subnet uses which route table. */
import { crc32 } from "node:zlib";
import type { CreateRouteRequest, Route } from "@aws-sdk/client-ec2";
import type {
  RouteArgs,
  RouteState,
  RouteTableAssociationArgs,
  RouteTableAssociationState,
} from "@pulumi/aws/ec2/index.js";
import type { Properties } from "../../../product.ts";
import { awsResource, type Operation } from "../resource.ts";
import { fromAws, pick, toAws } from "../shapes.ts";

const destinations = ["destinationCidrBlock", "destinationIpv6CidrBlock", "destinationPrefixListId"];
export const targets = ["gatewayId", "natGatewayId", "networkInterfaceId", "transitGatewayId"];

/** A gateway that was just made may not be known everywhere yet. */
const notThereYet = /Invalid(Gateway|NatGateway|RouteTable)ID\.NotFound/;

export async function addRoute(operation: Operation, route: CreateRouteRequest): Promise<void> {
  const what = `the target of a route of ${route.RouteTableId ?? ""}`;
  await operation.retry(what, 5, notThereYet, () => operation.aws.ec2.createRoute(route));
}

/** The target; EC2 also names the interface of a NAT gateway. */
export function liveTarget(route: Route): Properties {
  return pick(fromAws(route, targets), route.NatGatewayId ? ["natGatewayId"] : targets);
}

export const route = awsResource<RouteArgs, RouteState>({
  noun: "EC2 Route",
  properties: {
    routeTableId: ["required", "replaces"],
    destinationCidrBlock: ["replaces"],
    destinationIpv6CidrBlock: ["replaces"],
    destinationPrefixListId: ["replaces"],
    gatewayId: [],
    natGatewayId: [],
    networkInterfaceId: [],
    transitGatewayId: [],
  },
  outputs: ["state", "origin"],

  create: async (operation, inputs) => {
    const RouteTableId = inputs.routeTableId;
    await addRoute(operation, { RouteTableId, ...toAws(inputs, [...destinations, ...targets]) });
    return `r-${RouteTableId}${crc32(Object.values(pick(inputs, destinations)).join(""))}`;
  },

  read: async ({ aws }, _id, last) => {
    const { RouteTables } = await aws.ec2.describeRouteTables({
      RouteTableIds: [String(last["routeTableId"])],
    });
    const wanted = Object.entries(toAws(last, destinations));
    const live = RouteTables?.[0]?.Routes?.find((candidate) =>
      wanted.every(([key, value]) => candidate[key as keyof Route] === value),
    );
    return live && { ...liveTarget(live), state: live.State, origin: live.Origin };
  },

  update: ({ aws }, _id, news) =>
    aws.ec2.replaceRoute({
      RouteTableId: news.routeTableId,
      ...toAws(news, [...destinations, ...targets]),
    }),

  delete: ({ aws }, _id, last) =>
    aws.ec2.deleteRoute({ RouteTableId: last.routeTableId, ...toAws(last, destinations) }),
});

export const routeTableAssociation = awsResource<RouteTableAssociationArgs, RouteTableAssociationState>({
  noun: "EC2 Route Table Association",
  properties: { routeTableId: ["required"], subnetId: [], gatewayId: [] },
  // A subnet has one association at a time, and a changed one gets another id, which no update can take over.
  deleteBeforeReplace: true,

  create: async ({ aws }, { routeTableId, subnetId, gatewayId }) => {
    const request = { RouteTableId: routeTableId, SubnetId: subnetId, GatewayId: gatewayId };
    return (await aws.ec2.associateRouteTable(request)).AssociationId ?? "";
  },

  read: async ({ aws }, id) => {
    const { RouteTables } = await aws.ec2.describeRouteTables({
      Filters: [{ Name: "association.route-table-association-id", Values: [id] }],
    });
    const association = RouteTables?.flatMap(({ Associations }) => Associations ?? []).find(
      ({ RouteTableAssociationId }) => RouteTableAssociationId === id,
    );
    return association && fromAws(association, ["routeTableId", "subnetId", "gatewayId"]);
  },

  delete: ({ aws }, id) => aws.ec2.disassociateRouteTable({ AssociationId: id }),
});
