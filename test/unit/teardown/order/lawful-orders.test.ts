/**
 * What no order may plan, whatever a cluster holds. The oracle knows what the generator made and imports no rule of the product.
 * fast-check prints the seed of a failure.
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import { inventoryOf } from "../../../../src/teardown/inventory/inventory.ts";
import { Permit } from "../../../../src/teardown/laws/cluster-deletions.ts";
import { elsewhereOf } from "../../../../src/teardown/laws/elsewhere.ts";
import { teardownOrder } from "../../../../src/teardown/order/order.ts";
import { crowdedCluster } from "../crowded-cluster.ts";

const runs = { numRuns: 300 };

describe("the order of a teardown, for clusters like real ones", () => {
  it("plans nothing whose deletion would take along what has to stay", () => {
    fc.assert(
      fc.property(crowdedCluster, ({ manifests, takes, untouchable }) => {
        const order = teardownOrder(inventoryOf(manifests));
        for (const id of order.waves.flat()) {
          const reached = new Set([id]);
          for (const one of reached) for (const next of takes.get(one) ?? []) reached.add(next);
          for (const one of reached) assert.ok(!untouchable.has(one), `${id} takes ${one} along`);
        }
      }),
      runs,
    );
  });

  it("plans nothing that the laws would refuse, what has to be let go of apart", () => {
    fc.assert(
      fc.property(crowdedCluster, ({ manifests }) => {
        const inventory = inventoryOf(manifests);
        for (const id of teardownOrder(inventory).waves.flat()) {
          const object = inventory.objects.get(id);
          assert.ok(object !== undefined);
          const permit = Permit.ask("delete", object);
          const refused = permit instanceof Permit ? "" : permit.law;
          assert.ok(refused === "" || elsewhereOf(object) !== undefined, refused);
        }
      }),
      runs,
    );
  });

  it("plans to delete whatever holds something outside and is this cluster's", () => {
    fc.assert(
      fc.property(crowdedCluster, ({ manifests, holders }) => {
        const { dispositions } = teardownOrder(inventoryOf(manifests));
        for (const id of holders) assert.match(dispositions.get(id)?.by ?? "", /^(drain|owner)$/, id);
      }),
      runs,
    );
  });
});
