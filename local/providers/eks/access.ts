/** Who may use the cluster: access entries (mode API), the aws-auth ConfigMap (mode CONFIG_MAP), or both. */
import * as aws from "@pulumi/aws";
import * as kubernetes from "@pulumi/kubernetes";
import { output } from "@pulumi/pulumi";
import type { ComponentResource, Output } from "@pulumi/pulumi";
import { stringify } from "yaml";
import type { ClusterArguments } from "./arguments.ts";

export function accessEntries(
  name: string,
  args: ClusterArguments,
  cluster: aws.eks.Cluster,
  parent: ComponentResource,
): aws.eks.AccessEntry[] {
  return Object.entries(args.accessEntries ?? {}).map(([key, { accessPolicies, username, ...entryArgs }]) => {
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
    return entry;
  });
}

interface Mapping {
  readonly roleArn?: string;
  readonly userArn?: string;
  readonly username: string;
  readonly groups: readonly string[];
}

function mappings(key: "rolearn" | "userarn", list: readonly Mapping[]): string {
  return stringify(
    list.map(({ roleArn, userArn, username, groups }) => ({ [key]: roleArn ?? userArn, username, groups })),
  );
}

/** `${name}-nodeAccess`: lets nodes with one of the instance roles join, and maps the roles and users given. */
export function nodeAccess(
  name: string,
  args: ClusterArguments,
  instanceRoles: Output<aws.iam.Role[]>,
  provider: kubernetes.Provider,
  parent: ComponentResource,
): kubernetes.core.v1.ConfigMap {
  const nodes = instanceRoles.apply((roles) =>
    roles.map(({ arn }) => ({
      roleArn: arn,
      username: "system:node:{{EC2PrivateDNSName}}",
      groups: ["system:bootstrappers", "system:nodes"],
    })),
  );
  const mapRoles = output([args.roleMappings ?? [], nodes] as const).apply(([given, own]) =>
    mappings("rolearn", [...(given as unknown as Mapping[]), ...(own as unknown as Mapping[])]),
  );
  const users = args.userMappings;
  const mapUsers = output(users).apply((given) => mappings("userarn", given as unknown as Mapping[]));
  return new kubernetes.core.v1.ConfigMap(
    `${name}-nodeAccess`,
    {
      immutable: false,
      metadata: {
        name: "aws-auth",
        namespace: "kube-system",
        annotations: { "pulumi.com/patchForce": "true" },
      },
      data: { mapRoles, ...(users && { mapUsers }) },
    },
    { parent, provider },
  );
}
