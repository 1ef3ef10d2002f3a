/** Pools go before their claims, which they would replace, and both before the class that says how to end an instance. */
import type { Facts } from "../facts.ts";
import { objectsOf } from "../../inventory/inventory.ts";
import { objectId } from "../../inventory/object-id.ts";
import type { Requirement } from "../requirements.ts";

export function karpenter({ inventory }: Facts): Requirement[] {
  return objectsOf(inventory, "node-pool", "node-claim").flatMap(({ id, group, detail }) => {
    const requirements: Requirement[] = [];
    if (detail.nodeClass !== undefined) {
      requirements.push({ before: id, after: detail.nodeClass, reason: { rule: "node-class" } });
    }
    if (detail.pool !== undefined) {
      const pool = objectId({ group, kind: "NodePool", namespace: "", name: detail.pool });
      requirements.push({ before: pool, after: id, reason: { rule: "node-pool" } });
    }
    return requirements;
  });
}
