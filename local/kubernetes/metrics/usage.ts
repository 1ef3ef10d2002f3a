/** What the containers of a cluster use, where none of them runs: a little, and more where a load test says so. */
import type { V1Container, V1Pod, V1Service } from "@kubernetes/client-node";
import { loadTestOf } from "./load-test.ts";

/** Thousandths of a core that a container uses without work, and for each connection that it works for. */
const idle = 1;
const perConnection = 25;
/** MiB. */
const memory = { idle: 16, working: 32 };

export interface Usage {
  /** Thousandths of a core. */
  readonly cpu: number;
  /** MiB. */
  readonly memory: number;
}

const isReady = ({ metadata, status }: V1Pod): boolean =>
  metadata?.deletionTimestamp === undefined &&
  (status?.conditions?.some(({ type, status: holds }) => type === "Ready" && holds === "True") ?? false);

function selects({ metadata, spec }: V1Service, pod: V1Pod): boolean {
  const selector = Object.entries(spec?.selector ?? {});
  return (
    selector.length > 0 &&
    pod.metadata?.namespace === metadata?.namespace &&
    selector.every(([key, value]) => pod.metadata?.labels?.[key] === value)
  );
}

/**
 * Thousandths of a core that load tests ask of each pod, by uid: what a test needs is shared by the ready pods behind its
 * Service.
 */
export function demand(pods: readonly V1Pod[], services: readonly V1Service[]): Map<string, number> {
  const wanted = new Map<string, number>();
  for (const { service, namespace, connections } of pods.flatMap((pod) => loadTestOf(pod) ?? [])) {
    const target = services.find(
      ({ metadata }) => metadata?.name === service && metadata.namespace === namespace,
    );
    const behind = target === undefined ? [] : pods.filter((pod) => isReady(pod) && selects(target, pod));
    for (const { metadata } of behind) {
      const uid = metadata?.uid ?? "";
      wanted.set(uid, (wanted.get(uid) ?? 0) + (connections * perConnection) / behind.length);
    }
  }
  return wanted;
}

/** A container never uses more than its limit: the kernel stops it for the rest of the time. */
export function usageOf({ resources }: V1Container, wanted: number): Usage {
  const limit = resources?.limits?.["cpu"];
  const most = limit === undefined ? Infinity : thousandths(limit);
  return {
    cpu: Math.round(Math.min(idle + wanted, most)),
    memory: wanted > 0 ? memory.working : memory.idle,
  };
}

/** A quantity of cores: `100m`, `0.5`, `2`. */
function thousandths(quantity: string): number {
  return quantity.endsWith("m") ? Number(quantity.slice(0, -1)) : Number(quantity) * 1000;
}
