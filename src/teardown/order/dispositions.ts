/** What becomes of each object of a cluster in a drain. */
import type { Deletions } from "./deletions.ts";
import type { Facts } from "./facts.ts";
import { isFlux } from "../inventory/inventory.ts";
import type { ObjectId } from "../inventory/object-id.ts";

export type Disposition =
  | { readonly by: "drain" }
  /** It goes with an owner that the drain deletes. */
  | { readonly by: "owner"; readonly owner: ObjectId }
  /** It holds nothing outside, and is gone when the cluster is. */
  | { readonly by: "cluster" }
  /**
   * It stays until the cluster goes, although Flux or somebody delivered it: the root; what a Kustomization applied without
   * pruning; a volume or snapshot that is to be retained.
   */
  | { readonly by: "nobody"; readonly because: "root" | "not-pruned" | "retained" }
  /** Its deletion would delete what is protected. */
  | { readonly by: "nobody"; readonly because: "takes-protected"; readonly object: ObjectId };

export function dispositionsOf(facts: Facts, deletions: Deletions): Map<ObjectId, Disposition> {
  const dispositions = new Map<ObjectId, Disposition>();
  for (const id of facts.inventory.objects.keys()) dispositions.set(id, dispositionOf(id));
  return dispositions;

  function dispositionOf(id: ObjectId): Disposition {
    const { takesProtected, deliveredBy, deletedWith } = facts.ownership;
    const object = takesProtected.get(id);
    if (object !== undefined) {
      return object === id
        ? { by: "nobody", because: "root" }
        : { by: "nobody", because: "takes-protected", object };
    }
    const node = deletions.nodeOf(id);
    if (node === id) return { by: "drain" };
    const { detail } = facts.inventory.objects.get(id) ?? {};
    // Its claim goes, and it stays.
    if ((detail?.type === "volume" || detail?.type === "snapshot-content") && detail.retained) {
      return { by: "nobody", because: "retained" };
    }
    if (node !== undefined) return { by: "owner", owner: node };
    const owner = facts.inventory.objects.get(deliveredBy.get(id) ?? "");
    const delivered = isFlux(owner) && !takesProtected.has(owner.id) && deletedWith.get(id) === undefined;
    return delivered ? { by: "nobody", because: "not-pruned" } : { by: "cluster" };
  }
}
