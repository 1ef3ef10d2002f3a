/** Access entries: which IAM principals may call a cluster's Kubernetes API, under which name and groups. */
import type * as sdk from "@aws-sdk/client-eks";
import { randomUUID } from "node:crypto";
import { bindPolicies, clusterAdminPolicy, unbindPolicies } from "./access-policies.ts";
import type { AccessEntryRecord, ClusterOperation, ClusterRecord } from "./context.ts";
import { onEntry, requireEntries } from "./entry-operation.ts";
import { inUse, invalidParameter, required } from "./faults.ts";
import { defaultUsername } from "./principals.ts";
import { checkTags } from "./tags.ts";

const types = [
  "STANDARD",
  "EC2_LINUX",
  "EC2_WINDOWS",
  "FARGATE_LINUX",
  "EC2",
  "HYBRID_LINUX",
  "HYPERPOD_LINUX",
];
/** Groups that no entry may name. */
const reservedGroup = /^(system|eks|aws|amazon|iam):/;

/** Only STANDARD entries have a name and groups of the user's choice. */
function checkNames(type: string, username: string | undefined, groups: readonly string[] = []): void {
  if (type !== "STANDARD" && (groups.length > 0 || username !== undefined)) {
    throw invalidParameter(`An access entry of type ${type} takes neither username nor kubernetesGroups`);
  }
  const reserved = groups.find((group) => reservedGroup.test(group));
  if (reserved !== undefined) {
    const [prefix = ""] = reserved.split(":");
    throw invalidParameter(
      `The kubernetes group name ${reserved} is invalid, it cannot start with ${prefix}:`,
    );
  }
}

type Values = Pick<AccessEntryRecord["entry"], "principalArn" | "type"> &
  Partial<Pick<AccessEntryRecord["entry"], "username" | "kubernetesGroups" | "tags">>;

function addEntry(record: ClusterRecord, values: Values): AccessEntryRecord {
  const { name } = record.cluster;
  const [, , , , account = "", resource = ""] = values.principalArn.split(":");
  const [kind = "", ...path] = resource.split("/");
  const now = new Date();
  const node = values.type !== "STANDARD";
  const added: AccessEntryRecord = {
    entry: {
      clusterName: name,
      accessEntryArn: record.eks.arn(
        `access-entry/${name}/${kind}/${account}/${path.at(-1) ?? ""}/${randomUUID()}`,
      ),
      createdAt: now,
      modifiedAt: now,
      kubernetesGroups: node ? ["system:nodes"] : [],
      username: node ? "system:node:{{EC2PrivateDNSName}}" : defaultUsername(values.principalArn),
      tags: {},
      ...values,
    },
    policies: new Map(),
  };
  record.accessEntries.set(values.principalArn, added);
  return added;
}

/** The entry with which a cluster's creator is its administrator. */
export function addCreatorEntry(record: ClusterRecord): AccessEntryRecord {
  const added = addEntry(record, { principalArn: record.creator, type: "STANDARD" });
  const [associatedAt, modifiedAt] = [new Date(), new Date()];
  const accessScope: sdk.AccessScope = { type: "cluster", namespaces: [] };
  const policyArn = clusterAdminPolicy;
  added.policies.set(policyArn, { policyArn, accessScope, associatedAt, modifiedAt });
  return added;
}

/** The entry that EKS makes for the role of a managed node group. */
export function addNodeEntry(record: ClusterRecord, nodeRole: string): void {
  if (record.cluster.accessConfig.authenticationMode === "CONFIG_MAP") return;
  if (!record.accessEntries.has(nodeRole)) addEntry(record, { principalArn: nodeRole, type: "EC2_LINUX" });
}

/** What EKS adds when a cluster leaves CONFIG_MAP, so that nobody who had access loses it. */
export async function addImpliedEntries(record: ClusterRecord): Promise<void> {
  if (!record.accessEntries.has(record.creator)) await bindPolicies(record, addCreatorEntry(record));
  for (const { group } of record.nodeGroups.values()) addNodeEntry(record, group.nodeRole);
}

export const createAccessEntry: ClusterOperation<sdk.CreateAccessEntryCommandInput> = (record, input) => {
  requireEntries(record);
  const principalArn = required(input.principalArn, "principalArn");
  if (!/^arn:aws:(iam::\d{12}:(role|user)\/|sts::\d{12}:)/.test(principalArn)) {
    throw invalidParameter("The specified principalArn is invalid: invalid principal.");
  }
  const { type = "STANDARD", username, kubernetesGroups } = input;
  if (!types.includes(type)) throw invalidParameter(`The type ${type} is not one of ${types.join(", ")}`);
  checkNames(type, username, kubernetesGroups);
  const tags = checkTags(input.tags);
  if (record.accessEntries.has(principalArn)) {
    throw inUse("The specified access entry resource is already in use on this cluster.", {
      clusterName: record.cluster.name,
    });
  }
  const { entry } = addEntry(record, {
    principalArn,
    type,
    tags,
    ...(kubernetesGroups && { kubernetesGroups }),
    ...(username !== undefined && { username }),
  });
  return { accessEntry: entry };
};

export const describeAccessEntry = onEntry<sdk.DescribeAccessEntryCommandInput>((_, { entry }) => ({
  accessEntry: entry,
}));

export const listAccessEntries: ClusterOperation<sdk.ListAccessEntriesCommandInput> = (record, input) => {
  requireEntries(record);
  const { associatedPolicyArn: policy } = input;
  const entries = [...record.accessEntries.values()];
  return {
    accessEntries: entries
      .filter(({ policies }) => policy === undefined || policies.has(policy))
      .map(({ entry }) => entry.principalArn),
  };
};

export const updateAccessEntry = onEntry<sdk.UpdateAccessEntryCommandInput>((_, { entry }, input) => {
  const { kubernetesGroups, username } = input;
  checkNames(entry.type, username, kubernetesGroups);
  if (kubernetesGroups) entry.kubernetesGroups = kubernetesGroups;
  if (username !== undefined) entry.username = username;
  entry.modifiedAt = new Date();
  return { accessEntry: entry };
});

export const deleteAccessEntry = onEntry<sdk.DeleteAccessEntryCommandInput>(async (record, found) => {
  record.accessEntries.delete(found.entry.principalArn);
  await unbindPolicies(record, found, [...found.policies.keys()]);
  return {};
});
