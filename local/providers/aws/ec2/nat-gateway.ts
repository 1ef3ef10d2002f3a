import type { CreateNatGatewayRequest, NatGateway } from "@aws-sdk/client-ec2";
import type { NatGatewayArgs, NatGatewayState } from "@pulumi/aws/ec2/index.js";
import { found } from "../faults.ts";
import { awsResource, type Operation } from "../resource.ts";
import { fromAws, toAws } from "../shapes.ts";
import { ec2Tagging, tagSpecifications } from "../tags.ts";
import { ec2Live } from "./live.ts";

async function describe({ aws }: Operation, id: string): Promise<NatGateway | undefined> {
  const answer = await found(aws.ec2.describeNatGateways({ NatGatewayIds: [id] }));
  const gateway = answer?.NatGateways?.[0];
  if (gateway?.State === "failed") {
    throw new Error(`NAT gateway ${id}: ${gateway.FailureCode ?? ""} ${gateway.FailureMessage ?? "failed"}`);
  }
  // Deleted gateways stay visible for about an hour.
  return gateway?.State === "deleted" ? undefined : gateway;
}

export const natGateway = awsResource<NatGatewayArgs, NatGatewayState>({
  noun: "EC2 NAT Gateway",
  properties: { subnetId: ["required"], allocationId: [], connectivityType: ["kept"] },
  outputs: ["associationId", "networkInterfaceId", "publicIp", "privateIp"],
  tagging: ec2Tagging,

  create: async ({ aws }, inputs) => {
    const { NatGateway } = await aws.ec2.createNatGateway({
      ...(toAws(inputs, ["subnetId", "allocationId", "connectivityType"]) as CreateNatGatewayRequest),
      TagSpecifications: tagSpecifications("natgateway", inputs.tagsAll),
    });
    return NatGateway?.NatGatewayId ?? "";
  },

  ready: (operation, id) =>
    operation.wait(`NAT gateway ${id} to become available`, 10, async () => {
      const state = (await describe(operation, id))?.State ?? "";
      return state === "available" ? { done: { value: undefined } } : { state };
    }),

  read: async (operation, id) => {
    const gateway = await describe(operation, id);
    const live = ec2Live(operation.aws, "natgateway", id, gateway, ["subnetId", "connectivityType"]);
    const addresses = ["allocationId", "associationId", "networkInterfaceId", "privateIp", "publicIp"];
    return live && { ...live, ...fromAws(gateway?.NatGatewayAddresses?.[0] ?? {}, addresses) };
  },

  delete: async (operation, id) => {
    await operation.aws.ec2.deleteNatGateway({ NatGatewayId: id });
    await operation.wait(`NAT gateway ${id} to be deleted`, 30, async () => {
      const gateway = await describe(operation, id);
      return gateway ? { state: gateway.State ?? "" } : { done: { value: undefined } };
    });
  },
});
