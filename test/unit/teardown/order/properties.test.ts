/** What holds of an order whatever state a cluster is in. fast-check prints the seed of a failure. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { foreignFinalizers } from "../../../../src/teardown/external/controllers.ts";
import { inventoryOf } from "../../../../src/teardown/inventory/inventory.ts";
import { marksOf } from "../../../../src/teardown/inventory/marks.ts";
import type { ObjectId } from "../../../../src/teardown/inventory/object-id.ts";
import type { Edge } from "../../../../src/teardown/order/edges.ts";
import { teardownOrder, type Order } from "../../../../src/teardown/order/order.ts";
import { strengthOf } from "../../../../src/teardown/order/requirements.ts";
import { destroyPlan } from "../../../../src/teardown/plan/plan.ts";
import { randomCluster } from "../random-cluster.ts";

const runs = { numRuns: 300 };

/** What the drain deletes so that the object goes; undefined if nothing. */
function nodeOf({ dispositions }: Order, id: ObjectId): ObjectId | undefined {
  const disposition = dispositions.get(id);
  if (disposition?.by === "drain") return id;
  return disposition?.by === "owner" ? disposition.owner : undefined;
}

function waveNumbers(order: Order): Map<ObjectId, number> {
  return new Map(order.waves.flatMap((wave, number) => wave.map((id) => [id, number] as const)));
}

/** Of two objects that the drain deletes, one after the other, unless that was reported as broken. */
function assertBefore(order: Order, before: ObjectId, after: ObjectId): void {
  const [first, second] = [nodeOf(order, before), nodeOf(order, after)];
  if (first === undefined || second === undefined || first === second) return;
  const waves = waveNumbers(order);
  const isBroken = order.broken.some(({ edge }) => edge.before === first && edge.after === second);
  assert.ok(
    isBroken || (waves.get(first) ?? 0) < (waves.get(second) ?? 0),
    `${first} has to go before ${second}, for ${before} before ${after}`,
  );
}

