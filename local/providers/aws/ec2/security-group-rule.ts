/** Single rules of a security group, with ids and tags of their own. */
import type {
  SecurityGroupEgressRuleArgs,
  SecurityGroupEgressRuleState,
  SecurityGroupIngressRuleArgs,
  SecurityGroupIngressRuleState,
} from "@pulumi/aws/vpc/index.js";
import type { AuthorizeSecurityGroupIngressRequest, IpPermission } from "@aws-sdk/client-ec2";
import { awsResource, type Operation, type Resolved } from "../resource.ts";
import { toAws } from "../shapes.ts";
import { ec2Tagging, tagSpecifications } from "../tags.ts";
import { ec2Live } from "./live.ts";

type Inputs = Resolved<SecurityGroupIngressRuleArgs>;

const sameNames = ["ipProtocol", "fromPort", "toPort", "cidrIpv4", "cidrIpv6", "prefixListId", "description"];

function authorization(rule: Inputs): AuthorizeSecurityGroupIngressRequest & { GroupId: string } {
  const { description: Description, cidrIpv4: CidrIp, cidrIpv6: CidrIpv6 } = rule;
  const { prefixListId: PrefixListId, referencedSecurityGroupId: GroupId } = rule;
  const permission: IpPermission = {
    ...toAws(rule, ["ipProtocol", "fromPort", "toPort"]),
    ...(CidrIp && { IpRanges: [{ CidrIp, Description }] }),
    ...(CidrIpv6 && { Ipv6Ranges: [{ CidrIpv6, Description }] }),
    ...(PrefixListId && { PrefixListIds: [{ PrefixListId, Description }] }),
    ...(GroupId && { UserIdGroupPairs: [{ GroupId, Description }] }),
  };
  return {
    GroupId: rule.securityGroupId,
    IpPermissions: [permission],
    TagSpecifications: tagSpecifications("security-group-rule", rule.tagsAll),
  };
}

const shared = {
  properties: {
    securityGroupId: ["required", "replaces"],
    ipProtocol: ["required"],
    fromPort: [],
    toPort: [],
    cidrIpv4: [],
    cidrIpv6: [],
    prefixListId: [],
    referencedSecurityGroupId: [],
    description: [],
  } as const,
  outputs: ["arn", "securityGroupRuleId"] as const,
  tagging: ec2Tagging,

  read: async ({ aws }: Operation, id: string): Promise<object | undefined> => {
    const { SecurityGroupRules } = await aws.ec2.describeSecurityGroupRules({ SecurityGroupRuleIds: [id] });
    const rule = SecurityGroupRules?.[0];
    const live = ec2Live(aws, "security-group-rule", id, rule, sameNames);
    const ports = rule?.IpProtocol === "-1" ? { fromPort: undefined, toPort: undefined } : {};
    return (
      live && {
        ...live,
        ...ports,
        securityGroupRuleId: id,
        securityGroupId: rule?.GroupId,
        referencedSecurityGroupId: rule?.ReferencedGroupInfo?.GroupId,
      }
    );
  },

  update: ({ aws }: Operation, SecurityGroupRuleId: string, news: Inputs): Promise<unknown> => {
    const SecurityGroupRule = {
      ...toAws(news, sameNames),
      ReferencedGroupId: news.referencedSecurityGroupId,
    };
    return aws.ec2.modifySecurityGroupRules({
      GroupId: news.securityGroupId,
      SecurityGroupRules: [{ SecurityGroupRuleId, SecurityGroupRule }],
    });
  },
};

export const securityGroupIngressRule = awsResource<
  SecurityGroupIngressRuleArgs,
  SecurityGroupIngressRuleState
>({
  ...shared,
  noun: "VPC Security Group Ingress Rule",
  create: async ({ aws }, rule) => {
    const { SecurityGroupRules } = await aws.ec2.authorizeSecurityGroupIngress(authorization(rule));
    return SecurityGroupRules?.[0]?.SecurityGroupRuleId ?? "";
  },
  delete: ({ aws }, id, { securityGroupId: GroupId }) =>
    aws.ec2.revokeSecurityGroupIngress({ GroupId, SecurityGroupRuleIds: [id] }),
});

export const securityGroupEgressRule = awsResource<SecurityGroupEgressRuleArgs, SecurityGroupEgressRuleState>(
  {
    ...shared,
    noun: "VPC Security Group Egress Rule",
    create: async ({ aws }, rule) => {
      const { SecurityGroupRules } = await aws.ec2.authorizeSecurityGroupEgress(authorization(rule));
      return SecurityGroupRules?.[0]?.SecurityGroupRuleId ?? "";
    },
    delete: ({ aws }, id, { securityGroupId: GroupId }) =>
      aws.ec2.revokeSecurityGroupEgress({ GroupId, SecurityGroupRuleIds: [id] }),
  },
);
