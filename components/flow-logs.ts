import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { LogRetentionDays } from "../src/aws-values.ts";
import { serviceRole, type RoleLimit } from "./service-role.ts";

export interface FlowLogsSettings extends RoleLimit {
  readonly retentionDays: LogRetentionDays;
  /** Pulumi refuses to delete the records until an update has turned this off. */
  readonly deletionProtection?: boolean | undefined;
}

export interface FlowLogsArgs extends FlowLogsSettings {
  readonly vpcId: pulumi.Input<string>;
}

/** Records the traffic of a VPC, accepted and rejected, in a log group of its own. */
export class FlowLogs extends pulumi.ComponentResource {
  readonly logGroupName: pulumi.Output<string>;

  constructor(name: string, args: FlowLogsArgs, opts: pulumi.ComponentResourceOptions) {
    super("sdlc:network:FlowLogs", name, {}, opts);
    const child = { parent: this };

    const group = new aws.cloudwatch.LogGroup(
      `${name}-group`,
      { name: `/aws/vpc/${name}`, retentionInDays: args.retentionDays },
      { ...child, protect: args.deletionProtection === true },
    );
    const { role } = serviceRole(
      name,
      {
        trusts: { service: "vpc-flow-logs.amazonaws.com" },
        managedPolicies: [],
        permissionsBoundary: args.permissionsBoundary,
      },
      child,
    );
    const delivery = new aws.iam.RolePolicy(
      `${name}-delivery`,
      { role: role.name, policy: deliveryPolicy(group.arn) },
      child,
    );
    new aws.ec2.FlowLog(
      `${name}-vpc`,
      { vpcId: args.vpcId, trafficType: "ALL", logDestination: group.arn, iamRoleArn: role.arn },
      // Without the permission the first records are lost, and the flow log reports an access error.
      { ...child, dependsOn: [delivery] },
    );

    this.logGroupName = group.name;
    this.registerOutputs({ logGroupName: this.logGroupName });
  }
}

/**
 * Leaves out `logs:CreateLogGroup`, which the examples of AWS grant: with it, records still under way when
 * the stack is destroyed would bring the deleted group back.
 */
function deliveryPolicy(groupArn: pulumi.Output<string>): pulumi.Output<string> {
  return pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"],
        Resource: [groupArn, pulumi.interpolate`${groupArn}:*`],
      },
    ],
  });
}
