import type { CreateSubnetRequest } from "@aws-sdk/client-ec2";
import type { SubnetArgs, SubnetState } from "@pulumi/aws/ec2/index.js";
import { awsResource } from "../resource.ts";
import { toAws } from "../shapes.ts";
import { ec2Tagging, tagSpecifications } from "../tags.ts";
import { ec2Live } from "./live.ts";

const fixed = ["vpcId", "cidrBlock", "availabilityZone", "availabilityZoneId"] as const;

export const subnet = awsResource<SubnetArgs, SubnetState>({
  noun: "EC2 Subnet",
  properties: {
    vpcId: ["required", "replaces"],
    cidrBlock: ["replaces"],
    availabilityZone: ["replaces", "kept"],
    availabilityZoneId: ["replaces", "kept"],
    mapPublicIpOnLaunch: [],
  },
  outputs: ["arn", "ownerId"],
  tagging: ec2Tagging,

  create: async ({ aws }, inputs) => {
    const { Subnet } = await aws.ec2.createSubnet({
      ...(toAws(inputs, fixed) as CreateSubnetRequest),
      TagSpecifications: tagSpecifications("subnet", inputs.tagsAll),
    });
    const id = Subnet?.SubnetId ?? "";
    if (inputs.mapPublicIpOnLaunch) {
      await aws.ec2.modifySubnetAttribute({ SubnetId: id, MapPublicIpOnLaunch: { Value: true } });
    }
    return id;
  },

  ready: (operation, id) =>
    operation.wait(`subnet ${id} to become available`, 10, async () => {
      const { Subnets } = await operation.aws.ec2.describeSubnets({ SubnetIds: [id] });
      return Subnets?.[0]?.State === "available" ? { done: { value: undefined } } : { state: "pending" };
    }),

  read: async ({ aws }, id) => {
    const { Subnets } = await aws.ec2.describeSubnets({ SubnetIds: [id] });
    return ec2Live(aws, "subnet", id, Subnets?.[0], [...fixed, "mapPublicIpOnLaunch"]);
  },

  update: ({ aws }, id, { mapPublicIpOnLaunch: Value = false }) =>
    aws.ec2.modifySubnetAttribute({ SubnetId: id, MapPublicIpOnLaunch: { Value } }),

  delete: (operation, id) =>
    operation.retry(`subnet ${id} to be deleted`, 20, /DependencyViolation/, () =>
      operation.aws.ec2.deleteSubnet({ SubnetId: id }),
    ),
});
