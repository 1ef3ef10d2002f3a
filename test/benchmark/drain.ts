/**
 * How a drain grows: 50 and 1,000 custom objects in five waves on one control plane, with a controller that lifts finalizers
 * at once, beside the same deletions without any drain; and the memory with 5,000. Prints the figures, and fails where a
 * promise does not hold.
 *
 *     node --disable-warning=ExperimentalWarning test/benchmark/drain.ts
 */
import type { ServedKind } from "../../src/kubernetes/discovery.ts";
import { setUpTools } from "../../local/tools/setup.ts";
import { startTestCluster, type TestCluster } from "../../local/test/kubelet/sandbox.ts";
import type { DrainFigures } from "./drain-process.ts";
import { measureDrain, medianOf } from "./measured-drain.ts";
import { defineQueues, makeQueues, queueKind, startController } from "./queues.ts";

const waves = 5;
/** Of each kind, one after the other, so that what else the machine does meets all. */
const rounds = 5;
/** Objects, of the run that tells the memory. */
const most = 5_000;

async function measure(cluster: TestCluster, count: number, bare?: ServedKind): Promise<DrainFigures> {
  await makeQueues(cluster, count, waves);
  const figures = await measureDrain({ kubeconfig: cluster.kubeconfig, ...(bare && { bare }) });
  const { gone, waves: ran } = figures;
  if (gone !== count || ran !== (bare ? 0 : waves)) {
    throw new Error(`${gone} of ${count} gone, in ${ran} waves`);
  }
  return figures;
}

function show(what: string, count: number, { seconds, requests, highest }: DrainFigures): void {
  const each = (requests / count).toFixed(2);
  console.log(
    `${String(count).padStart(5)} objects, ${what}: ${seconds.toFixed(2)} s, ${each} requests each, at most ${highest.toFixed(0)} MiB`,
  );
}

await setUpTools();
const cluster = await startTestCluster();
const aborting = new AbortController();
const failures: string[] = [];
try {
  await defineQueues(cluster);
  const controller = await startController(cluster.kubeconfig, aborting.signal);
  await measure(cluster, 50);
  const measured: Record<"few" | "many" | "bare", DrainFigures[]> = { few: [], many: [], bare: [] };
  for (let round = 0; round < rounds; round += 1) {
    measured.few.push(await measure(cluster, 50));
    measured.many.push(await measure(cluster, 1_000));
    measured.bare.push(await measure(cluster, 1_000, queueKind));
  }
  const [few, many, bare] = [medianOf(measured.few), medianOf(measured.many), medianOf(measured.bare)];
  const largest = await measure(cluster, most);
  await controller.stop();
  show(`drained in ${waves} waves`, 50, few);
  show(`drained in ${waves} waves`, 1_000, many);
  show("only deleted, all at once", 1_000, bare);
  show(`drained in ${waves} waves`, most, largest);
  const ratio = many.seconds / few.seconds;
  console.log(
    `1,000 take ${ratio.toFixed(1)} times as long as 50, and ${(many.seconds / bare.seconds).toFixed(2)} times as long as their bare deletion (medians of ${rounds})`,
  );
  if (ratio > 3) failures.push(`1,000 objects take ${ratio.toFixed(1)} times as long as 50, more than 3`);
  for (const [count, { requests }] of [
    [50, few],
    [1_000, many],
  ] as const) {
    if (requests / count >= 6)
      failures.push(`${(requests / count).toFixed(1)} requests an object with ${count}`);
  }
  if (largest.highest > 300)
    failures.push(`${largest.highest.toFixed(0)} MiB with ${most} objects, more than 300`);
} finally {
  aborting.abort();
  await cluster.stop();
}
for (const failure of failures) console.error(failure);
process.exit(failures.length > 0 ? 1 : 0);
