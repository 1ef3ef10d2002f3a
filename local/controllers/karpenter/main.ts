/**
 * Stands for Karpenter (aws/karpenter-provider-aws v1): NodePools get NodeClaims, each an EC2 instance and a Node, which
 * are drained and terminated when their claim or their pool goes. It also registers the Node, which the instance does in
 * AWS. Without consolidation, drift, expiry, launch templates and a choice of instance types.
 */
import { randomBytes } from "node:crypto";
import type { KubernetesObject, V1Node, V1Pod, V1VolumeAttachment } from "@kubernetes/client-node";
import { evictPods } from "../../kubernetes/node-drain.ts";
import { nodeObject } from "../../kubernetes/node.ts";
import { unlessMissing, type Watched } from "../../kubernetes/cluster-client.ts";
import { Controller, metadataOf } from "../runtime/controller.ts";
import { connect, readFlags, reportReady } from "../runtime/environment.ts";
import { NotYet, WorkQueue } from "../runtime/queue.ts";
import { ensureProfile, launch, removeProfile, terminated } from "./instances.ts";
import {
  claimKind,
  classKind,
  nodeKind,
  poolKind,
  poolLabel,
  terminationFinalizer,
  type NodeClaim,
  type NodeClass,
  type NodePool,
} from "./kinds.ts";

const cluster = process.env["CLUSTER_NAME"] ?? "";
const controller = new Controller(connect(), "karpenter");
const { client } = controller;
/** Milliseconds between looks at a drain or an instance's end. */
const lookAgain = 300;

/** Whether all lists are there. */
let complete = false;
/** Has another look at what the pools want. */
const look = (): void => {
  if (complete) provision.add("");
};

const live = (object: KubernetesObject): boolean => !object.metadata?.deletionTimestamp;

const nodes: Watched<V1Node> = await controller.manage<V1Node>(nodeKind, {
  wants: ({ metadata }) => metadata?.labels?.[poolLabel] !== undefined,
  failure: "FailedTermination",
  sync: () => Promise.resolve(),
  // Whoever deletes a node means its claim.
  remove: async ({ metadata }) => {
    const claim = claims.list().find(({ status }) => status?.nodeName === metadata?.name);
    if (claim && live(claim)) await unlessMissing(client.objects.delete(claim));
  },
});

const classes: Watched<NodeClass> = await controller.manage<NodeClass>(classKind, {
  wants: () => true,
  finalizer: () => "karpenter.k8s.aws/termination",
  failure: "FailedReconcile",
  sync: (nodeClass) => ensureProfile(cluster, nodeClass),
  remove: async (nodeClass) => {
    const { name } = metadataOf(nodeClass);
    const users = claims.list().filter(({ spec }) => spec.nodeClassRef.name === name);
    if (users.length > 0) throw new NotYet("its NodeClaims", lookAgain);
    await removeProfile(cluster, nodeClass);
  },
});

