/** `eks:index:ServiceRole`: an IAM role for an AWS service, with managed policies. */
import { createHash } from "node:crypto";
import * as aws from "@pulumi/aws";
import { ComponentResource, all, interpolate } from "@pulumi/pulumi";
import type { ComponentResourceOptions, Input, Output } from "@pulumi/pulumi";
import type { ClusterArguments } from "./arguments.ts";

export interface ServiceRoleArguments {
  readonly service: string;
  readonly description: string;
  readonly actions: readonly string[];
  /** Names of AWS managed policies. */
  readonly policies: readonly string[];
  readonly partition: Input<string>;
  readonly tags: ClusterArguments["tags"];
}

export class ServiceRole extends ComponentResource {
  readonly role: aws.iam.Role;
  /** The role, once every policy is attached. */
  readonly readyRole: Output<aws.iam.Role>;

  constructor(name: string, args: ServiceRoleArguments, options: ComponentResourceOptions) {
    super("eks:index:ServiceRole", name, {}, options);
    const { service, description, actions, policies, partition, tags } = args;
    const trust = {
      Version: "2012-10-17",
      Statement: [{ Action: actions, Effect: "Allow", Principal: { Service: [service] } }],
    };
    const role = new aws.iam.Role(
      `${name}-role`,
      { description, assumeRolePolicy: JSON.stringify(trust), ...(tags && { tags }) },
      { parent: this },
    );
    const attachments = policies.map((policy) => {
      // Logical names carry a hash of the policy's ARN in the standard partition.
      const hash = createHash("sha1").update(`arn:aws:iam::aws:policy/${policy}`).digest("hex").slice(0, 8);
      const policyArn = interpolate`arn:${partition}:iam::aws:policy/${policy}`;
      return new aws.iam.RolePolicyAttachment(`${name}-${hash}`, { policyArn, role }, { parent: this });
    });
    this.role = role;
    this.readyRole = all([role.arn, ...attachments.map(({ id }) => id)]).apply(() => role);
    this.registerOutputs({ directRole: role, resolvedRole: this.readyRole });
  }
}
