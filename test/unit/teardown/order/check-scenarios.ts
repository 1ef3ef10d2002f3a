/** A cluster, and the waves in which a drain empties it. */
import assert from "node:assert/strict";
import { describeId } from "../../../../src/teardown/inventory/object-id.ts";
import { teardownOrder } from "../../../../src/teardown/order/order.ts";
import { cluster, type Delivery } from "../cluster-builder.ts";

export interface Scenario {
  readonly title: string;
  readonly cluster: readonly Delivery[];
  readonly waves: readonly (readonly string[])[];
}

/** Inside a `describe`: one test for each. */
export function checkScenarios(scenarios: readonly Scenario[]): void {
  for (const { title, cluster: deliveries, waves } of scenarios) {
    it(title, () => {
      const order = teardownOrder(cluster(...deliveries));
      assert.deepEqual(
        order.waves.map((wave) => wave.map(describeId)),
        waves,
      );
      assert.deepEqual(order.broken, []);
      assert.deepEqual(order.stages.conflicts, []);
    });
  }
}
