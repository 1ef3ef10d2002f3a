import type { EipArgs, EipState } from "@pulumi/aws/ec2/index.js";
import { awsResource } from "../resource.ts";
import { toAws } from "../shapes.ts";
import { ec2Tagging, tagSpecifications } from "../tags.ts";
import { ec2Live } from "./live.ts";

export const eip = awsResource<EipArgs, EipState>({
  noun: "EC2 EIP",
  properties: { domain: ["kept"], networkBorderGroup: ["kept"], publicIpv4Pool: ["kept"] },
  outputs: ["allocationId", "arn", "associationId", "networkInterface", "privateIp", "publicIp"],
  tagging: ec2Tagging,

  create: async ({ aws }, inputs) => {
    const { AllocationId } = await aws.ec2.allocateAddress({
      ...toAws(inputs, ["networkBorderGroup", "publicIpv4Pool"]),
      Domain: "vpc",
      TagSpecifications: tagSpecifications("elastic-ip", inputs.tagsAll),
    });
    return AllocationId ?? "";
  },

  read: async ({ aws }, id) => {
    const { Addresses } = await aws.ec2.describeAddresses({ AllocationIds: [id] });
    const address = Addresses?.[0];
    const live = ec2Live(aws, "elastic-ip", id, address, ["domain", "publicIp"]);
    return (
      live && {
        ...live,
        allocationId: id,
        associationId: address?.AssociationId ?? "",
        networkInterface: address?.NetworkInterfaceId ?? "",
        privateIp: address?.PrivateIpAddress ?? "",
      }
    );
  },

  // A NAT gateway that has just gone may hold its address a little longer.
  delete: (operation, id) =>
    operation.retry(`address ${id} to be released`, 3, /InvalidIPAddress\.InUse|AuthFailure/, () =>
      operation.aws.ec2.releaseAddress({ AllocationId: id }),
    ),
});