describe("the order of a teardown, for any cluster", () => {
  it("deals with every object exactly once, and never deletes the root", () => {
    fc.assert(
      fc.property(randomCluster, ({ manifests }) => {
        const inventory = inventoryOf(manifests);
        const order = teardownOrder(inventory);
        const deleted = order.waves.flat();
        assert.equal(new Set(deleted).size, deleted.length);
        const drained = [...order.dispositions].filter(([, { by }]) => by === "drain").map(([id]) => id);
        assert.deepEqual([...deleted].sort(), drained.sort());
        assert.deepEqual([...order.dispositions.keys()], [...inventory.objects.keys()]);
        assert.ok(!deleted.includes(inventory.root));
        for (const disposition of order.dispositions.values()) {
          if (disposition.by === "owner") assert.ok(deleted.includes(disposition.owner));
        }
        assert.ok(order.waves.every((wave) => wave.length > 0));
      }),
      runs,
    );
  });

  it("keeps every requirement that it does not report as broken", () => {
    fc.assert(
      fc.property(randomCluster, ({ manifests, dependencies }) => {
        const order = teardownOrder(inventoryOf(manifests));
        const { inventory, ownership } = order.facts;
        for (const [dependent, dependency] of dependencies) assertBefore(order, dependent, dependency);
        for (const [id, { owner, how }] of ownership.deletedWith) {
          if (how === "prune" || how === "uninstall") assertBefore(order, id, owner);
        }
        for (const { id, kind, group, namespace, detail } of inventory.objects.values()) {
          if (namespace !== "" && nodeOf(order, id) === id) assertBefore(order, id, `Namespace ${namespace}`);
          if (group === "colours.io") {
            const name = `${kind.toLowerCase()}s.colours.io`;
            const by = ownership.deliveredBy.get(`CustomResourceDefinition.apiextensions.k8s.io ${name}`);
            if (by !== undefined) assertBefore(order, id, by);
          }
          if (detail.type === "workload") {
            for (const claim of detail.claims) {
              assertBefore(order, id, `PersistentVolumeClaim ${namespace}/${claim}`);
            }
          }
        }
      }),
      runs,
    );
  });

  it("never lets one deletion take an object together with the controller that has to finalize it", () => {
    fc.assert(
      fc.property(randomCluster, ({ manifests }) => {
        const order = teardownOrder(inventoryOf(manifests));
        const { inventory, ownership } = order.facts;
        for (const { id, kind, group, finalizers } of inventory.objects.values()) {
          if (group !== "colours.io" || foreignFinalizers(finalizers).length === 0) continue;
          const definition = `CustomResourceDefinition.apiextensions.k8s.io ${kind.toLowerCase()}s.colours.io`;
          const by = ownership.deliveredBy.get(definition);
          if (by !== undefined) assert.notEqual(nodeOf(order, id), by);
        }
      }),
      runs,
    );
  });

  it("deletes whatever holds something outside the cluster", () => {
    fc.assert(
      fc.property(randomCluster, ({ manifests }) => {
        const order = teardownOrder(inventoryOf(manifests));
        for (const id of order.facts.holdings.keys()) assert.notEqual(nodeOf(order, id), undefined, id);
      }),
      runs,
    );
  });

  it("does not depend on the order in which objects were listed", () => {
    const shuffled = randomCluster.chain(({ manifests }) =>
      fc.tuple(
        fc.constant(manifests),
        fc.shuffledSubarray([...manifests], { minLength: manifests.length, maxLength: manifests.length }),
      ),
    );
    fc.assert(
      fc.property(shuffled, ([one, other]) => {
        const [first, second] = [one, other].map((manifests) =>
          destroyPlan({
            stack: "any",
            cluster: "any",
            region: "eu-west-1",
            inventory: inventoryOf(manifests),
          }),
        );
        assert.deepEqual(first, second);
      }),
      runs,
    );
  });

  it("deletes no less when there is one object more", () => {
    const oneLess = randomCluster.chain(({ manifests }) =>
      // Of a volume the claim's policy becomes known, and of the root that it is there.
      fc.tuple(
        fc.constant(manifests),
        fc.constantFrom(
          ...manifests.filter(
            ({ kind, metadata }) => kind !== "PersistentVolume" && metadata.name !== "flux-system",
          ),
          undefined,
        ),
      ),
    );
    fc.assert(
      fc.property(oneLess, ([manifests, removed]) => {
        const fewer = teardownOrder(inventoryOf(manifests.filter((manifest) => manifest !== removed)));
        const more = teardownOrder(inventoryOf(manifests));
        for (const id of fewer.dispositions.keys()) {
          assert.ok(more.dispositions.has(id));
          if (nodeOf(fewer, id) !== undefined) assert.notEqual(nodeOf(more, id), undefined, id);
        }
      }),
      runs,
    );
  });

  it("breaks a circle at its weakest requirement, and none that could be put back", () => {
    fc.assert(
      fc.property(randomCluster, ({ manifests }) => {
        const { edges, broken } = teardownOrder(inventoryOf(manifests));
        const kept = new Map(edges.map((edge): [string, Edge] => [`${edge.before}\n${edge.after}`, edge]));
        for (const { edge, circle } of broken) {
          assert.deepEqual([edge.before, edge.after], circle.slice(0, 2));
          for (const [index, id] of circle.entries()) {
            if (index === 0) continue;
            const link = kept.get(`${id}\n${circle[index + 1] ?? circle[0] ?? ""}`);
            assert.ok(link, `${circle.join(" → ")} is no circle`);
            assert.ok(strengthOf(link.requirements) >= strengthOf(edge.requirements));
          }
        }
      }),
      runs,
    );
  });

  it("breaks nothing that could be kept by deleting an object directly", () => {
    fc.assert(
      fc.property(randomCluster, ({ manifests }) => {
        const { broken, dispositions, facts } = teardownOrder(inventoryOf(manifests));
        for (const { before } of broken.flatMap(({ edge }) => edge.requirements)) {
          const how = facts.ownership.deletedWith.get(before)?.how;
          if (how === "prune" || how === "uninstall") assert.equal(dispositions.get(before)?.by, "drain");
        }
      }),
      runs,
    );
  });

  it("keeps stages in ascending order, and gives one up only for a requirement", () => {
    fc.assert(
      fc.property(randomCluster, ({ manifests }) => {
        const order = teardownOrder(inventoryOf(manifests));
        const waves = waveNumbers(order);
        const { effective, conflicts } = order.stages;
        for (const [a, stageOfA] of effective) {
          for (const [b, stageOfB] of effective) {
            if (stageOfA < stageOfB) assert.ok((waves.get(a) ?? 0) < (waves.get(b) ?? 0), `${a} before ${b}`);
          }
          const asked = marksOf(
            order.facts.inventory.objects.get(a) ?? { annotations: {}, labels: {} },
          ).stage;
          const conflict = conflicts.find(({ object }) => object === a);
          assert.equal(stageOfA, conflict?.becomes ?? asked);
        }
        for (const { object, heldBackBy, stage, becomes } of conflicts) {
          assert.ok(stage < becomes);
          assert.ok((waves.get(heldBackBy) ?? 0) < (waves.get(object) ?? 0));
        }
      }),
      runs,
    );
  });
});
