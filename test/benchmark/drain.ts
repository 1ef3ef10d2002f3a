/**
 * How a drain grows: 50 and 1,000 custom objects in five waves on one control plane, with a controller that lifts finalizers
 * at once, and the memory with 5,000. Prints the figures, and fails where a promise does not hold.
 *
 *     node --disable-warning=ExperimentalWarning test/benchmark/drain.ts
 */
import { markKeys } from "../../src/teardown/marks.ts";
import { ClusterApi } from "../../provider/kubernetes/api.ts";
import { KindWatch } from "../../provider/kubernetes/watch.ts";
import { setUpTools } from "../../local/tools/setup.ts";
import { startTestCluster, type TestCluster } from "../local/kubelet/sandbox.ts";
import { queueDefinition } from "../provider/teardown/queues.ts";
import { runDrain } from "../provider/teardown/support.ts";

const waves = 5;
const finalizer = "team.example.com/held";

interface Figures {
  readonly seconds: number;
  readonly requestsEach: number;
}

async function fill(cluster: TestCluster, count: number): Promise<void> {
  for (let start = 0; start < count; start += 50) {
    const indices = Array.from({ length: Math.min(50, count - start) }, (_, offset) => start + offset);
    await Promise.all(
      indices.map((index) =>
        cluster.client.create({
          apiVersion: "team.example.com/v1",
          kind: "Queue",
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

/** Lifts the finalizer of whatever is being deleted, as a controller without anything else to do would. */
async function startController(kubeconfig: string, signal: AbortSignal): Promise<KindWatch> {
  const api = new ClusterApi(kubeconfig, signal);
  const kind = {
    group: "team.example.com",
    apiVersion: "team.example.com/v1",
    kind: "Queue",
    plural: "queues",
    namespaced: true,
    verbs: ["list", "watch", "delete"],
  };
  return KindWatch.start(api, kind, (_id, _before, after) => {
    if (after?.deletionTimestamp === undefined || after.finalizers.length === 0) return;
    const path = `/apis/team.example.com/v1/namespaces/default/queues/${after.name}`;
    const body = { metadata: { finalizers: [] } };
    void api
      .send({ method: "PATCH", path, body, contentType: "application/merge-patch+json" })
      .catch(() => undefined);
  });
}

async function measure(cluster: TestCluster, count: number): Promise<Figures> {
  await fill(cluster, count);
  const started = Date.now();
  const { error, requests, events } = await runDrain(cluster.kubeconfig, { deadlineSeconds: 600 });
  if (error !== undefined) throw error;
  const gone = events.filter(({ type }) => type === "gone").length;
  const ran = events.filter(({ type }) => type === "wave-ended").length;
  if (gone !== count || ran !== waves) throw new Error(`${gone} of ${count} gone, in ${ran} waves`);
  return { seconds: (Date.now() - started) / 1000, requestsEach: requests / count };
}

await setUpTools();
const cluster = await startTestCluster();
const aborting = new AbortController();
const failures: string[] = [];
try {
  await cluster.apply(queueDefinition);
  const controller = await startController(cluster.kubeconfig, aborting.signal);
  await measure(cluster, 50);
  const few = await measure(cluster, 50);
  const many = await measure(cluster, 1_000);
  let highest = 0;
  const watching = setInterval(() => {
    highest = Math.max(highest, process.memoryUsage().rss);
  }, 50);
  const most = await measure(cluster, 5_000);
  clearInterval(watching);
  await controller.stop();
  const ratio = many.seconds / few.seconds;
  const megabytes = highest / 2 ** 20;
  for (const [name, { seconds, requestsEach }] of Object.entries({ 50: few, "1,000": many, "5,000": most })) {
    console.log(
      `${name} objects in ${waves} waves: ${seconds.toFixed(1)} s, ${requestsEach.toFixed(2)} requests each`,
    );
  }
  console.log(
    `1,000 take ${ratio.toFixed(1)} times as long as 50; at most ${megabytes.toFixed(0)} MB with 5,000`,
  );
  if (ratio > 3) failures.push(`1,000 objects take ${ratio.toFixed(1)} times as long as 50, more than 3`);
  if (few.requestsEach >= 6) failures.push(`${few.requestsEach.toFixed(1)} requests an object with 50`);
  if (many.requestsEach >= 6) failures.push(`${many.requestsEach.toFixed(1)} requests an object with 1,000`);
  if (megabytes > 300) failures.push(`${megabytes.toFixed(0)} MB with 5,000 objects, more than 300`);
} finally {
  aborting.abort();
  await cluster.stop();
}
for (const failure of failures) console.error(failure);
process.exit(failures.length > 0 ? 1 : 0);
