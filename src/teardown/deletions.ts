/**
 * What the drain deletes itself, and what goes with it. An object goes with its owner wherever it can: with the workload or
 * custom object that made it, with the release or Kustomization that delivered it. It stands by itself if nothing deletes
 * it, if its owner has marked it, or if its owner's turn comes too late for it (`pull`).
 */
import { concernsDrain, isDeletedFlux, needsController, type Facts } from "./facts.ts";
import { isFlux } from "./inventory.ts";
import { isMarked } from "./marks.ts";
import { append } from "./multimap.ts";
import type { ObjectId } from "./object-id.ts";
import type { Requirement } from "./reasons.ts";

/** `pulled`: what it needs is removed by its owner's deletion, or must be removed before that. */
export type StandsBecause = "flux" | "unowned" | "marked" | "pulled";

export class Deletions {
  readonly #facts: Facts;
  readonly #stands = new Map<ObjectId, StandsBecause>();

  constructor(facts: Facts) {
    this.#facts = facts;
    for (const object of facts.inventory.objects.values()) {
      const { id } = object;
      if (isDeletedFlux(facts, id)) this.#stands.set(id, "flux");
      else if (facts.ownership.kept.has(id)) continue;
      else if (isMarked(object)) this.#stands.set(id, "marked");
      else if (concernsDrain(facts, object)) this.standUnowned(id);
    }
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
    const carrier = this.carrierOf(id);
    return this.#stands.has(carrier) ? carrier : this.#fluxOwner(carrier);
  }

  /** What has to be deleted for this object to go, short of what Flux delivers it by. */
  carrierOf(id: ObjectId): ObjectId {
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

  /** Makes the object's carrier stand by itself, unless Flux deletes it or it goes with a node. */
  standUnowned(id: ObjectId): void {
    const carrier = this.carrierOf(id);
    const object = this.#facts.inventory.objects.get(carrier);
    const isNode = object?.kind === "Node" && object.group === "";
    if (this.#stands.has(carrier) || this.#fluxOwner(carrier) !== undefined || isNode) return;
    if (isFlux(object)) return;
    this.#stands.set(carrier, "unowned");
  }

  /** Makes an object that would go with its release or Kustomization go before it. */
  pull(id: ObjectId): void {
    const carrier = this.carrierOf(id);
    if (!this.#stands.has(carrier)) this.#stands.set(carrier, "pulled");
  }

  isDelegated(id: ObjectId): boolean {
    const carrier = this.carrierOf(id);
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
    append(before, deletions.carrierOf(requirement.after), requirement.before);
  }
  const pending = violated.map((requirement) => requirement.before);
  for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
    if (!deletions.isDelegated(id)) continue;
    const owner = deletions.nodeOf(id);
    deletions.pull(id);
    for (const first of before.get(deletions.carrierOf(id)) ?? []) {
      if (deletions.nodeOf(first) === owner) pending.push(first);
    }
  }
}
