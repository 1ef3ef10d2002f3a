/** What depends on another goes first: `spec.dependsOn` of both kinds, reversed, which Flux itself ignores on deletion. */
import type { Facts } from "../facts.ts";
import { objectsOf } from "../../inventory/inventory.ts";
import type { Requirement } from "../requirements.ts";

export function dependsOn({ inventory }: Facts): Requirement[] {
  return objectsOf(inventory, "kustomization", "helm-release").flatMap(({ id, detail }) =>
    detail.dependsOn.map((dependency) => ({
      before: id,
      after: dependency,
      reason: { rule: "depends-on" },
    })),
  );
}
