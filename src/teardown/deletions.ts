/**
 * What the drain deletes itself, and what goes with it. An object goes with its owner where the owner goes anyway: with the
 * workload or custom object that made it, with the release or Kustomization that delivered it. It stands by itself if nothing
 * deletes it, if its owner has marked it, or if its owner's turn comes too late for it (`pull`). No owner is deleted for the sake of
 * a child.
 */
import { concernsDrain, isDeletedFlux, mayStand, needsController, type Facts } from "./facts.ts";
import { isFlux, type InventoryObject } from "./inventory.ts";
import { elsewhereOf } from "./laws/elsewhere.ts";
import { isMarked } from "./marks.ts";
import { append } from "./multimap.ts";
import { kindId, type ObjectId } from "./object-id.ts";
import type { Requirement } from "./reasons.ts";

/**
 * `pulled`: what it needs is removed by its owner's deletion, or must be removed before that. `elsewhere`: what it stands for
 * outside the cluster has to be let go of first.
 */
export type StandsBecause = "flux" | "unowned" | "marked" | "pulled" | "elsewhere";

export class Deletions {
  readonly #facts: Facts;
  readonly #stands = new Map<ObjectId, StandsBecause>();

  constructor(facts: Facts) {
    this.#facts = facts;
    const objects = [...facts.inventory.objects.values()];
    for (const object of objects) {
      const { id } = object;
      if (isDeletedFlux(facts, id)) this.#stands.set(id, "flux");
      else if (!mayStand(facts, object)) continue;
      else if (isMarked(object)) this.#stands.set(id, "marked");
      else if (elsewhereOf(object) !== undefined) this.#stands.set(id, "elsewhere");
    }
    for (const object of objects) if (concernsDrain(facts, object)) this.standUnowned(object.id);
  }

  /** What the drain deletes itself, in the order of the ids. */
  get nodes(): ObjectId[] {
    return [...this.#facts.inventory.objects.keys()].filter((id) => this.#stands.has(id));
  }

  standsBecause(id: ObjectId): StandsBecause | undefined {
    return this.#stands.get(id);
  }

  /** What the drain deletes so that this object goes: itself, its owner, or nothing. */
  nodeOf(id: ObjectId): ObjectId | undefined {
    const carrier = this.#carrierOf(id);
    return this.#stands.has(carrier) ? carrier : this.#fluxOwner(carrier);
  }

  /**
   * What the drain deletes where this object has to go by itself: the object, or the owner that would make it anew. That is one
   * which goes in its own right, and, of what runs pods, whatever keeps the pods running.
   */
  topOf(id: ObjectId): ObjectId {
    const { objects } = this.#facts.inventory;
    for (let current = objects.get(id); current !== undefined;) {
      const removed = this.#facts.ownership.removedWith.get(current.id);
      const owner = removed && objects.get(removed.by);
      const made = removed?.how === "garbage-collection" || removed?.how === "controller";
      if (!made || owner === undefined || !this.#makesAnew(owner, current)) return current.id;
      current = owner;
    }
    return id;
  }

  #makesAnew(owner: InventoryObject, object: InventoryObject): boolean {
    if (isFlux(owner) || !mayStand(this.#facts, owner)) return false;
    if (concernsDrain(this.#facts, owner)) return true;
    const isCustom = this.#facts.controllers.definitions.has(kindId(owner.group, owner.kind));
    return object.detail.type === "workload" && (owner.detail.type === "workload" || isCustom);
  }

  /** What takes this object along, short of what Flux delivers it by; itself or the last of its owners if nothing does. */
  #carrierOf(id: ObjectId): ObjectId {
    let current = id;
    for (;;) {
      const removed = this.#facts.ownership.removedWith.get(current);
      const isEnd = this.#stands.has(current) || isFlux(this.#facts.inventory.objects.get(current));
      if (isEnd || removed === undefined || removed.how === "prune" || removed.how === "uninstall") {
        return current;
      }
      current = removed.by;
    }
  }

  /** Makes an object stand by itself, unless it goes with something that is deleted anyway. */
  standUnowned(id: ObjectId): void {
    const top = this.topOf(id);
    const object = this.#facts.inventory.objects.get(top);
    if (this.nodeOf(id) !== undefined || object === undefined || !mayStand(this.#facts, object)) return;
    this.#stands.set(top, "unowned");
  }

  /** What was made to stand before its owner was goes with the owner after all. */
  joinOwners(): void {
    for (const [id, because] of [...this.#stands]) {
      if (because !== "unowned") continue;
      this.#stands.delete(id);
      if (this.nodeOf(id) === undefined) this.#stands.set(id, because);
    }
  }

  /** Makes an object that would go with its release or Kustomization go before it. */
  pull(id: ObjectId): void {
    const top = this.topOf(id);
    if (!this.#stands.has(top)) this.#stands.set(top, "pulled");
  }

  isDelegated(id: ObjectId): boolean {
    const carrier = this.#carrierOf(id);
    return !this.#stands.has(carrier) && this.#fluxOwner(carrier) !== undefined;
  }

  #fluxOwner(carrier: ObjectId): ObjectId | undefined {
    const removed = this.#facts.ownership.removedWith.get(carrier);
    if (removed === undefined || isFlux(this.#facts.inventory.objects.get(carrier))) return undefined;
    return removed.how === "prune" || removed.how === "uninstall" ? removed.by : undefined;
  }
}

/** Deletions before any circle is looked at (`pull-circles.ts`). */
export function firstDeletions(facts: Facts, requirements: readonly Requirement[]): Deletions {
  const deletions = new Deletions(facts);
  for (const { before, after, reason } of requirements) {
    // Whoever mounts a volume that goes has to go as well, by whatever hand it was made.
    if (reason.rule === "mounted-volume" && deletions.nodeOf(after) !== undefined) {
      deletions.standUnowned(before);
    }
  }
  deletions.joinOwners();
  pullAll(
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
 * Pulls what has to go first in each of the given requirements, and whatever of the same owner has to go before that in turn.
 */
export function pullAll(
  deletions: Deletions,
  requirements: readonly Requirement[],
  violated: readonly Requirement[],
): void {
  const before = new Map<ObjectId, ObjectId[]>();
  for (const requirement of requirements) {
    append(before, deletions.topOf(requirement.after), requirement.before);
  }
  const pending = violated.map((requirement) => requirement.before);
  for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
    if (!deletions.isDelegated(id)) continue;
    const owner = deletions.nodeOf(id);
    deletions.pull(id);
    for (const first of before.get(deletions.topOf(id)) ?? []) {
      if (deletions.nodeOf(first) === owner) pending.push(first);
    }
  }
}
