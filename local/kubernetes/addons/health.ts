/** Whether an add-on's workloads have the replicas that they want, from their live status. */
import type { V1DaemonSet, V1Deployment } from "@kubernetes/client-node";
import { unlessMissing, type ClusterClient } from "../cluster-client.ts";
import type { AddonHealth } from "../types.ts";
import { addonNamespace as namespace, type Workload } from "./builders.ts";

interface Replicas {
  readonly wanted: number;
  readonly available: number;
  /** Whether its controller has seen the workload as it is now. */
  readonly observed: boolean;
}

const observed = ({ metadata, status }: V1DaemonSet | V1Deployment): boolean =>
  (status?.observedGeneration ?? 0) >= (metadata?.generation ?? 1);

/** A DaemonSet without nodes wants no replicas. */
export const daemonSetReplicas = (live: V1DaemonSet): Replicas => ({
  wanted: live.status?.desiredNumberScheduled ?? 0,
  available: live.status?.numberAvailable ?? 0,
  observed: observed(live),
});

export const deploymentReplicas = (live: V1Deployment): Replicas => ({
  wanted: live.spec?.replicas ?? 1,
  available: live.status?.availableReplicas ?? 0,
  observed: observed(live),
});

export async function addonHealth(
  client: ClusterClient,
  workloads: readonly Workload[],
): Promise<AddonHealth> {
  const missing = await Promise.all(workloads.map((workload) => shortfall(client, workload)));
  const reasons = missing.filter((reason) => reason !== undefined);
  return { healthy: reasons.length === 0, reason: reasons.join("; ") };
}

/** What is missing of a workload; undefined if nothing is. */
async function shortfall(client: ClusterClient, { kind, metadata }: Workload): Promise<string | undefined> {
  const { name } = metadata;
  const replicas = await unlessMissing(
    kind === "DaemonSet"
      ? client.apps.readNamespacedDaemonSet({ name, namespace }).then(daemonSetReplicas)
      : client.apps.readNamespacedDeployment({ name, namespace }).then(deploymentReplicas),
  );
  if (!replicas) return `${kind} ${name} is not in the cluster`;
  if (!replicas.observed) return `${kind} ${name} has not been seen by its controller yet`;
  const { available, wanted } = replicas;
  return available < wanted ? `${kind} ${name} has ${available} of ${wanted} replicas` : undefined;
}
