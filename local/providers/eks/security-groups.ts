/** The two security groups that the component makes unless `skipDefaultSecurityGroups` is set. */
import * as aws from "@pulumi/aws";
import { all } from "@pulumi/pulumi";
import type { ComponentResource, Input, Output } from "@pulumi/pulumi";
import type { ClusterArguments } from "./arguments.ts";

type Tags = ClusterArguments["tags"];

interface Rule {
  readonly description: string;
  readonly type: "ingress" | "egress";
  /** -1 for all protocols. */
  readonly protocol: "-1" | "tcp";
  readonly fromPort: number;
  readonly toPort: number;
}

const internet: Rule = {
  description: "Allow internet access.",
  type: "egress",
  protocol: "-1",
  fromPort: 0,
  toPort: 0,
};
const everywhere = { cidrBlocks: ["0.0.0.0/0"] };

export function clusterSecurityGroup(
  name: string,
  vpcId: Input<string>,
  tags: Tags,
  parent: ComponentResource,
): aws.ec2.SecurityGroup {
  const group = new aws.ec2.SecurityGroup(
    `${name}-eksClusterSecurityGroup`,
    { vpcId, revokeRulesOnDelete: true, ...(tags && { tags }) },
    { parent },
  );
  new aws.ec2.SecurityGroupRule(
    `${name}-eksClusterInternetEgressRule`,
    { ...internet, ...everywhere, securityGroupId: group.id },
    { parent },
  );
  return group;
}

export interface NodeSecurityGroup {
  readonly group: aws.ec2.SecurityGroup;
  readonly clusterIngressRule: aws.ec2.SecurityGroupRule;
}

export function nodeSecurityGroup(
  name: string,
  vpcId: Input<string>,
  clusterGroupId: Input<string>,
  clusterName: Output<string>,
  tags: Tags,
  parent: ComponentResource,
): NodeSecurityGroup {
  const group = new aws.ec2.SecurityGroup(
    `${name}-nodeSecurityGroup`,
    {
      vpcId,
      revokeRulesOnDelete: true,
      tags: all([tags ?? {}, clusterName]).apply(([given, cluster]) => ({
        Name: `${name}-nodeSecurityGroup`,
        [`kubernetes.io/cluster/${cluster}`]: "owned",
        ...given,
      })),
    },
    { parent },
  );
  const rule = (
    suffix: string,
    what: Rule,
    ends: Partial<aws.ec2.SecurityGroupRuleArgs>,
  ): aws.ec2.SecurityGroupRule =>
    new aws.ec2.SecurityGroupRule(
      `${name}-${suffix}`,
      { ...what, securityGroupId: group.id, ...ends },
      { parent },
    );
  const ingress = (description: string, fromPort: number, toPort: number): Rule => ({
    description,
    type: "ingress",
    protocol: fromPort === 0 ? "-1" : "tcp",
    fromPort,
    toPort,
  });
  const fromCluster = { sourceSecurityGroupId: clusterGroupId };
  rule("eksNodeIngressRule", ingress("Allow nodes to communicate with each other", 0, 0), { self: true });
  rule(
    "eksNodeClusterIngressRule",
    ingress(
      "Allow worker Kubelets and pods to receive communication from the cluster control plane",
      1025,
      65535,
    ),
    fromCluster,
  );
  rule(
    "eksExtApiServerClusterIngressRule",
    ingress(
      "Allow pods running extension API servers on port 443 to receive communication from cluster control plane",
      443,
      443,
    ),
    fromCluster,
  );
  rule("eksNodeInternetEgressRule", internet, everywhere);
  const clusterIngressRule = rule(
    "eksClusterIngressRule",
    ingress("Allow pods to communicate with the cluster API Server", 443, 443),
    { securityGroupId: clusterGroupId, sourceSecurityGroupId: group.id },
  );
  return { group, clusterIngressRule };
}
