import type * as pulumi from "@pulumi/pulumi";

/**
 * Puts a permissions boundary on each IAM role that a component makes, for a component that takes no such argument.
 * `eks.Cluster` is one: it would take a role of ours in place of its own, and the role of a cluster that runs would be
 * replaced. The engine runs it, so it reaches the children of a component that lives in a plugin.
 */
export function boundaryOnRoles(permissionsBoundary: pulumi.Input<string>): pulumi.ResourceTransform {
  return ({ type, props, opts }) =>
    type === "aws:iam/role:Role" ? { props: { ...props, permissionsBoundary }, opts } : undefined;
}
