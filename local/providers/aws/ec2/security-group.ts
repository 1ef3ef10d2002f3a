import type { IpPermission, SecurityGroup } from "@aws-sdk/client-ec2";
import type { SecurityGroupArgs, SecurityGroupState } from "@pulumi/aws/ec2/index.js";
import { awsResource, type Operation, type Resolved } from "../resource.ts";
import { ec2Tagging, tagSpecifications } from "../tags.ts";
import { ec2Live } from "./live.ts";

type Rule = NonNullable<Resolved<SecurityGroupArgs>["ingress"]>[number];

function permission(rule: Rule, group: string): IpPermission {
  const Description = rule.description;
  const groups = [...(rule.securityGroups ?? []), ...(rule.self ? [group] : [])];
  return {
    IpProtocol: rule.protocol,
    // All protocols have no ports.
    ...(rule.protocol !== "-1" && { FromPort: rule.fromPort, ToPort: rule.toPort }),
    IpRanges: rule.cidrBlocks?.map((CidrIp) => ({ CidrIp, Description })),
    Ipv6Ranges: rule.ipv6CidrBlocks?.map((CidrIpv6) => ({ CidrIpv6, Description })),
    UserIdGroupPairs: groups.map((GroupId) => ({ GroupId, Description })),
  };
}

/** Live permissions as rules, one per description, as the program writes them. */
function rules(permissions: readonly IpPermission[] | undefined, group: string): Rule[] {
  return (permissions ?? []).flatMap(({ IpProtocol = "-1", FromPort = 0, ToPort = 0, ...live }) => {
    const byDescription: Record<string, Record<string, string[]>> = {};
    const add = (list: string, peer: string | undefined, description = ""): void => {
      const rule = (byDescription[description] ??= {});
      (rule[list] ??= []).push(peer ?? "");
    };
    for (const { CidrIp, Description } of live.IpRanges ?? []) add("cidrBlocks", CidrIp, Description);
    for (const { CidrIpv6, Description } of live.Ipv6Ranges ?? [])
      add("ipv6CidrBlocks", CidrIpv6, Description);
    for (const { GroupId, Description } of live.UserIdGroupPairs ?? []) {
      add(GroupId === group ? "self" : "securityGroups", GroupId, Description);
    }
    return Object.entries(byDescription).map(([description, { self, ...lists }]) => ({
      protocol: IpProtocol,
      fromPort: FromPort,
      toPort: ToPort,
      ...(description && { description }),
      ...(self && { self: true }),
      ...lists,
    }));
  });
}

async function describe({ aws }: Operation, id: string): Promise<SecurityGroup | undefined> {
  return (await aws.ec2.describeSecurityGroups({ GroupIds: [id] })).SecurityGroups?.[0];
}

async function replaceRules(
  { aws: { ec2 } }: Operation,
  GroupId: string,
  direction: "ingress" | "egress",
  olds: readonly Rule[] = [],
  news: readonly Rule[] = [],
): Promise<void> {
  const missing = (from: readonly Rule[], other: readonly Rule[]): IpPermission[] => {
    const known = new Set(other.map((rule) => JSON.stringify(rule)));
    return from.filter((rule) => !known.has(JSON.stringify(rule))).map((rule) => permission(rule, GroupId));
  };
  const revoked = { GroupId, IpPermissions: missing(olds, news) };
  const authorized = { GroupId, IpPermissions: missing(news, olds) };
  const inward = direction === "ingress";
  if (revoked.IpPermissions.length > 0) {
    await (inward ? ec2.revokeSecurityGroupIngress(revoked) : ec2.revokeSecurityGroupEgress(revoked));
  }
  if (authorized.IpPermissions.length > 0) {
    await (inward
      ? ec2.authorizeSecurityGroupIngress(authorized)
      : ec2.authorizeSecurityGroupEgress(authorized));
  }
}

/** EC2 gives every group this rule; the real provider takes it away. */
const allowAll: Rule = { protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0"] };

export const securityGroup = awsResource<SecurityGroupArgs, SecurityGroupState>({
  noun: "EC2 Security Group",
  properties: {
    name: ["replaces"],
    description: ["replaces"],
    vpcId: ["replaces", "kept"],
    // Rules may also come from rule resources, so an absent list leaves them alone.
    ingress: ["set", "kept"],
    egress: ["set", "kept"],
    revokeRulesOnDelete: [],
  },
  outputs: ["arn", "ownerId"],
  autoName: { property: "name", maxLength: 255 },
  tagging: ec2Tagging,

  create: async (operation, inputs) => {
    const { GroupId = "" } = await operation.aws.ec2.createSecurityGroup({
      GroupName: inputs.name,
      Description: inputs.description ?? "Managed by Pulumi",
      VpcId: inputs.vpcId,
      TagSpecifications: tagSpecifications("security-group", inputs.tagsAll),
    });
    await replaceRules(operation, GroupId, "egress", [allowAll], inputs.egress);
    await replaceRules(operation, GroupId, "ingress", [], inputs.ingress);
    return GroupId;
  },

  read: async (operation, id) => {
    const group = await describe(operation, id);
    const live = ec2Live(operation.aws, "security-group", id, group, ["description", "vpcId"]);
    return (
      live && {
        ...live,
        name: group?.GroupName,
        ingress: rules(group?.IpPermissions, id),
        egress: rules(group?.IpPermissionsEgress, id),
      }
    );
  },

  update: async (operation, id, news, { olds, has }) => {
    if (has("ingress")) await replaceRules(operation, id, "ingress", olds.ingress, news.ingress);
    if (has("egress")) await replaceRules(operation, id, "egress", olds.egress, news.egress);
  },

  delete: async (operation, id, { revokeRulesOnDelete }) => {
    if (revokeRulesOnDelete) {
      const group = await describe(operation, id);
      await replaceRules(operation, id, "ingress", rules(group?.IpPermissions, id));
      await replaceRules(operation, id, "egress", rules(group?.IpPermissionsEgress, id));
    }
    const held = /DependencyViolation|InvalidGroup\.InUse/;
    await operation.retry(`security group ${id} to be deleted`, 15, held, () =>
      operation.aws.ec2.deleteSecurityGroup({ GroupId: id }),
    );
  },
});
