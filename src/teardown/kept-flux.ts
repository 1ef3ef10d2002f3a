/** The Flux objects that a drain leaves: without them nothing would be finalized any more. */
import { isFlux, objectsOf, type Inventory } from "./inventory.ts";
import type { ObjectId } from "./object-id.ts";

export type KeptFlux = ReadonlyMap<ObjectId, "root" | "runs-flux">;

const fluxGroups = ["kustomize.toolkit.fluxcd.io", "helm.toolkit.fluxcd.io"];

/**
 * The root, and, where Flux installs itself from Git, what brings its kinds: pruning that would remove the controllers that
 * prune. What has made such an object is kept too, for its deletion would take the object along.
 */
export function keptFlux(inventory: Inventory, bringer: ReadonlyMap<ObjectId, ObjectId>): KeptFlux {
  const kept = new Map<ObjectId, "root" | "runs-flux">([[inventory.root, "root"]]);
  for (const { id, detail } of objectsOf(inventory, "definition")) {
    if (!fluxGroups.includes(detail.defines.group)) continue;
    let by = bringer.get(id);
    while (by !== undefined && !kept.has(by) && isFlux(inventory.objects.get(by))) {
      kept.set(by, "runs-flux");
      by = bringer.get(by);
    }
  }
  return kept;
}
