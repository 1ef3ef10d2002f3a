import type { InternetGatewayArgs, InternetGatewayState } from "@pulumi/aws/ec2/index.js";
import { found } from "../faults.ts";
import { awsResource, type Operation } from "../resource.ts";
import { ec2Tagging, tagSpecifications } from "../tags.ts";
import { ec2Live } from "./live.ts";

/** Minutes for what waits on addresses to be given back. */
const patience = 20;

async function detach(operation: Operation, InternetGatewayId: string, VpcId: string): Promise<void> {
  const what = `internet gateway ${InternetGatewayId} to be detached from ${VpcId}`;
  await operation.retry(what, patience, /DependencyViolation/, () =>
    found(operation.aws.ec2.detachInternetGateway({ InternetGatewayId, VpcId }), /NotAttached/),
  );
}

export const internetGateway = awsResource<InternetGatewayArgs, InternetGatewayState>({
  noun: "EC2 Internet Gateway",
  properties: { vpcId: [] },
  outputs: ["arn", "ownerId"],
  tagging: ec2Tagging,

  create: async ({ aws }, inputs) => {
    const { InternetGateway } = await aws.ec2.createInternetGateway({
      TagSpecifications: tagSpecifications("internet-gateway", inputs.tagsAll),
    });
    return InternetGateway?.InternetGatewayId ?? "";
  },

  ready: async ({ aws }, id, { vpcId: VpcId }) => {
    const { InternetGateways } = await aws.ec2.describeInternetGateways({ InternetGatewayIds: [id] });
    const attached = InternetGateways?.[0]?.Attachments?.some((attachment) => attachment.VpcId === VpcId);
    if (VpcId && !attached) await aws.ec2.attachInternetGateway({ InternetGatewayId: id, VpcId });
  },

  read: async ({ aws }, id) => {
    const { InternetGateways } = await aws.ec2.describeInternetGateways({ InternetGatewayIds: [id] });
    const live = ec2Live(aws, "internet-gateway", id, InternetGateways?.[0], []);
    return live && { ...live, vpcId: InternetGateways?.[0]?.Attachments?.[0]?.VpcId };
  },

  update: async (operation, id, { vpcId }, { olds }) => {
    if (olds.vpcId) await detach(operation, id, olds.vpcId);
    if (vpcId) await operation.aws.ec2.attachInternetGateway({ InternetGatewayId: id, VpcId: vpcId });
  },

  delete: async (operation, id, { vpcId }) => {
    if (vpcId) await detach(operation, id, vpcId);
    await operation.retry(`internet gateway ${id} to be deleted`, patience, /DependencyViolation/, () =>
      operation.aws.ec2.deleteInternetGateway({ InternetGatewayId: id }),
    );
  },
});
