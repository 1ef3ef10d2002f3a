/** Gateway endpoints; interface endpoints are not implemented. */
import type { VpcEndpoint } from "@aws-sdk/client-ec2";
import type { VpcEndpointArgs, VpcEndpointState } from "@pulumi/aws/ec2/index.js";
import { found } from "../faults.ts";
import { awsResource, type Operation } from "../resource.ts";
import { ec2Tagging, tagSpecifications } from "../tags.ts";
import { ec2Live } from "./live.ts";

async function describe({ aws }: Operation, id: string): Promise<VpcEndpoint | undefined> {
  const answer = await found(aws.ec2.describeVpcEndpoints({ VpcEndpointIds: [id] }));
  const endpoint = answer?.VpcEndpoints?.[0];
  return stateOf(endpoint) === "deleted" ? undefined : endpoint;
}

/** EC2 answers `available`; its documentation and its model say `Available`. */
const stateOf = (endpoint: VpcEndpoint | undefined): string => endpoint?.State?.toLowerCase() ?? "";

const without = (from: readonly string[] = [], taken: readonly string[] = []): string[] =>
  from.filter((id) => !taken.includes(id));

export const vpcEndpoint = awsResource<VpcEndpointArgs, VpcEndpointState>({
  noun: "EC2 VPC Endpoint",
  properties: {
    vpcId: ["required", "replaces"],
    serviceName: ["required", "replaces"],
    vpcEndpointType: ["replaces"],
    routeTableIds: ["set", "kept"],
    policy: ["document", "kept"],
  },
  outputs: ["arn", "cidrBlocks", "ownerId", "prefixListId", "state"],
  tagging: ec2Tagging,

  create: async ({ aws }, inputs) => {
    if ((inputs.vpcEndpointType ?? "Gateway") !== "Gateway") {
      throw new Error("this stand-in makes Gateway endpoints only");
    }
    const { VpcEndpoint } = await aws.ec2.createVpcEndpoint({
      VpcId: inputs.vpcId,
      ServiceName: inputs.serviceName,
      VpcEndpointType: "Gateway",
      RouteTableIds: inputs.routeTableIds,
      PolicyDocument: inputs.policy,
      TagSpecifications: tagSpecifications("vpc-endpoint", inputs.tagsAll),
    });
    return VpcEndpoint?.VpcEndpointId ?? "";
  },

  ready: (operation, id) =>
    operation.wait(`VPC endpoint ${id} to become available`, 10, async () => {
      const state = stateOf(await describe(operation, id));
      return state === "available" ? { done: { value: undefined } } : { state };
    }),

  read: async (operation, id) => {
    const { aws } = operation;
    const endpoint = await describe(operation, id);
    const names = ["vpcId", "serviceName", "vpcEndpointType", "routeTableIds"];
    const live = ec2Live(aws, "vpc-endpoint", id, endpoint, names);
    if (!live) return undefined;
    const { PrefixLists } = await aws.ec2.describePrefixLists({
      Filters: [{ Name: "prefix-list-name", Values: [endpoint?.ServiceName ?? ""] }],
    });
    return {
      ...live,
      policy: endpoint?.PolicyDocument,
      state: stateOf(endpoint),
      prefixListId: PrefixLists?.[0]?.PrefixListId,
      cidrBlocks: PrefixLists?.[0]?.Cidrs ?? [],
    };
  },

  update: ({ aws }, id, news, { olds }) =>
    aws.ec2.modifyVpcEndpoint({
      VpcEndpointId: id,
      AddRouteTableIds: without(news.routeTableIds, olds.routeTableIds),
      RemoveRouteTableIds: without(olds.routeTableIds, news.routeTableIds),
      PolicyDocument: news.policy,
    }),

  delete: async (operation, id) => {
    await operation.aws.ec2.deleteVpcEndpoints({ VpcEndpointIds: [id] });
    await operation.wait(`VPC endpoint ${id} to be deleted`, 10, async () => {
      const endpoint = await describe(operation, id);
      return endpoint ? { state: stateOf(endpoint) } : { done: { value: undefined } };
    });
  },
});