const claims: Watched<NodeClaim> = await controller.manage<NodeClaim>(claimKind, {
  wants: () => true,
  finalizer: () => terminationFinalizer,
  failure: "FailedReconcile",
  concurrency: 10,
  sync: async (claim) => {
    look();
    if (claim.status?.nodeName !== undefined) return;
    const nodeClass = classes.get(claim.spec.nodeClassRef.name);
    if (!nodeClass) throw new Error(`EC2NodeClass ${claim.spec.nodeClassRef.name} not found`);
    const instance = await launch(cluster, claim, nodeClass);
    const { InstanceId = "", InstanceType = "", PrivateIpAddress = "", Placement } = instance;
    const zone = Placement?.AvailabilityZone ?? "";
    const region = zone.slice(0, -1);
    const nodeName = `ip-${PrivateIpAddress.replaceAll(".", "-")}.${region === "us-east-1" ? "ec2" : `${region}.compute`}.internal`;
    const { labels = {} } = metadataOf(claim);
    if (!nodes.get(nodeName)) {
      const kubelet = nodes.list()[0]?.status?.nodeInfo?.kubeletVersion ?? "v1.35";
      const node = nodeObject({
        name: nodeName,
        instanceId: InstanceId,
        instanceType: InstanceType,
        zone,
        region,
        privateIp: PrivateIpAddress,
        version: /^v(\d+\.\d+)/.exec(kubelet)?.[1] ?? "",
        labels: { ...labels, "karpenter.sh/registered": "true", "karpenter.sh/initialized": "true" },
        taints: (claim.spec.taints ?? []).map(({ value = "", ...taint }) => ({ ...taint, value })),
      });
      await client.create({ ...node, metadata: { ...node.metadata, finalizers: [terminationFinalizer] } });
    }
    const status = { providerID: `aws:///${zone}/${InstanceId}`, nodeName, conditions: [ready()] };
    await controller.mergeStatus(claimKind, claim, status);
  },
  remove: async ({ status }) => {
    look();
    const node = nodes.get(status?.nodeName ?? "");
    if (node) {
      const name = node.metadata?.name ?? "";
      if (live(node)) await unlessMissing(client.core.deleteNode({ name }));
      await client.cordon(name);
      // For as long as a disruption budget wants: Karpenter has no deadline unless the claim sets one.
      if ((await evictPods(client, name)).length > 0) throw new NotYet("the node's pods", lookAgain);
      const { items } = await client.objects.list<V1VolumeAttachment>(
        "storage.k8s.io/v1",
        "VolumeAttachment",
      );
      if (items.some(({ spec }) => spec.nodeName === name)) throw new NotYet("its volumes", lookAgain);
    }
    const instance = status?.providerID?.split("/").at(-1);
    if (instance !== undefined && !(await terminated(instance))) throw new NotYet("its instance", lookAgain);
    if (node) {
      const left = (await unlessMissing(client.core.readNode({ name: node.metadata?.name ?? "" }))) ?? node;
      const finalizers = left.metadata?.finalizers?.filter((each) => each !== terminationFinalizer) ?? [];
      await controller.setFinalizers(nodeKind, left, finalizers);
    }
  },
});

/** Pods that a claim was made for; one is made for each, whether or not it fits. */
const served = new Set<string>();

const provision = new WorkQueue(
  1,
  async () => {
    for (const pool of pools.list().filter(live)) {
      const { name = "" } = metadataOf(pool);
      const own = claims
        .list()
        .filter((claim) => live(claim) && claim.metadata?.labels?.[poolLabel] === name);
      const { replicas } = pool.spec;
      const pending = pods
        .list()
        .filter(isUnschedulable)
        .filter(({ metadata }) => !served.has(metadata?.uid ?? ""));
      if (replicas === undefined) for (const { metadata } of pending) served.add(metadata?.uid ?? "");
      // A node takes many pods, so those that wait together share one.
      let missing =
        replicas === undefined ? Math.min(pending.length, 1) : replicas - own.length - unseen(name);
      for (; missing > 0; missing--) await createClaim(pool);
    }
  },
  (_key, error) => {
    console.error(error);
  },
);

/** Claims that the list does not show yet. */
const fresh = new Map<string, Set<string>>();
function unseen(pool: string): number {
  const names = fresh.get(pool) ?? new Set();
  for (const { metadata } of claims.list()) names.delete(metadata?.name ?? "");
  return names.size;
}

async function createClaim(of: NodePool): Promise<void> {
  const { template } = of.spec;
  const { name: pool = "", uid = "" } = metadataOf(of);
  const name = `${pool}-${randomBytes(3).toString("hex").slice(0, 5)}`;
  fresh.set(pool, (fresh.get(pool) ?? new Set()).add(name));
  const owner = {
    apiVersion: poolKind.apiVersion,
    kind: poolKind.kind,
    name: pool,
    uid,
    blockOwnerDeletion: true,
  };
  await client.create({
    apiVersion: claimKind.apiVersion,
    kind: claimKind.kind,
    metadata: {
      name,
      labels: { ...template.metadata?.labels, [poolLabel]: pool },
      finalizers: [terminationFinalizer],
      ownerReferences: [owner],
    },
    spec: template.spec,
  });
}

const isUnschedulable = (pod: V1Pod): boolean =>
  live(pod) && (pod.status?.conditions ?? []).some(({ reason }) => reason === "Unschedulable");

const ready = (): object => ({
  type: "Ready",
  status: "True",
  reason: "Ready",
  message: "",
  lastTransitionTime: new Date().toISOString(),
});

const pods = await controller.watch<V1Pod>({ apiVersion: "v1", kind: "Pod", plural: "pods" }, look);
// A pool has no finalizer of its own: its claims go with it as what it owns.
const pools = await controller.watch<NodePool>(poolKind, look);
complete = true;
look();

reportReady(readFlags());
