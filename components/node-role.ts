import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { serviceRole, type RoleLimit } from "./service-role.ts";

/**
 * What a node itself may do: join the cluster, serve pod identities, pull images. Pods get permissions of their
 * own by pod identity, so the network plugin's policy is not among these.
 */
const nodePolicies = ["AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryPullOnly"];

/** The role of a cluster's nodes, one for all its node groups. */
export class NodeRole extends pulumi.ComponentResource {
  readonly role: aws.iam.Role;
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: RoleLimit = {}, opts?: pulumi.ComponentResourceOptions) {
    super("sdlc:node-group:NodeRole", name, {}, opts);
    const { role } = serviceRole(
      name,
      { ...args, trusts: { service: "ec2.amazonaws.com" }, managedPolicies: nodePolicies },
      { parent: this },
    );
    this.role = role;
    this.arn = role.arn;
    this.registerOutputs({ arn: this.arn });
  }
}
