/**
 * What the drain deletes directly, and what goes with it. A dependent goes with its owner where the owner goes anyway: with the
 * workload or custom object that made it, with the release or Kustomization that delivered it. It is deleted directly if nothing
 * else deletes it, if somebody has marked it, or if its owner goes too late for it (`addBeforeOwner`). No owner is deleted for the
 * sake of a dependent.
 */
import { append } from "../../multimap.ts";
import { isFlux, type InventoryObject } from "../inventory/inventory.ts";
import { isMarked } from "../inventory/marks.ts";
import { kindId, type ObjectId } from "../inventory/object-id.ts";
import { elsewhereOf } from "../laws/elsewhere.ts";
import { concernsDrain, isDeletedFlux, mayBeDeleted, needsController, type Facts } from "./facts.ts";
import type { Cascade } from "./ownership.ts";
import type { Requirement } from "./requirements.ts";

/**
 * Why an object is deleted directly. `before-owner`: its owner's deletion removes what it needs, or has to wait for it.
 * `elsewhere`: what it stands for outside the cluster has to be let go of first.
 */
export type DirectBecause = "flux" | "unowned" | "marked" | "before-owner" | "elsewhere";

export class Deletions {
  readonly #facts: Facts;
  readonly #direct = new Map<ObjectId, DirectBecause>();

  constructor(facts: Facts) {
    this.#facts = facts;
    const objects = [...facts.inventory.objects.values()];
    for (const object of objects) {
      const { id } = object;
      if (isDeletedFlux(facts, id)) this.#direct.set(id, "flux");
      else if (!mayBeDeleted(facts, object)) continue;
      else if (isMarked(object)) this.#direct.set(id, "marked");
      else if (elsewhereOf(object) !== undefined) this.#direct.set(id, "elsewhere");
    }
    for (const object of objects) if (concernsDrain(facts, object)) this.addUnowned(object.id);
  }

  /** What the drain deletes directly, in the order of the ids. */
  get nodes(): ObjectId[] {
    return [...this.#facts.inventory.objects.keys()].filter((id) => this.#direct.has(id));
  }

  directBecause(id: ObjectId): DirectBecause | undefined {
    return this.#direct.get(id);
  }

  /** What the drain deletes so that this object goes: itself, its owner, or nothing. */
  nodeOf(id: ObjectId): ObjectId | undefined {
    const last = this.#lastOwnerOf(id);
    return this.#direct.has(last) ? last : this.#fluxOwnerOf(last);
  }

  /**
   * What the drain deletes where this object has to go before its release or Kustomization: the object, or the owner that would
   * make it anew. That is one which goes in its own right, and, of what runs pods, whatever keeps the pods running.
   */
  topOwnerOf(id: ObjectId): ObjectId {
    const { objects } = this.#facts.inventory;
    for (let current = objects.get(id); current !== undefined;) {
      const cascade = this.#facts.ownership.deletedWith.get(current.id);
      const owner = cascade && objects.get(cascade.owner);
      const made = cascade?.how === "garbage-collection" || cascade?.how === "controller";
      if (!made || owner === undefined || !this.#makesAnew(owner, current)) return current.id;
      current = owner;
    }
    return id;
  }

  #makesAnew(owner: InventoryObject, object: InventoryObject): boolean {
    if (isFlux(owner) || !mayBeDeleted(this.#facts, owner)) return false;
    if (concernsDrain(this.#facts, owner)) return true;
    const isCustom = this.#facts.controllers.definitions.has(kindId(owner.group, owner.kind));
    return object.detail.type === "workload" && (owner.detail.type === "workload" || isCustom);
  }

  /** Along its owners, the first that is deleted directly or that Flux deletes; if there is none, the last. */
  #lastOwnerOf(id: ObjectId): ObjectId {
    let current = id;
    for (;;) {
      const cascade = this.#facts.ownership.deletedWith.get(current);
      const isEnd = this.#direct.has(current) || isFlux(this.#facts.inventory.objects.get(current));
      if (isEnd || cascade === undefined || isByFlux(cascade)) return current;
      current = cascade.owner;
    }
  }

  /** Adds an object that goes with nothing that is deleted anyway. */
  addUnowned(id: ObjectId): void {
    const top = this.topOwnerOf(id);
    const object = this.#facts.inventory.objects.get(top);
    if (this.nodeOf(id) !== undefined || object === undefined || !mayBeDeleted(this.#facts, object)) return;
    this.#direct.set(top, "unowned");
  }

  /** What was added before its owner was goes with the owner after all. */
  joinOwners(): void {
    for (const [id, because] of [...this.#direct]) {
      if (because !== "unowned") continue;
      this.#direct.delete(id);
      if (this.nodeOf(id) === undefined) this.#direct.set(id, because);
    }
  }

  /** Has an object that would go with its release or Kustomization deleted before it. */
  addBeforeOwner(id: ObjectId): void {
    const top = this.topOwnerOf(id);
    if (!this.#direct.has(top)) this.#direct.set(top, "before-owner");
  }

  goesWithFlux(id: ObjectId): boolean {
    const last = this.#lastOwnerOf(id);
    return !this.#direct.has(last) && this.#fluxOwnerOf(last) !== undefined;
  }

  #fluxOwnerOf(id: ObjectId): ObjectId | undefined {
    const cascade = this.#facts.ownership.deletedWith.get(id);
    if (cascade === undefined || isFlux(this.#facts.inventory.objects.get(id))) return undefined;
    return isByFlux(cascade) ? cascade.owner : undefined;
  }
}

function isByFlux({ how }: Cascade): boolean {
  return how === "prune" || how === "uninstall";
}

/** Deletions before any circle is found (`circles.ts`). */
export function firstDeletions(facts: Facts, requirements: readonly Requirement[]): Deletions {
  const deletions = new Deletions(facts);
  for (const { before, after, reason } of requirements) {
    // Whoever mounts a volume that goes has to go as well, by whatever hand it was made.
    if (reason.rule === "mounted-volume" && deletions.nodeOf(after) !== undefined) {
      deletions.addUnowned(before);
    }
  }
  deletions.joinOwners();
  addBeforeOwners(
    deletions,
    requirements,
    requirements.filter(({ before, after, reason }) => {
      // One deletion would take the object and its controller at once, and they would race.
      if (reason.rule !== "custom-object" && reason.rule !== "controller") return false;
      const object = facts.inventory.objects.get(before);
      const together = deletions.nodeOf(before) === deletions.nodeOf(after);
      return together && object !== undefined && needsController(facts, object);
    }),
  );
  return deletions;
}

/**
 * Has deleted directly what has to go first in each of the given requirements, and whatever of the same owner has to go before
 * that in turn.
 */
export function addBeforeOwners(
  deletions: Deletions,
  requirements: readonly Requirement[],
  violated: readonly Requirement[],
): void {
  const before = new Map<ObjectId, ObjectId[]>();
  for (const requirement of requirements) {
    append(before, deletions.topOwnerOf(requirement.after), requirement.before);
  }
  const pending = violated.map((requirement) => requirement.before);
  for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
    if (!deletions.goesWithFlux(id)) continue;
    const owner = deletions.nodeOf(id);
    deletions.addBeforeOwner(id);
    for (const first of before.get(deletions.topOwnerOf(id)) ?? []) {
      if (deletions.nodeOf(first) === owner) pending.push(first);
    }
  }
}

/** What becomes of an object in a drain. */
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
