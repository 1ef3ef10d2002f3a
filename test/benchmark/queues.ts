/** The custom objects of the drain's benchmark: made, and controlled by somebody without anything else to do. */
import { ClusterApi } from "../../src/kubernetes/api.ts";
import type { ServedKind } from "../../src/kubernetes/discovery.ts";
import { KindWatch } from "../../src/kubernetes/watch.ts";
import { markKeys } from "../../src/teardown/inventory/marks.ts";
import { until, type TestCluster } from "../../local/test/kubelet/sandbox.ts";
import { queueDefinition } from "../provider/teardown/queues.ts";

const apiVersion = "team.example.com/v1";
const finalizer = "team.example.com/held";

export const queueKind: ServedKind = {
  group: "team.example.com",
  apiVersion,
  kind: "Queue",
  plural: "queues",
  namespaced: true,
  verbs: ["list", "watch", "delete"],
};

export function queuePath(name: string): string {
  return `/apis/${apiVersion}/namespaces/default/queues/${name}`;
}

/** Returns when the kind is served. */
export async function defineQueues(cluster: TestCluster): Promise<void> {
  await cluster.apply(queueDefinition);
  const api = new ClusterApi(cluster.kubeconfig, new AbortController().signal);
  await until("queues are served", () => api.get(queuePath("")));
  api.close();
}

/** @param waves over which they are spread by their marks. */
export async function makeQueues(cluster: TestCluster, count: number, waves: number): Promise<void> {
  for (let start = 0; start < count; start += 50) {
    const indices = Array.from({ length: Math.min(50, count - start) }, (_, offset) => start + offset);
    await Promise.all(
      indices.map((index) =>
        cluster.client.create({
          apiVersion,
          kind: queueKind.kind,
          metadata: {
            name: `q-${index}`,
            namespace: "default",
            finalizers: [finalizer],
            annotations: { [markKeys.stage]: String(index % waves) },
          },
        }),
      ),
    );
  }
}

/** Lifts the finalizer of whatever is being deleted. */
export async function startController(kubeconfig: string, signal: AbortSignal): Promise<KindWatch> {
  const api = new ClusterApi(kubeconfig, signal);
  return KindWatch.start(api, queueKind, (_id, _before, after) => {
    if (after?.deletionTimestamp === undefined || after.finalizers.length === 0) return;
    const body = { metadata: { finalizers: [] } };
    const contentType = "application/merge-patch+json";
    void api.send({ method: "PATCH", path: queuePath(after.name), body, contentType }).catch(() => undefined);
  });
}
