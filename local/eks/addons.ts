/** EKS add-ons: managed software in the cluster, with the health of its workloads. */
import type * as sdk from "@aws-sdk/client-eks";
import { randomUUID } from "node:crypto";
import { addonVersions, isAddon } from "./addon-versions.ts";
import type { AddonRecord, ClusterOperation, ClusterRecord } from "./context.ts";
import { minutes } from "./durations.ts";
import { inUse, invalidParameter, notFound, refuseWhile, requireActive, required } from "./faults.ts";
import { replaceOwnedAssociations } from "./pod-identity.ts";
import { checkTags } from "./tags.ts";
import { startUpdate, UpdateFailure } from "./updates.ts";

const conflict = "Conflicts found when trying to apply. Will not continue due to resolve conflicts mode.";
const fewReplicas: sdk.AddonIssue = {
  code: "InsufficientNumberOfReplicas",
  message: "The add-on is unhealthy because it doesn't have the desired number of replicas.",
  resourceIds: [],
};

const detailsOf = (record: ClusterRecord, addonName: string): { clusterName: string; addonName: string } => ({
  clusterName: record.cluster.name,
  addonName,
});

function addonNamed(record: ClusterRecord, name = ""): AddonRecord {
  const found = record.addons.get(name);
  if (found) return found;
  throw notFound(`No addon: ${name} found in cluster: ${record.cluster.name}`, detailsOf(record, name));
}

function checkVersion(record: ClusterRecord, addonName: string, wanted: string | undefined): string {
  const minor = record.cluster.version;
  const versions = addonVersions(addonName, minor);
  const version = wanted ?? versions[0] ?? "";
  if (versions.includes(version)) return version;
  throw invalidParameter(
    `Addon version specified is not supported in ${minor} kubernetes version: ${addonName} ${version}`,
    detailsOf(record, addonName),
  );
}

function fail(addon: AddonRecord, status: sdk.AddonStatus, code: sdk.AddonIssueCode, message: string): void {
  addon.status = status;
  addon.health = { issues: [{ code, message, resourceIds: [] }] };
}

export const createAddon: ClusterOperation<sdk.CreateAddonCommandInput> = async (record, input) => {
  requireActive(record);
  const { eks, cluster } = record;
  const addonName = required(input.addonName, "addonName");
  const details = detailsOf(record, addonName);
  if (!isAddon(addonName)) throw invalidParameter(`Addon ${addonName} specified is not supported`, details);
  const addonVersion = checkVersion(record, addonName, input.addonVersion);
  const tags = checkTags(input.tags);
  if (record.addons.has(addonName)) throw inUse("Addon already exists.", details);
  const { serviceAccountRoleArn, configurationValues } = input;
  const addon: AddonRecord = {
    addonName,
    clusterName: cluster.name,
    status: "CREATING",
    addonVersion,
    health: { issues: [] },
    addonArn: eks.arn(`addon/${cluster.name}/${addonName}/${randomUUID()}`),
    createdAt: new Date(),
    modifiedAt: new Date(),
    tags,
    podIdentityAssociations: [],
    ...(serviceAccountRoleArn !== undefined && { serviceAccountRoleArn }),
    ...(configurationValues !== undefined && { configurationValues }),
  };
  record.addons.set(addonName, addon);
  try {
    await replaceOwnedAssociations(record, addon, input.podIdentityAssociations ?? []);
  } catch (cause) {
    record.addons.delete(addonName);
    throw cause;
  }
  // What the service finds as it would install it itself, such as after a delete with preserve, is no conflict.
  const found = record.software.get(addonName);
  const conflicts = found !== undefined && found !== addonVersion && input.resolveConflicts !== "OVERWRITE";
  eks.background(
    async () => {
      await eks.wait(minutes.addonCreate);
      if (conflicts) fail(addon, "CREATE_FAILED", "ConfigurationConflict", conflict);
      else await install(record, addon);
    },
    ({ message }) => {
      fail(addon, "CREATE_FAILED", "ClusterUnreachable", message);
    },
  );
  return { addon };
};

