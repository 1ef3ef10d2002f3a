import type { Addon, UpdateAddonRequest } from "@aws-sdk/client-eks";
import type { AddonArgs, AddonState } from "@pulumi/aws/eks/index.js";
import { awsResource, type Operation } from "../resource.ts";
import { pick, splitId } from "../shapes.ts";
import { eksTagging } from "../tags.ts";
import { becomesActive, disappears, settleUpdate } from "./waits.ts";

/** Minutes that the real provider grants. */
const minutes = { create: 20, update: 20, delete: 40 };

const asTheyAre = [
  "clusterName",
  "addonName",
  "addonVersion",
  "configurationValues",
  "podIdentityAssociations",
  "serviceAccountRoleArn",
] as const;

const names = (id: string): { clusterName: string; addonName: string } => {
  const [clusterName, addonName] = splitId(id, ":");
  return { clusterName, addonName };
};

async function describe({ aws }: Operation, id: string): Promise<Addon | undefined> {
  return (await aws.eks.describeAddon(names(id))).addon;
}

/** The roles and service accounts of an add-on, which EKS tells by the associations' ARNs alone. */
function podIdentities(
  { aws }: Operation,
  { clusterName, podIdentityAssociations }: Addon,
): Promise<object[]> {
  return Promise.all(
    (podIdentityAssociations ?? []).map(async (arn) => {
      const associationId = arn.split("/").at(-1);
      const { association } = await aws.eks.describePodIdentityAssociation({ clusterName, associationId });
      return pick(association ?? {}, ["roleArn", "serviceAccount"]);
    }),
  );
}

export const addon = awsResource<AddonArgs, AddonState>({
  noun: "EKS Add-On",
  properties: {
    clusterName: ["required", "replaces"],
    addonName: ["required", "replaces"],
    addonVersion: ["kept"],
    configurationValues: ["document", "kept"],
    podIdentityAssociations: ["set"],
    preserve: [],
    resolveConflictsOnCreate: [],
    resolveConflictsOnUpdate: [],
    serviceAccountRoleArn: [],
  },
  outputs: ["arn", "createdAt", "modifiedAt", "addonVersion"],
  changedByUpdate: ["modifiedAt"],
  tagging: eksTagging,

  create: async (operation, inputs) => {
    const { clusterName, addonName, resolveConflictsOnCreate: resolveConflicts } = inputs;
    const request = { ...pick(inputs, asTheyAre), resolveConflicts, tags: { ...inputs.tagsAll } };
    const roleUnknown = /InvalidParameterException.*does not exist/;
    await operation.retry(`the role of add-on ${addonName}`, 2, roleUnknown, () =>
      operation.aws.eks.createAddon(request as never),
    );
    return `${clusterName}:${addonName}`;
  },

  // DEGRADED may pass: coredns is degraded until there are nodes.
  ready: (operation, id) =>
    becomesActive(operation, `add-on ${id}`, minutes.create, ["CREATING", "UPDATING", "DEGRADED"], () =>
      describe(operation, id),
    ),

  read: async (operation, id) => {
    const live = await describe(operation, id);
    return (
      live && {
        ...pick(live, [...asTheyAre, "tags"]),
        arn: live.addonArn,
        podIdentityAssociations: await podIdentities(operation, live),
        createdAt: live.createdAt?.toISOString(),
        modifiedAt: live.modifiedAt?.toISOString(),
      }
    );
  },

  update: async (operation, id, news, { has }) => {
    if (!has(...asTheyAre)) return;
    const subject = names(id);
    const request = {
      ...pick(news, asTheyAre),
      // An empty list takes the associations away; without one they stay.
      podIdentityAssociations: has("podIdentityAssociations")
        ? (news.podIdentityAssociations ?? [])
        : undefined,
      resolveConflicts: news.resolveConflictsOnUpdate,
    } as UpdateAddonRequest;
    const { clusterName: name, addonName } = subject;
    await settleUpdate(operation, `add-on ${id}`, minutes.update, { name, addonName }, () =>
      operation.aws.eks.updateAddon(request),
    );
  },

  delete: async (operation, id, { preserve = false }) => {
    await operation.aws.eks.deleteAddon({ ...names(id), preserve });
    await disappears(operation, `add-on ${id}`, minutes.delete, () => describe(operation, id));
  },
});
