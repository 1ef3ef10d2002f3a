/** Who may use the cluster, by access entries. */
import * as aws from "@pulumi/aws";
import { output } from "@pulumi/pulumi";
import type { ComponentResource } from "@pulumi/pulumi";
import type { ClusterArguments } from "./arguments.ts";

export function accessEntries(
  name: string,
  args: ClusterArguments,
  cluster: aws.eks.Cluster,
  parent: ComponentResource,
): void {
  for (const [key, { accessPolicies, username, ...entryArgs }] of Object.entries(args.accessEntries ?? {})) {
    const entry = new aws.eks.AccessEntry(
      `${name}-${key}`,
      { ...entryArgs, clusterName: cluster.name, ...(username !== undefined && { userName: username }) },
      { parent, dependsOn: [cluster] },
    );
    for (const [policyKey, association] of Object.entries(accessPolicies ?? {})) {
      const { accessScope, policyArn } = output(association);
      new aws.eks.AccessPolicyAssociation(
        `${name}-${key}-${policyKey}`,
        { accessScope, policyArn, principalArn: entryArgs.principalArn, clusterName: cluster.name },
        { parent: entry, dependsOn: [entry] },
      );
    }
  }
}
