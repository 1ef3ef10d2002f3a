import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { serviceRole, type RoleLimit } from "./service-role.ts";

/** A service account and what its pods may do in AWS. */
export interface Identity {
  readonly namespace: string;
  readonly serviceAccount: string;
  /** Policy that AWS maintains, by the path after `policy/`. */
  readonly managedPolicy: string;
}

export interface PodIdentityArgs extends Identity, RoleLimit {
  readonly clusterName: pulumi.Input<string>;
}

/**
 * Gives a service account a role, through the pod identity agent.
 *
 * The association is a resource, not a property of the add-on that uses it: so it is there before the add-on's
 * first pod, outlives its last, and survives the add-on's replacement.
 */
export class PodIdentity extends pulumi.ComponentResource {
  readonly roleArn: pulumi.Output<string>;

  constructor(name: string, args: PodIdentityArgs, opts?: pulumi.ComponentResourceOptions) {
    super("sdlc:addons:PodIdentity", name, {}, opts);
    const child = { parent: this };

    const { role, resources } = serviceRole(
      name,
      {
        // The agent tags each session with the cluster, the namespace and the service account.
        trusts: { service: "pods.eks.amazonaws.com", actions: ["sts:AssumeRole", "sts:TagSession"] },
        managedPolicies: [args.managedPolicy],
        permissionsBoundary: args.permissionsBoundary,
      },
      child,
    );
    new aws.eks.PodIdentityAssociation(
      name,
      {
        clusterName: args.clusterName,
        namespace: args.namespace,
        serviceAccount: args.serviceAccount,
        roleArn: role.arn,
      },
      // Pods that start in between would be refused by AWS with credentials that look right.
      { ...child, dependsOn: [...resources] },
    );

    this.roleArn = role.arn;
    this.registerOutputs({ roleArn: this.roleArn });
  }
}
