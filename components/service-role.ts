import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** A service of AWS that takes a role on our behalf, and the calls by which it does so. */
export interface TrustedService {
  /** Service principal, such as `ec2.amazonaws.com`. */
  readonly service: string;
  /** STS actions; `sts:AssumeRole` alone unless said otherwise. */
  readonly actions?: readonly string[];
}

/** What every component that makes a role is told. */
export interface RoleLimit {
  /** ARN of the policy beyond which the role may do nothing, whatever is attached to it; absent: no such limit. */
  readonly permissionsBoundary?: pulumi.Input<string> | undefined;
}

export interface ServiceRoleArgs extends RoleLimit {
  readonly trusts: TrustedService;
  /** Policies that AWS maintains, by the path after `policy/`: `service-role/AmazonEBSCSIDriverPolicy`. */
  readonly managedPolicies: readonly string[];
}

/** A role with its policies. Whoever uses the role depends on the attachments too: see `resources`. */
export interface ServiceRole {
  readonly role: aws.iam.Role;
  /** The role and its attachments, for `dependsOn`: a role is of no use before its permissions are there. */
  readonly resources: readonly pulumi.Resource[];
}

/** Makes `<name>-role` and one attachment for each managed policy, named after the policy. */
export function serviceRole(
  name: string,
  args: ServiceRoleArgs,
  opts: { parent: pulumi.Resource },
): ServiceRole {
  const role = new aws.iam.Role(
    `${name}-role`,
    {
      assumeRolePolicy: trustPolicy(args.trusts),
      ...(args.permissionsBoundary === undefined ? {} : { permissionsBoundary: args.permissionsBoundary }),
      // IAM refuses to delete a role that still has a policy. One that somebody attached by hand while trying
      // something out would block the destroy at its very end.
      forceDetachPolicies: true,
    },
    opts,
  );
  const attachments = args.managedPolicies.map(
    (policy) =>
      new aws.iam.RolePolicyAttachment(
        `${name}-${policy.split("/").at(-1) ?? policy}`,
        { role: role.name, policyArn: managedPolicyArn(policy, opts) },
        opts,
      ),
  );
  return { role, resources: [role, ...attachments] };
}

function trustPolicy({ service, actions = ["sts:AssumeRole"] }: TrustedService): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: service }, Action: actions }],
  });
}

/** Policies that AWS maintains have the partition in their ARN: `aws`, `aws-cn`, `aws-us-gov`. */
function managedPolicyArn(policy: string, opts: { parent: pulumi.Resource }): pulumi.Output<string> {
  return pulumi.interpolate`arn:${aws.getPartitionOutput({}, opts).partition}:iam::aws:policy/${policy}`;
}
