import { isDeepStrictEqual } from "node:util";
import type { CreateNodegroupRequest, Nodegroup } from "@aws-sdk/client-eks";
import type { NodeGroupArgs, NodeGroupState } from "@pulumi/aws/eks/index.js";
import { awsResource, type Operation, type Resolved } from "../resource.ts";
import { pick, splitId } from "../shapes.ts";
import { eksTagging } from "../tags.ts";
import { becomesActive, disappears, settleUpdate } from "./waits.ts";

type Inputs = Resolved<NodeGroupArgs>;

/** Minutes that the real provider grants to each operation. */
const minutes = 60;

/** Inputs that EKS takes, and tells, as they are. */
const asTheyAre = [
  "clusterName",
  "scalingConfig",
  "amiType",
  "capacityType",
  "diskSize",
  "instanceTypes",
  "labels",
  "nodeRepairConfig",
  "releaseVersion",
  "taints",
  "updateConfig",
  "version",
];
const template = ["id", "name", "version"];

const names = (id: string): { clusterName: string; nodegroupName: string } => {
  const [clusterName, nodegroupName] = splitId(id, ":");
  return { clusterName, nodegroupName };
};

async function describe({ aws }: Operation, id: string): Promise<Nodegroup | undefined> {
  return (await aws.eks.describeNodegroup(names(id))).nodegroup;
}

/** EKS takes a template's id or its name, not both. */
const templateOf = ({ launchTemplate }: Inputs): object | undefined =>
  launchTemplate && pick(launchTemplate, launchTemplate.id ? ["id", "version"] : ["name", "version"]);

function labelChanges({ labels: before = {} }: Inputs, { labels: after = {} }: Inputs): object {
  const changed = Object.entries(after).filter(([key, value]) => before[key] !== value);
  return {
    addOrUpdateLabels: Object.fromEntries(changed),
    removeLabels: Object.keys(before).filter((key) => !(key in after)),
  };
}

function taintChanges({ taints: before = [] }: Inputs, { taints: after = [] }: Inputs): object {
  const added = after.filter((taint) => !before.some((old) => isDeepStrictEqual(old, taint)));
  // A taint is known by key and effect; its value is updated.
  const removed = before.filter(
    (old) => !after.some(({ key, effect }) => key === old.key && effect === old.effect),
  );
  return { addOrUpdateTaints: added, removeTaints: removed };
}

export const nodeGroup = awsResource<NodeGroupArgs, NodeGroupState>({
  noun: "EKS Node Group",
  properties: {
    clusterName: ["required", "replaces"],
    nodeGroupName: ["replaces"],
    nodeRoleArn: ["required", "replaces"],
    subnetIds: ["required", "replaces", "set"],
    scalingConfig: ["required"],
    amiType: ["replaces", "kept"],
    capacityType: ["replaces", "kept"],
    diskSize: ["replaces", "kept"],
    forceUpdateVersion: [],
    instanceTypes: ["replaces", "kept"],
    labels: [],
    launchTemplate: [],
    "launchTemplate.id": ["replaces"],
    "launchTemplate.name": ["replaces", "kept"],
    nodeRepairConfig: ["kept"],
    releaseVersion: ["kept"],
    taints: ["set"],
    updateConfig: ["kept"],
    version: ["kept"],
  },
  outputs: [
    "arn",
    "resources",
    "status",
    "amiType",
    "capacityType",
    "diskSize",
    "instanceTypes",
    "releaseVersion",
    "version",
  ],
  changedByUpdate: ["releaseVersion"],
  autoName: { property: "nodeGroupName", maxLength: 63 },
  tagging: eksTagging,

  create: async ({ aws }, inputs) => {
    const { clusterName, nodeGroupName = "", nodeRoleArn, subnetIds } = inputs;
    const request = {
      ...pick(inputs, asTheyAre),
      nodegroupName: nodeGroupName,
      nodeRole: nodeRoleArn,
      subnets: subnetIds,
      launchTemplate: templateOf(inputs),
      tags: { ...inputs.tagsAll },
    };
    await aws.eks.createNodegroup(request as unknown as CreateNodegroupRequest);
    return `${clusterName}:${nodeGroupName}`;
  },

  ready: (operation, id) =>
    becomesActive(operation, `node group ${id}`, minutes, ["CREATING", "UPDATING"], () =>
      describe(operation, id),
    ),

  read: async (operation, id) => {
    const live = await describe(operation, id);
    return (
      live && {
        ...pick(live, [...asTheyAre, "status", "tags"]),
        arn: live.nodegroupArn,
        nodeGroupName: live.nodegroupName,
        nodeRoleArn: live.nodeRole,
        subnetIds: live.subnets,
        ...(live.launchTemplate && { launchTemplate: pick(live.launchTemplate, template) }),
        resources: [
          {
            autoscalingGroups: (live.resources?.autoScalingGroups ?? []).map(({ name }) => ({ name })),
            remoteAccessSecurityGroupId: live.resources?.remoteAccessSecurityGroup ?? "",
          },
        ],
      }
    );
  },

  update: async (operation, id, news, { olds, has }) => {
    const { eks } = operation.aws;
    const subject = names(id);
    const settle = (request: Parameters<typeof settleUpdate>[4]): Promise<void> =>
      settleUpdate(
        operation,
        `node group ${id}`,
        minutes,
        { ...subject, name: subject.clusterName },
        request,
      );
    const changed = (...inputs: Parameters<typeof has>): object =>
      pick(
        news,
        inputs.filter((name) => has(name)),
      );
    if (has("version", "releaseVersion", "launchTemplate")) {
      const request = {
        ...subject,
        ...changed("version", "releaseVersion"),
        ...(has("launchTemplate") && { launchTemplate: templateOf(news) }),
        force: news.forceUpdateVersion,
      };
      await settle(() => eks.updateNodegroupVersion(request));
    }
    if (has("labels", "taints", "scalingConfig", "updateConfig", "nodeRepairConfig")) {
      const request = {
        ...subject,
        ...changed("scalingConfig", "updateConfig", "nodeRepairConfig"),
        ...(has("labels") && { labels: labelChanges(olds, news) }),
        ...(has("taints") && { taints: taintChanges(olds, news) }),
      };
      await settle(() => eks.updateNodegroupConfig(request));
    }
  },

  delete: async (operation, id) => {
    const busy = /ResourceInUseException.*in progress/;
    await operation.retry(`node group ${id} to finish its update`, minutes, busy, () =>
      operation.aws.eks.deleteNodegroup(names(id)),
    );
    await disappears(operation, `node group ${id}`, minutes, () => describe(operation, id));
  },
});
