/**
 * What is in a namespace goes before what deletes the namespace: a namespace takes all its objects at once, suspended
 * releases included, and Helm's record of a release with them.
 */
import { concernsDrain, type Facts } from "../facts.ts";
import { objectId } from "../../inventory/object-id.ts";
import type { Requirement } from "../requirements.ts";

export function namespaces(facts: Facts): Requirement[] {
  return [...facts.inventory.objects.values()].flatMap((object) => {
    if (!concernsDrain(facts, object)) return [];
    const needed = new Set([object.namespace]);
    if (object.detail.type === "helm-release") {
      needed.add(object.detail.storageNamespace).add(object.detail.release.namespace);
    }
    needed.delete("");
    return [...needed].map((namespace) => ({
      before: object.id,
      after: objectId({ group: "", kind: "Namespace", namespace: "", name: namespace }),
      reason: { rule: "in-namespace" as const, namespace },
    }));
  });
}
