/** Takes a node out of a cluster as a managed node group does: cordon, evict, terminate. */
import { setTimeout as sleep } from "node:timers/promises";
import { V1Eviction, type V1Pod } from "@kubernetes/client-node";
import type { ScaledClock } from "../clock.ts";
import { hasStatus, unlessMissing, type ClusterClient } from "./cluster-client.ts";

/** Minutes in AWS that a disruption budget may hold up a node before it is terminated all the same. */
const patienceMinutes = 15;
/** Milliseconds that evictions get at the least, whatever the clock's scale: replacements need them to start. */
const leastPatience = 3_000;
const retryAfter = 200;

export async function drainAndRemove(client: ClusterClient, node: string, clock: ScaledClock): Promise<void> {
  const { core } = client;
  if (!(await client.cordon(node))) return;

  const deadline = Date.now() + Math.max(clock.milliseconds(patienceMinutes), leastPatience);
  while ((await evictPods(client, node)).length > 0 && Date.now() < deadline) await sleep(retryAfter);
  // The node first: its DaemonSets would replace their pods as long as it is there.
  await unlessMissing(core.deleteNode({ name: node }));
  const left = await podsOn(client, node);
  await Promise.all(
    left.map((pod) => unlessMissing(core.deleteNamespacedPod({ ...key(pod), gracePeriodSeconds: 0 }))),
  );
}

/** Evicts what a drain evicts, as far as disruption budgets let it; returns what was still there. */
export async function evictPods(client: ClusterClient, node: string): Promise<V1Pod[]> {
  const pods = evictable(await podsOn(client, node));
  await Promise.all(pods.map((pod) => evict(client, pod)));
  return pods;
}

async function podsOn(client: ClusterClient, node: string): Promise<V1Pod[]> {
  return (await client.core.listPodForAllNamespaces({ fieldSelector: `spec.nodeName=${node}` })).items;
}

/** A DaemonSet's pods would come back at once, so a drain leaves them. */
function evictable(pods: readonly V1Pod[]): V1Pod[] {
  return pods.filter(
    ({ metadata }) => !(metadata?.ownerReferences ?? []).some(({ kind }) => kind === "DaemonSet"),
  );
}

const key = ({ metadata }: V1Pod): { name: string; namespace: string } => ({
  name: metadata?.name ?? "",
  namespace: metadata?.namespace ?? "",
});

/** A budget that refuses for now (429) is asked again in the next round. */
async function evict(client: ClusterClient, pod: V1Pod): Promise<void> {
  if (pod.metadata?.deletionTimestamp) return;
  try {
    const body = Object.assign(new V1Eviction(), { metadata: key(pod) });
    await unlessMissing(client.core.createNamespacedPodEviction({ ...key(pod), body }));
  } catch (error) {
    if (!hasStatus(error, 429)) throw error;
  }
}
