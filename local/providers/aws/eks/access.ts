/** Who may use a cluster's API, and what for. */
import type { AccessScope } from "@aws-sdk/client-eks";
import type {
  AccessEntryArgs,
  AccessEntryState,
  AccessPolicyAssociationArgs,
  AccessPolicyAssociationState,
} from "@pulumi/aws/eks/index.js";
import { awsResource } from "../resource.ts";
import { pick, splitId } from "../shapes.ts";
import { eksTagging } from "../tags.ts";

function entryNames(id: string): { clusterName: string; principalArn: string } {
  const [clusterName, principalArn] = splitId(id, ":");
  return { clusterName, principalArn };
}

export const accessEntry = awsResource<AccessEntryArgs, AccessEntryState>({
  noun: "EKS Access Entry",
  properties: {
    clusterName: ["required", "replaces"],
    principalArn: ["required", "replaces"],
    kubernetesGroups: ["set", "kept"],
    type: ["replaces", "kept"],
    userName: ["kept"],
  },
  outputs: ["accessEntryArn", "createdAt", "modifiedAt", "userName", "kubernetesGroups"],
  changedByUpdate: ["modifiedAt"],
  tagging: eksTagging,

  create: async (operation, inputs) => {
    const { clusterName, principalArn, kubernetesGroups, type, userName: username } = inputs;
    // A role that was just created is not known to EKS at once; the real provider waits two minutes.
    const unknown = /InvalidParameterException.*(invalid principal|principalArn)/i;
    await operation.retry(`${principalArn} to be known to EKS`, 2, unknown, () =>
      operation.aws.eks.createAccessEntry({
        clusterName,
        principalArn,
        kubernetesGroups,
        type,
        username,
        tags: { ...inputs.tagsAll },
      }),
    );
    return `${clusterName}:${principalArn}`;
  },

  read: async ({ aws }, id) => {
    const { accessEntry: live } = await aws.eks.describeAccessEntry(entryNames(id));
    const asTheyAre = ["accessEntryArn", "clusterName", "principalArn", "kubernetesGroups", "type", "tags"];
    return (
      live && {
        ...pick(live, asTheyAre),
        userName: live.username,
        createdAt: live.createdAt?.toISOString(),
        modifiedAt: live.modifiedAt?.toISOString(),
      }
    );
  },

  update: ({ aws }, id, { kubernetesGroups, userName: username }) =>
    aws.eks.updateAccessEntry({ ...entryNames(id), kubernetesGroups, username }),

  delete: ({ aws }, id) => aws.eks.deleteAccessEntry(entryNames(id)),
});

function associationNames(id: string): { clusterName: string; principalArn: string; policyArn: string } {
  const [clusterName = "", principalArn = "", policyArn = ""] = id.split("#");
  return { clusterName, principalArn, policyArn };
}

export const accessPolicyAssociation = awsResource<AccessPolicyAssociationArgs, AccessPolicyAssociationState>(
  {
    noun: "EKS Access Policy Association",
    properties: {
      clusterName: ["required"],
      principalArn: ["required"],
      policyArn: ["required"],
      accessScope: ["required"],
      "accessScope.namespaces": ["set"],
    },
    outputs: ["associatedAt", "modifiedAt"],

    create: async (operation, inputs) => {
      const { clusterName, principalArn, policyArn } = inputs;
      const accessScope = inputs.accessScope as AccessScope;
      // The entry may be made at the same time.
      const noEntry = /ResourceNotFoundException.*(principalArn|access entry)/i;
      await operation.retry(`the access entry of ${principalArn}`, 2, noEntry, () =>
        operation.aws.eks.associateAccessPolicy({ clusterName, principalArn, policyArn, accessScope }),
      );
      return `${clusterName}#${principalArn}#${policyArn}`;
    },

    read: async ({ aws }, id) => {
      const { policyArn, ...entry } = associationNames(id);
      const { associatedAccessPolicies } = await aws.eks.listAssociatedAccessPolicies(entry);
      const live = associatedAccessPolicies?.find((policy) => policy.policyArn === policyArn);
      const { type, namespaces } = live?.accessScope ?? {};
      return (
        live && {
          ...entry,
          policyArn,
          accessScope: { type, ...(namespaces?.length && { namespaces }) },
          associatedAt: live.associatedAt?.toISOString(),
          modifiedAt: live.modifiedAt?.toISOString(),
        }
      );
    },

    delete: ({ aws }, id) => aws.eks.disassociateAccessPolicy(associationNames(id)),
  },
);
