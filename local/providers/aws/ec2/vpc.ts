import type { CreateVpcRequest } from "@aws-sdk/client-ec2";
import type { VpcArgs, VpcState } from "@pulumi/aws/ec2/index.js";
import type { Properties } from "../../../product.ts";
import type { Aws } from "../configuration.ts";
import { awsResource, type Resolved } from "../resource.ts";
import { fromAws, pick, toAws } from "../shapes.ts";
import { ec2Tagging, tagSpecifications } from "../tags.ts";
import { ec2Live } from "./live.ts";

const attributes = ["enableDnsSupport", "enableDnsHostnames", "enableNetworkAddressUsageMetrics"] as const;

/** As EC2 makes a VPC. */
const initially: Partial<Resolved<VpcArgs>> = {
  enableDnsSupport: true,
  enableDnsHostnames: false,
  enableNetworkAddressUsageMetrics: false,
};

/** EC2 changes one attribute at a call. */
async function setAttributes(
  aws: Aws,
  VpcId: string,
  before: Partial<Resolved<VpcArgs>>,
  news: Resolved<VpcArgs>,
): Promise<void> {
  for (const name of attributes) {
    const Value = news[name] ?? initially[name];
    if (Value === (before[name] ?? initially[name])) continue;
    await aws.ec2.modifyVpcAttribute({ VpcId, ...toAws({ [name]: { Value } }, attributes) });
  }
}

/** A VPC's live properties, as the program sees them. */
async function liveVpc(aws: Aws, id: string): Promise<Properties | undefined> {
  const { Vpcs } = await aws.ec2.describeVpcs({ VpcIds: [id] });
  const live = ec2Live(aws, "vpc", id, Vpcs?.[0], ["cidrBlock", "instanceTenancy", "dhcpOptionsId"]);
  if (!live) return undefined;
  const where = (Name: string, value: string): { Filters: { Name: string; Values: string[] }[] } => ({
    Filters: [
      { Name: "vpc-id", Values: [id] },
      { Name, Values: [value] },
    ],
  });
  const [tables, groups, acls, ...flags] = await Promise.all([
    aws.ec2.describeRouteTables(where("association.main", "true")),
    aws.ec2.describeSecurityGroups(where("group-name", "default")),
    aws.ec2.describeNetworkAcls(where("default", "true")),
    ...attributes.map(async (Attribute) => {
      const answer = await aws.ec2.describeVpcAttribute({ VpcId: id, Attribute });
      const { value } = (fromAws(answer, [Attribute])[Attribute] ?? {}) as { value?: boolean };
      return { [Attribute]: value ?? initially[Attribute] };
    }),
  ]);
  const mainRouteTableId = tables.RouteTables?.[0]?.RouteTableId;
  return {
    ...live,
    ...pick(Object.assign({}, ...flags) as object, attributes),
    defaultNetworkAclId: acls.NetworkAcls?.[0]?.NetworkAclId,
    defaultRouteTableId: mainRouteTableId,
    defaultSecurityGroupId: groups.SecurityGroups?.[0]?.GroupId,
    mainRouteTableId,
  };
}

export const vpc = awsResource<VpcArgs, VpcState>({
  noun: "EC2 VPC",
  properties: {
    cidrBlock: ["required", "replaces"],
    instanceTenancy: ["kept"],
    enableDnsSupport: [],
    enableDnsHostnames: [],
    enableNetworkAddressUsageMetrics: [],
  },
  outputs: [
    "arn",
    "defaultNetworkAclId",
    "defaultRouteTableId",
    "defaultSecurityGroupId",
    "dhcpOptionsId",
    "mainRouteTableId",
    "ownerId",
  ],
  tagging: ec2Tagging,

  create: async ({ aws }, inputs) => {
    const { Vpc } = await aws.ec2.createVpc({
      ...(toAws(inputs, ["cidrBlock", "instanceTenancy"]) as CreateVpcRequest),
      TagSpecifications: tagSpecifications("vpc", inputs.tagsAll),
    });
    const id = Vpc?.VpcId ?? "";
    await setAttributes(aws, id, initially, inputs);
    return id;
  },

  ready: (operation, id) =>
    operation.wait(`VPC ${id} to become available`, 5, async () => {
      const { Vpcs } = await operation.aws.ec2.describeVpcs({ VpcIds: [id] });
      return Vpcs?.[0]?.State === "available" ? { done: { value: undefined } } : { state: "pending" };
    }),

  read: ({ aws }, id) => liveVpc(aws, id),

  update: ({ aws }, id, news, { olds }) => setAttributes(aws, id, olds, news),

  delete: (operation, id) =>
    operation.retry(`VPC ${id} to be deleted`, 5, /DependencyViolation/, () =>
      operation.aws.ec2.deleteVpc({ VpcId: id }),
    ),
});
