/** Access policies: rights in a cluster that EKS grants without RBAC objects; here, groups bound to built-in roles. */
import type * as sdk from "@aws-sdk/client-eks";
import { createHash } from "node:crypto";
import type { AccessEntryRecord, ClusterRecord, Operation } from "./context.ts";
import { onEntry } from "./entry-operation.ts";
import { invalidParameter, invalidRequest, notFound, required } from "./faults.ts";

const prefix = "arn:aws:eks::aws:cluster-access-policy/";
/** By the ClusterRole that comes nearest. AdminView also reads secrets, which `view` does not. */
const clusterRoles: Readonly<Record<string, string>> = {
  AmazonEKSClusterAdminPolicy: "cluster-admin",
  AmazonEKSAdminPolicy: "admin",
  AmazonEKSAdminViewPolicy: "view",
  AmazonEKSEditPolicy: "edit",
  AmazonEKSViewPolicy: "view",
};

export const clusterAdminPolicy = `${prefix}AmazonEKSClusterAdminPolicy`;

/** The group through which a policy of an entry takes effect; each entry has its own scope, so its own group. */
function policyGroup({ entry }: AccessEntryRecord, policyArn: string): string {
  const id = createHash("sha256").update(entry.principalArn).digest("hex").slice(0, 12);
  return `eks:access-policy:${id}:${policyArn.slice(prefix.length)}`;
}

export function policyGroups(found: AccessEntryRecord): string[] {
  return [...found.policies.keys()].map((policyArn) => policyGroup(found, policyArn));
}

/** Whether there is an API server to bind groups in; what is associated before is bound once there is. */
function served({ cluster }: ClusterRecord): boolean {
  return cluster.endpoint !== undefined && cluster.status !== "DELETING";
}

export async function bindPolicies(record: ClusterRecord, found: AccessEntryRecord): Promise<void> {
  for (const { policyArn } of found.policies.values()) {
    await record.eks.controlPlanes.bindGroup(
      record.cluster.name,
      policyGroup(found, policyArn),
      clusterRoles[policyArn.slice(prefix.length)] ?? "view",
    );
  }
}

export async function unbindPolicies(
  record: ClusterRecord,
  found: AccessEntryRecord,
  policyArns: readonly string[],
): Promise<void> {
  if (!served(record)) return;
  for (const policyArn of policyArns) {
    await record.eks.controlPlanes.unbindGroup(record.cluster.name, policyGroup(found, policyArn));
  }
}

export const associateAccessPolicy = onEntry<sdk.AssociateAccessPolicyCommandInput>(
  async (record, found, input) => {
    const { principalArn, type } = found.entry;
    const policyArn = required(input.policyArn, "policyArn");
    const scope = required(input.accessScope, "accessScope");
    if (!(policyArn.slice(prefix.length) in clusterRoles)) {
      throw invalidParameter(`The policyArn ${policyArn} does not exist`);
    }
    if (type !== "STANDARD") {
      throw invalidRequest(`Access policies cannot be associated with an access entry of type ${type}`);
    }
    if (scope.type !== "cluster" || (scope.namespaces ?? []).length > 0) {
      throw invalidParameter(
        `The local EKS grants ${policyArn} in the whole cluster alone (accessScope of type cluster)`,
      );
    }
    const associatedAccessPolicy = {
      policyArn,
      accessScope: { type: scope.type, namespaces: [] },
      associatedAt: found.policies.get(policyArn)?.associatedAt ?? new Date(),
      modifiedAt: new Date(),
    };
    found.policies.set(policyArn, associatedAccessPolicy);
    if (served(record)) await bindPolicies(record, found);
    return { clusterName: record.cluster.name, principalArn, associatedAccessPolicy };
  },
);

export const disassociateAccessPolicy = onEntry<sdk.DisassociateAccessPolicyCommandInput>(
  async (record, found, { policyArn = "" }) => {
    if (!found.policies.delete(policyArn)) {
      throw notFound(`The access policy ${policyArn} is not associated with ${found.entry.principalArn}`);
    }
    await unbindPolicies(record, found, [policyArn]);
    return {};
  },
);

export const listAssociatedAccessPolicies = onEntry<sdk.ListAssociatedAccessPoliciesCommandInput>(
  ({ cluster }, { entry, policies }) => ({
    clusterName: cluster.name,
    principalArn: entry.principalArn,
    associatedAccessPolicies: [...policies.values()],
  }),
);

export const listAccessPolicies: Operation = () => ({
  accessPolicies: Object.keys(clusterRoles).map((name) => ({ name, arn: prefix + name })),
});
