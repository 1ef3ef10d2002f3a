/** Pod identity associations: which role the pods of a service account get. */
import type * as sdk from "@aws-sdk/client-eks";
import { randomBytes } from "node:crypto";
import type { AddonRecord, AssociationRecord, ClusterOperation, ClusterRecord } from "./context.ts";
import { minutes } from "./durations.ts";
import { inUse, notFound, required } from "./faults.ts";
import { checkPodRole } from "./roles.ts";
import { checkTags } from "./tags.ts";

type Association = AssociationRecord["association"];
type Values = Pick<Association, "namespace" | "serviceAccount" | "roleArn"> &
  Partial<Pick<Association, "tags" | "ownerArn" | "disableSessionTags" | "targetRoleArn">>;

async function add(record: ClusterRecord, values: Values): Promise<Association> {
  const { cluster, eks } = record;
  const { namespace, serviceAccount } = values;
  await checkPodRole(eks, values.roleArn);
  const same = [...record.associations.values()].find(
    ({ association, deleted }) =>
      !deleted && association.namespace === namespace && association.serviceAccount === serviceAccount,
  );
  if (same) {
    throw inUse(`Association already exists: ${same.association.associationId}`, {
      clusterName: cluster.name,
    });
  }
  const associationId = `a-${randomBytes(9).toString("hex").slice(0, 17)}`;
  const association: Association = {
    tags: {},
    disableSessionTags: false,
    ...values,
    clusterName: cluster.name,
    associationId,
    associationArn: eks.arn(`podidentityassociation/${cluster.name}/${associationId}`),
    createdAt: new Date(),
    modifiedAt: new Date(),
  };
  record.associations.set(associationId, { association, deleted: false });
  return association;
}

function remove({ eks, associations }: ClusterRecord, found: AssociationRecord): void {
  found.deleted = true;
  eks.background(
    async () => {
      await eks.wait(minutes.podIdentityDelete);
      associations.delete(found.association.associationId);
    },
    // Nothing but the wait can fail, and that only when the service is closed.
    () => undefined,
  );
}

/** Makes an add-on's own associations those given. */
export async function replaceOwnedAssociations(
  record: ClusterRecord,
  addon: AddonRecord,
  wanted: readonly sdk.AddonPodIdentityAssociations[],
): Promise<void> {
  for (const { roleArn = "" } of wanted) await checkPodRole(record.eks, roleArn);
  for (const found of record.associations.values()) {
    if (found.association.ownerArn === addon.addonArn && !found.deleted) remove(record, found);
  }
  addon.podIdentityAssociations = [];
  for (const { serviceAccount = "", roleArn = "" } of wanted) {
    const owner = { namespace: "kube-system", ownerArn: addon.addonArn };
    const { associationArn } = await add(record, { ...owner, serviceAccount, roleArn });
    addon.podIdentityAssociations.push(associationArn);
  }
}

function associationOf(record: ClusterRecord, id = ""): AssociationRecord {
  const found = record.associations.get(id);
  if (found) return found;
  throw notFound(`Association not found: ${id}`, { clusterName: record.cluster.name });
}

export const createPodIdentityAssociation: ClusterOperation<
  sdk.CreatePodIdentityAssociationCommandInput
> = async (record, input) => {
  const { disableSessionTags, targetRoleArn } = input;
  const association = await add(record, {
    namespace: required(input.namespace, "namespace"),
    serviceAccount: required(input.serviceAccount, "serviceAccount"),
    roleArn: required(input.roleArn, "roleArn"),
    tags: checkTags(input.tags),
    ...(disableSessionTags !== undefined && { disableSessionTags }),
    ...(targetRoleArn !== undefined && { targetRoleArn }),
  });
  return { association };
};

export const describePodIdentityAssociation: ClusterOperation<
  sdk.DescribePodIdentityAssociationCommandInput
> = (record, { associationId }) => ({ association: associationOf(record, associationId).association });

export const listPodIdentityAssociations: ClusterOperation<sdk.ListPodIdentityAssociationsCommandInput> = (
  { associations },
  { namespace, serviceAccount },
) => ({
  associations: [...associations.values()]
    .map(({ association }) => association)
    .filter((each) => namespace === undefined || each.namespace === namespace)
    .filter((each) => serviceAccount === undefined || each.serviceAccount === serviceAccount)
    .map(({ clusterName, associationArn, associationId, ownerArn, ...each }) => ({
      clusterName,
      associationArn,
      associationId,
      ownerArn,
      namespace: each.namespace,
      serviceAccount: each.serviceAccount,
    })),
});

export const updatePodIdentityAssociation: ClusterOperation<
  sdk.UpdatePodIdentityAssociationCommandInput
> = async (record, { associationId, roleArn, disableSessionTags, targetRoleArn }) => {
  const { association } = associationOf(record, associationId);
  if (roleArn !== undefined) await checkPodRole(record.eks, roleArn);
  Object.assign(
    association,
    roleArn !== undefined && { roleArn },
    disableSessionTags !== undefined && { disableSessionTags },
    targetRoleArn !== undefined && { targetRoleArn },
    { modifiedAt: new Date() },
  );
  return { association };
};

/** Eventually consistent: the association is shown for some seconds more. */
export const deletePodIdentityAssociation: ClusterOperation<sdk.DeletePodIdentityAssociationCommandInput> = (
  record,
  { associationId },
) => {
  const found = associationOf(record, associationId);
  if (!found.deleted) remove(record, found);
  return { association: found.association };
};
