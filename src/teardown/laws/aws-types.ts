/**
 * The types of things in AWS that a teardown may delete, and by which calls. It is an allow-list: what is not in it stays, and
 * no other call that changes something is ever sent.
 */

/** A call that may be made about a thing of its type, and about that thing alone. */
export interface AllowedCall {
  /** The parameter that names the thing. */
  readonly target: string;
  /** Parameters that it may have besides; a call with any other one is another call. */
  readonly besides?: readonly string[];
}

export interface AwsType {
  readonly noun: string;
  /** What lies in no VPC shows when it was made, and could be that of an earlier cluster of the same name. */
  readonly inVpc: boolean;
  /** By the name of the operation. */
  readonly calls: Readonly<Record<string, AllowedCall>>;
  /** Deletes it by hand. */
  readonly byHand: (id: string, region: string) => string;
}

const command =
  (call: string, option: string) =>
  (id: string, region: string): string =>
    `aws ${call} --region ${region} --${option} ${id}`;

export const awsTypes: Readonly<Record<string, AwsType>> = {
  "elasticloadbalancing:loadbalancer": {
    noun: "load balancer",
    inVpc: true,
    calls: {
      DeleteLoadBalancer: { target: "LoadBalancerArn" },
      ModifyLoadBalancerAttributes: { target: "LoadBalancerArn", besides: ["Attributes"] },
    },
    byHand: command("elbv2 delete-load-balancer", "load-balancer-arn"),
  },
  "elasticloadbalancing:classic": {
    noun: "classic load balancer",
    inVpc: true,
    calls: { DeleteLoadBalancer: { target: "LoadBalancerName" } },
    byHand: command("elb delete-load-balancer", "load-balancer-name"),
  },
  "elasticloadbalancing:targetgroup": {
    noun: "target group",
    inVpc: true,
    calls: { DeleteTargetGroup: { target: "TargetGroupArn" } },
    byHand: command("elbv2 delete-target-group", "target-group-arn"),
  },
  "ec2:instance": {
    noun: "instance",
    inVpc: true,
    calls: {
      TerminateInstances: { target: "InstanceIds" },
      ModifyInstanceAttribute: { target: "InstanceId", besides: ["DisableApiTermination"] },
    },
    byHand: command("ec2 terminate-instances", "instance-ids"),
  },
  "ec2:network-interface": {
    noun: "network interface",
    inVpc: true,
    calls: { DeleteNetworkInterface: { target: "NetworkInterfaceId" } },
    byHand: command("ec2 delete-network-interface", "network-interface-id"),
  },
  "ec2:security-group": {
    noun: "security group",
    inVpc: true,
    calls: {
      DeleteSecurityGroup: { target: "GroupId" },
      RevokeSecurityGroupIngress: { target: "GroupId", besides: ["IpPermissions"] },
      RevokeSecurityGroupEgress: { target: "GroupId", besides: ["IpPermissions"] },
    },
    byHand: command("ec2 delete-security-group", "group-id"),
  },
  "ec2:volume": {
    noun: "volume",
    inVpc: false,
    calls: { DeleteVolume: { target: "VolumeId" } },
    byHand: command("ec2 delete-volume", "volume-id"),
  },
  "ec2:launch-template": {
    noun: "launch template",
    inVpc: false,
    calls: { DeleteLaunchTemplate: { target: "LaunchTemplateId" } },
    byHand: command("ec2 delete-launch-template", "launch-template-id"),
  },
  "logs:log-group": {
    noun: "log group",
    inVpc: false,
    calls: { DeleteLogGroup: { target: "logGroupName" } },
    byHand: command("logs delete-log-group", "log-group-name"),
  },
};

/** Whether a call is one that may be made about this thing, and names no other. */
export function isAllowedCall(
  thing: { readonly type: string; readonly id: string },
  operation: string,
  input: Readonly<Record<string, unknown>>,
): boolean {
  const calls = awsTypes[thing.type]?.calls ?? {};
  const call = Object.hasOwn(calls, operation) ? calls[operation] : undefined;
  if (call === undefined) return false;
  const { target, besides = [] } = call;
  const named: readonly unknown[] = [input[target]].flat();
  const keys = Object.keys(input).filter((key) => input[key] !== undefined);
  return (
    named.length === 1 &&
    named[0] === thing.id &&
    keys.every((key) => key === target || besides.includes(key))
  );
}
