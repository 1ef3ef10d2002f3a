/**
 * How long an order takes for clusters of growing size: `node test/benchmark/order.ts`. The time for an object stays about the
 * same while the order is near-linear; the last case is one circle through everything, which no real cluster has.
 */
import { performance } from "node:perf_hooks";
import { inventoryOf } from "../../src/teardown/inventory/inventory.ts";
import { destroyPlan } from "../../src/teardown/plan/plan.ts";
import {
  helmRelease,
  keda,
  kustomization,
  manifests,
  root,
  scaledObject,
  type Delivery,
} from "../unit/teardown/cluster-builder.ts";

function plain(objects: number): Delivery[] {
  const perRelease = 10;
  const releases = Array.from({ length: objects / perRelease }, (_, index) =>
    helmRelease(
      `app-${index}/app`,
      Array.from({ length: perRelease - 1 }, (__, member) => scaledObject(`app-${index}/scaled-${member}`)),
      index === 0 ? {} : { dependsOn: [`app-${index - (index % 5 === 0 ? 0 : 1)}/app`] },
    ),
  );
  return [root(kustomization("flux-system/apps", releases), keda())];
}

function tangled(objects: number): Delivery[] {
  const name = (index: number): string => `n${index % objects}`;
  return [
    root(
      ...Array.from({ length: objects }, (_, index) =>
        kustomization(`flux-system/${name(index)}`, [], {
          dependsOn: [name(index + 1), name(index * 7 + 3), name(index * 13 + 5)],
        }),
      ),
    ),
  ];
}

for (const [title, build] of Object.entries({ plain, tangled })) {
  for (const objects of [1_000, 5_000]) {
    const listed = manifests(...build(objects));
    const start = performance.now();
    const plan = destroyPlan({
      stack: "benchmark",
      cluster: "benchmark",
      region: "eu-west-1",
      inventory: inventoryOf(listed),
    });
    const milliseconds = performance.now() - start;
    const each = (1000 * milliseconds) / listed.length;
    console.log(
      `${title}: ${listed.length} objects, ${plan.totals.waves} waves, ${plan.broken.length} broken: ${Math.round(milliseconds)} ms, ${each.toFixed(0)} µs an object`,
    );
  }
}
