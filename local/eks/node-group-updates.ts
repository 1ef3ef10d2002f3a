/** Updates of a managed node group: its configuration, and its version by rolling the nodes. */
import type * as sdk from "@aws-sdk/client-eks";
import type { ClusterOperation, ClusterRecord, NodeGroupRecord } from "./context.ts";
import { minutes } from "./durations.ts";
import { invalidParameter, refuseWhile } from "./faults.ts";
import { addNodes, drainNode, readLaunchTemplate, terminateNode } from "./instances.ts";
import { checkScaling, nodeGroupNamed } from "./node-groups.ts";
import { startUpdate, UpdateFailure } from "./updates.ts";
import { checkOffered, minorNumber, nodeRelease } from "./versions.ts";

function updatable(record: ClusterRecord, name: string | undefined): NodeGroupRecord {
  const nodeGroup = nodeGroupNamed(record, name);
  const { nodegroupName, status } = nodeGroup.group;
  const busy = ["CREATING", "UPDATING", "DELETING", "CREATE_FAILED", "DELETE_FAILED"];
  const details = { clusterName: record.cluster.name, nodegroupName };
  refuseWhile(busy, "update", `nodegroup ${nodegroupName}`, status, details);
  return nodeGroup;
}

const sameTaint = (a: sdk.Taint, b: sdk.Taint): boolean => a.key === b.key && a.effect === b.effect;

export const updateNodegroupConfig: ClusterOperation<sdk.UpdateNodegroupConfigCommandInput> = (
  record,
  input,
) => {
  const nodeGroup = updatable(record, input.nodegroupName);
  const { group } = nodeGroup;
  const scaling = checkScaling(input.scalingConfig, group.scalingConfig);
  const changedTaints = [...(input.taints?.addOrUpdateTaints ?? []), ...(input.taints?.removeTaints ?? [])];
  const work = async (): Promise<void> => {
    await record.eks.wait(minutes.nodeGroupUpdate);
    for (const label of input.labels?.removeLabels ?? []) Reflect.deleteProperty(group.labels, label);
    Object.assign(group.labels, input.labels?.addOrUpdateLabels);
    group.taints = [
      ...group.taints.filter((taint) => !changedTaints.some((each) => sameTaint(taint, each))),
      ...(input.taints?.addOrUpdateTaints ?? []),
    ];
    if (input.updateConfig) group.updateConfig = input.updateConfig;
    group.scalingConfig = scaling;
    await resize(record, nodeGroup, scaling.desiredSize);
  };
  return startUpdate(record, {
    type: "ConfigUpdate",
    params: {
      LabelsToAdd: input.labels?.addOrUpdateLabels,
      LabelsToRemove: input.labels?.removeLabels,
      TaintsToAdd: input.taints?.addOrUpdateTaints,
      TaintsToRemove: input.taints?.removeTaints,
      MinSize: input.scalingConfig?.minSize,
      MaxSize: input.scalingConfig?.maxSize,
      DesiredSize: input.scalingConfig?.desiredSize,
      MaxUnavailable: input.updateConfig?.maxUnavailable,
    },
    target: group,
    nodegroupName: group.nodegroupName,
    work,
  });
};

async function resize(record: ClusterRecord, nodeGroup: NodeGroupRecord, desired: number): Promise<void> {
  const nodes = [...nodeGroup.nodes.values()];
  for (const node of nodes.slice(desired)) {
    await drainNode(record, node);
    await terminateNode(record, nodeGroup, node);
  }
  if (desired > nodes.length) await launch(record, nodeGroup, desired - nodes.length);
}

async function launch(record: ClusterRecord, nodeGroup: NodeGroupRecord, count: number): Promise<void> {
  const { absent, notReady } = await addNodes(record, nodeGroup, count);
  const failed = [...absent, ...notReady].map((node) => node.instanceId);
  if (failed.length > 0) {
    throw new UpdateFailure(
      "NodeCreationFailure",
      "Couldn't proceed with upgrade process as new nodes are not joining node group",
      failed,
    );
  }
}

/** To the cluster's version or an older one that it still serves, or to another version of the launch template. */
export const updateNodegroupVersion: ClusterOperation<sdk.UpdateNodegroupVersionCommandInput> = async (
  record,
  input,
) => {
  const nodeGroup = updatable(record, input.nodegroupName);
  const { group } = nodeGroup;
  const version = input.version ?? (input.launchTemplate ? group.version : record.cluster.version);
  checkOffered(version);
  if (minorNumber(version) > minorNumber(record.cluster.version)) {
    throw invalidParameter(
      `Nodegroup Kubernetes version ${version} must not be newer than cluster version ${record.cluster.version}`,
      { clusterName: record.cluster.name, nodegroupName: group.nodegroupName },
    );
  }
  const template = input.launchTemplate && (await readLaunchTemplate(record.eks, input.launchTemplate));
  updatable(record, input.nodegroupName);
  const before = {
    version: group.version,
    releaseVersion: group.releaseVersion,
    launchTemplate: group.launchTemplate,
  };
  const after = {
    version,
    releaseVersion: input.releaseVersion ?? nodeRelease(version),
    ...(template && {
      launchTemplate: {
        id: template.LaunchTemplateId,
        name: template.LaunchTemplateName,
        version: String(template.VersionNumber),
      },
    }),
  };
  const work = async (): Promise<void> => {
    try {
      Object.assign(group, after);
      await roll(record, nodeGroup, input.force ?? false);
    } catch (cause) {
      Object.assign(group, before);
      throw cause;
    }
  };
  return startUpdate(record, {
    type: "VersionUpdate",
    params: {
      Version: version,
      ReleaseVersion: after.releaseVersion,
      LaunchTemplateVersion: after.launchTemplate?.version,
    },
    target: group,
    nodegroupName: group.nodegroupName,
    work,
  });
};

/** A new node for each old one, which is then drained and terminated. */
async function roll(record: ClusterRecord, nodeGroup: NodeGroupRecord, force: boolean): Promise<void> {
  const old = [...nodeGroup.nodes.values()];
  await launch(record, nodeGroup, old.length);
  for (const node of old) {
    if (!(await drainNode(record, node)) && !force) {
      throw new UpdateFailure(
        "PodEvictionFailure",
        `Reached max retries while trying to evict pods from nodes in node group ${nodeGroup.group.nodegroupName}`,
        [node.instanceId],
      );
    }
    await terminateNode(record, nodeGroup, node);
  }
}