async function install(record: ClusterRecord, addon: AddonRecord): Promise<void> {
  const { eks, cluster } = record;
  const { addonName, addonVersion, configurationValues } = addon;
  await eks.controlPlanes.installAddon(cluster.name, addonName, addonVersion, configurationValues);
  record.software.set(addon.addonName, addon.addonVersion);
  await eks.until(minutes.addonPatience, async () => (await issuesOf(record, addon)).length === 0);
  await assess(record, addon);
}

/** What is wrong with the add-on's workloads at this moment. */
async function issuesOf({ eks, cluster }: ClusterRecord, addon: AddonRecord): Promise<sdk.AddonIssue[]> {
  try {
    const { healthy } = await eks.controlPlanes.addonHealth(cluster.name, addon.addonName);
    return healthy ? [] : [fewReplicas];
  } catch (cause) {
    return [{ code: "ClusterUnreachable", message: String(cause), resourceIds: [] }];
  }
}

/** ACTIVE or DEGRADED, unless something else was begun while the cluster was asked. */
async function assess(record: ClusterRecord, addon: AddonRecord): Promise<void> {
  const before = addon.status;
  const issues = await issuesOf(record, addon);
  if (addon.status !== before) return;
  addon.status = issues.length === 0 ? "ACTIVE" : "DEGRADED";
  addon.health = { issues };
}

export const describeAddon: ClusterOperation<sdk.DescribeAddonCommandInput> = async (record, input) => {
  const addon = addonNamed(record, input.addonName);
  const settled = addon.status === "ACTIVE" || addon.status === "DEGRADED";
  if (settled && record.cluster.status === "ACTIVE") await assess(record, addon);
  return { addon };
};

export const listAddons: ClusterOperation = ({ addons }) => ({ addons: [...addons.keys()] });

export const updateAddon: ClusterOperation<sdk.UpdateAddonCommandInput> = (record, input) => {
  requireActive(record);
  const { eks } = record;
  const addon = addonNamed(record, input.addonName);
  const { addonName } = addon;
  const busy = ["CREATING", "UPDATING", "DELETING"];
  refuseWhile(busy, "update", `addon ${addonName}`, addon.status, detailsOf(record, addonName));
  const addonVersion = checkVersion(record, addonName, input.addonVersion ?? addon.addonVersion);
  const { resolveConflicts, serviceAccountRoleArn, configurationValues, podIdentityAssociations } = input;
  const conflicts = record.software.get(addonName) === "self-managed" && resolveConflicts !== "OVERWRITE";
  const work = async (): Promise<void> => {
    if (podIdentityAssociations) await replaceOwnedAssociations(record, addon, podIdentityAssociations);
    await eks.wait(minutes.addonCreate);
    if (conflicts) throw new UpdateFailure("ConfigurationConflict", conflict);
    addon.addonVersion = addonVersion;
    if (serviceAccountRoleArn !== undefined) addon.serviceAccountRoleArn = serviceAccountRoleArn;
    if (configurationValues !== undefined) addon.configurationValues = configurationValues;
    addon.modifiedAt = new Date();
    await install(record, addon);
  };
  return startUpdate(record, {
    type: "AddonUpdate",
    params: {
      AddonVersion: addonVersion,
      ResolveConflicts: resolveConflicts,
      ServiceAccountRoleArn: serviceAccountRoleArn,
      ConfigurationValues: configurationValues,
      PodIdentityAssociations: podIdentityAssociations,
    },
    target: addon,
    statusAfterFailure: "UPDATE_FAILED",
    addonName,
    work,
  });
};

/** With `preserve` the software stays in the cluster, managed by nobody. */
export const deleteAddon: ClusterOperation<sdk.DeleteAddonCommandInput> = (record, input) => {
  const { eks, cluster } = record;
  const addon = addonNamed(record, input.addonName);
  const { addonName, status } = addon;
  refuseWhile(["UPDATING", "DELETING"], "delete", `addon ${addonName}`, status, detailsOf(record, addonName));
  addon.status = "DELETING";
  eks.background(
    async () => {
      await eks.wait(minutes.addonDelete);
      if (!input.preserve) {
        await eks.controlPlanes.removeAddon(cluster.name, addonName);
        record.software.delete(addonName);
      }
      await replaceOwnedAssociations(record, addon, []);
      record.addons.delete(addonName);
    },
    ({ message }) => {
      fail(addon, "DELETE_FAILED", "ClusterUnreachable", message);
    },
  );
  return { addon };
};
