/**
 * What a drain leaves, because its deletion would delete what is protected with it: a Kustomization that prunes the controllers
 * that prune, a release of Flux itself, an owner of a namespace of Kubernetes. What would delete such an owner is left as well.
 */
import type { Inventory } from "../inventory/inventory.ts";
import { protectedBecause } from "../laws/protected.ts";
import type { ObjectId } from "../inventory/object-id.ts";

/** By owner: the protected object that would go with it. The root is its own. */
export type TakesProtected = ReadonlyMap<ObjectId, ObjectId>;

/** @param removedBy the objects whose deletion deletes this one, by whatever way. */
export function whatTakesProtected(
  inventory: Inventory,
  removedBy: (id: ObjectId) => readonly ObjectId[],
): TakesProtected {
  const found = new Map<ObjectId, ObjectId>([[inventory.root, inventory.root]]);
  for (const object of inventory.objects.values()) {
    if (protectedBecause(object) === undefined) continue;
    const pending = [...removedBy(object.id)];
    for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
      if (found.has(id)) continue;
      found.set(id, object.id);
      pending.push(...removedBy(id));
    }
  }
  return found;
}
