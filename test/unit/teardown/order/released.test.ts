/** Which volumes a drain lets go, and with which wave. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { inventoryOf } from "../../../../src/teardown/inventory/inventory.ts";
import { teardownOrder } from "../../../../src/teardown/order/order.ts";
import { releasedVolumes, volumesLeftToSweep } from "../../../../src/teardown/order/released.ts";
import { claim, cluster, deployment, root, volume } from "../cluster-builder.ts";
import { randomCluster } from "../random-cluster.ts";

describe("the volumes that a drain releases", function () {
  this.timeout(60_000);

  it("are those whose claims it deletes and whose policy is Delete, each with its wave", () => {
    const order = teardownOrder(
      cluster(
        root(),
        claim("app-a/cache", "pv-cache"),
        volume("pv-cache", "app-a/cache"),
        claim("app-a/ledger", "pv-ledger"),
        volume("pv-ledger", "app-a/ledger", "Retain"),
        volume("pv-orphan", "app-a/gone"),
      ),
    );
    assert.deepEqual(order.waves.flatMap((ids) => releasedVolumes(order, ids)).sort(), [
      "vol-pv-cache",
      "vol-pv-orphan",
    ]);
    const wave = order.waves.findIndex((ids) => ids.includes("PersistentVolumeClaim app-a/cache"));
    assert.ok(releasedVolumes(order, order.waves[wave] ?? []).includes("vol-pv-cache"));
  });

  it("are left to the sweep where a controller of Flux has them mounted", () => {
    const order = teardownOrder(
      cluster(
        root(),
        deployment("flux-system/source-controller", 1, ["artifacts", "archive"]),
        claim("flux-system/artifacts", "pv-1"),
        volume("pv-1", "flux-system/artifacts"),
        claim("flux-system/archive", "pv-2"),
        volume("pv-2", "flux-system/archive", "Retain"),
      ),
    );
    assert.deepEqual(order.waves, []);
    assert.deepEqual(volumesLeftToSweep(order), ["vol-pv-1"]);
  });

  it("are never any that a PersistentVolume says to retain, in any cluster", () => {
    fc.assert(
      fc.property(randomCluster, fc.func(fc.boolean()), ({ manifests }, retains) => {
        const retained = new Set<string>();
        const changed = manifests.map((manifest) => {
          const spec = manifest.spec as { csi?: { volumeHandle: string } } | undefined;
          if (manifest.kind !== "PersistentVolume" || spec?.csi === undefined) return manifest;
          if (!retains(manifest.metadata.name)) return manifest;
          retained.add(spec.csi.volumeHandle);
          return { ...manifest, spec: { ...spec, persistentVolumeReclaimPolicy: "Retain" } };
        });
        const order = teardownOrder(inventoryOf(changed));
        const released = order.waves.flatMap((ids) => releasedVolumes(order, ids));
        assert.deepEqual(
          released.filter((id) => retained.has(id)),
          [],
        );
      }),
      { numRuns: 300 },
    );
  });
});
