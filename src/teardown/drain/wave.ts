/**
 * One wave: everything in it is asked to go, and it ends when all of it is gone, finalizers, what goes along and what it held
 * in AWS included.
 */
import pLimit from "p-limit";
import { UserError } from "../../errors.ts";
import { isFlux, type InventoryObject } from "../inventory/inventory.ts";
import { describeId, type ObjectId } from "../inventory/object-id.ts";
import type { Order } from "../order/order.ts";
import type { Refusal } from "../laws/cluster-deletions.ts";
import { elsewhereOf } from "../laws/elsewhere.ts";
import type { ApiRefusal } from "../../kubernetes/api.ts";
import { Interrupted } from "../../plugin/failures.ts";
import { releasePatch } from "./suspension.ts";
import { blockedAfter, deadline, type DrainContext } from "./context.ts";
import type { Freezer } from "./freezer.ts";
import type { Held } from "./held-in-aws.ts";
import { tellUnasked } from "./not-known.ts";
import { patch, remove, type Kinds } from "./objects.ts";
import { unblock, type Waiting } from "./unblock.ts";
import { untilGoneInAws } from "./until-gone-in-aws.ts";
import { kindOf } from "./watches.ts";

export interface Wave {
  /** From 1. */
  readonly number: number;
  readonly of: number;
  readonly ids: readonly ObjectId[];
}

/** How often something that comes back is deleted again before its name is told. */
const mostDeletions = 4;
/** In milliseconds: a deletion that was refused is asked for again, and what its owner should have taken is taken. */
const againAfter = 5_000;
const leftAfter = 15_000;
/** In milliseconds. The row is not repainted more often, and the objects are not gone through more often. */
const roundsApart = 100;
const longestRound = 1_000;
/** Of patches and deletions; the API client has a limit for all. */
const atATime = 16;

export class WaveRun {
  readonly #context: DrainContext;
  readonly #kinds: Kinds;
  readonly #order: Order;
  readonly #wave: Wave;
  /** By what they go along with; the wave's own go by themselves. */
  readonly #owners = new Map<ObjectId, ObjectId>();
  readonly #remaining = new Set<ObjectId>();
  /** Uids that were asked to go. */
  readonly #asked = new Set<string>();
  readonly #times = new Map<ObjectId, number>();
  readonly #goneAt = new Map<ObjectId, number>();
  readonly #refused = new Map<ObjectId, { readonly refusal: ApiRefusal; readonly at: number }>();
  readonly #freezer: Freezer;
  /** What the laws have kept, in this run of the drain: nothing waits for it. */
  readonly #kept: Set<ObjectId>;
  #progress = Date.now();
  /** When nothing has moved for so long, it is looked for what blocks it. */
  #lookAfter: number;

  constructor(
    context: DrainContext,
    kinds: Kinds,
    order: Order,
    wave: Wave,
    freezer: Freezer,
    kept: Set<ObjectId>,
  ) {
    this.#context = context;
    this.#kinds = kinds;
    this.#order = order;
    this.#wave = wave;
    this.#freezer = freezer;
    this.#kept = kept;
    this.#lookAfter = blockedAfter(context);
    const own = new Set(wave.ids);
    for (const [id, disposition] of order.dispositions) {
      if (disposition.by === "owner" && own.has(disposition.owner)) this.#owners.set(id, disposition.owner);
    }
  }

  async run(): Promise<void> {
    const { watches, journal } = this.#context;
    const { number, of, ids } = this.#wave;
    journal.append({ type: "wave-started", wave: number, of });
    tellUnasked(journal, this.#held());
    const tracked = new Set([...ids, ...this.#owners.keys()]);
    await watches.ensure([...tracked].map(kindOf), this.#kinds);
    for (const id of tracked) if (watches.get(id) !== undefined) this.#remaining.add(id);
    const deaf = watches.listen((id, before, after) => {
      if (tracked.has(id)) this.#changed(id, before, after);
    });
    try {
      do {
        await this.#untilGone();
        await untilGoneInAws(this.#context, `wave ${number} of ${of}`, this.#held());
        // Meanwhile something may have come back.
      } while (this.#remaining.size > 0);
    } finally {
      deaf();
    }
    journal.append({ type: "wave-ended", wave: number });
  }

  #changed(id: ObjectId, before: InventoryObject | undefined, after: InventoryObject | undefined): void {
    if (this.#isKept(id)) return;
    if (after === undefined) {
      this.#remaining.delete(id);
      this.#goneAt.set(id, Date.now());
      this.#refused.delete(id);
      this.#progress = Date.now();
      const isOwn = !this.#owners.has(id);
      if (isOwn) this.#context.journal.append({ type: "gone", wave: this.#wave.number, id });
      return;
    }
    this.#remaining.add(id);
    const marked = before?.deletionTimestamp === undefined && after.deletionTimestamp !== undefined;
    const lifted = (before?.finalizers.length ?? 0) > after.finalizers.length;
    if (before !== undefined && (marked || lifted)) this.#progress = Date.now();
  }

  async #untilGone(): Promise<void> {
    const { watches, signal } = this.#context;
    while (this.#remaining.size > 0) {
      this.#throwIfInterrupted();
      await this.#act();
      if (this.#remaining.size === 0) return;
      this.#show();
      await this.#mindDeadline();
      const started = Date.now();
      await watches.next(longestRound, signal);
      await this.#rest(started + roundsApart);
    }
  }

  /** Until then, or until the last one is gone. */
  async #rest(until: number): Promise<void> {
    const { watches, signal } = this.#context;
    while (this.#remaining.size > 0 && Date.now() < until && !signal.aborted) {
      await watches.next(until - Date.now(), signal);
    }
  }

  /** Asks for every deletion that has to be asked for now. */
  async #act(): Promise<void> {
    await this.#freezer.freeze();
    const limit = pLimit(atATime);
    await Promise.all([...this.#remaining].map((id) => limit(() => this.#actOn(id))));
  }

  async #actOn(id: ObjectId): Promise<void> {
    const object = this.#context.watches.get(id);
    if (object === undefined || this.#context.signal.aborted || !this.#isDue(object)) return;
    if (object.deletionTimestamp !== undefined) {
      await this.#resumeDying(object);
      return;
    }
    const times = (this.#times.get(id) ?? 0) + (this.#asked.has(object.uid) ? 0 : 1);
    if (times > mostDeletions) throw comesBack(object, times - 1);
    this.#times.set(id, times);
    this.#asked.add(object.uid);
    this.#context.journal.append({ type: "deleting", wave: this.#wave.number, id });
    const refusal = await this.#delete(object);
    if (refusal === undefined) this.#refused.delete(id);
    else if (refusal instanceof Error) this.#refused.set(id, { refusal, at: Date.now() });
    else this.#keep(refusal);
  }

  /** The rest goes on without it, and without what would have gone with it. */
  #keep({ object, law, remedy }: Refusal): void {
    const { journal, warn } = this.#context;
    journal.append({ type: "kept", thing: { where: "kubernetes", what: describeId(object), why: law } });
    warn(`${law}. ${remedy}`);
    this.#kept.add(object);
    for (const id of this.#remaining) if (this.#isKept(id)) this.#remaining.delete(id);
    this.#progress = Date.now();
  }

  #isKept(id: ObjectId): boolean {
    return this.#kept.has(id) || this.#kept.has(this.#owners.get(id) ?? id);
  }

  async #delete(object: InventoryObject): Promise<ApiRefusal | Refusal | undefined> {
    const { api } = this.#context;
    // Resumed, it would delete what it has applied in another cluster.
    if (isFlux(object) && elsewhereOf(object) === undefined) {
      this.#freezer.release(object.id);
      const refusal = await patch(api, this.#kinds, object, releasePatch(object));
      if (refusal !== undefined) return refusal;
    }
    return remove(api, this.#kinds, object);
  }

  #isDue(object: InventoryObject): boolean {
    const refused = this.#refused.get(object.id);
    if (refused !== undefined) return Date.now() - refused.at >= againAfter;
    if (this.#asked.has(object.uid)) return false;
    const owner = this.#owners.get(object.id);
    if (owner === undefined) return true;
    if (object.deletionTimestamp !== undefined) return isFlux(object);
    // Flux should have taken it along, but gives up after a time, and says nothing. A volume is its driver's alone to delete.
    const how = this.#order.facts.ownership.deletedWith.get(object.id)?.how;
    if (how !== "prune" && how !== "uninstall") return false;
    const gone = this.#goneAt.get(owner) ?? (this.#remaining.has(owner) ? undefined : this.#progress);
    return gone !== undefined && Date.now() - gone >= leftAfter;
  }

  /** Somebody deleted it while it was suspended, and its controller has not seen it yet: resumed, it still prunes. */
  async #resumeDying(object: InventoryObject): Promise<void> {
    this.#asked.add(object.uid);
    this.#freezer.release(object.id);
    if (!isFlux(object) || !object.detail.suspended || object.finalizers.length === 0) return;
    if (elsewhereOf(object) !== undefined) return;
    await patch(this.#context.api, this.#kinds, object, releasePatch(object));
  }

  #show(): void {
    const { number, of, ids } = this.#wave;
    const own = [...this.#remaining].filter((id) => !this.#owners.has(id));
    const [first] = own.length > 0 ? own : this.#remaining;
    const object = first === undefined ? undefined : this.#context.watches.get(first);
    const held = object?.finalizers.length ? ` (${object.finalizers.join(", ")})` : "";
    const along = this.#remaining.size - own.length;
    this.#context.status(
      `wave ${number} of ${of}: ${own.length} of ${ids.length} objects left` +
        (along > 0 ? `, ${along} that go with them` : "") +
        `; waiting for ${describeId(first ?? "")}${held}`,
    );
  }

  async #mindDeadline(): Promise<void> {
    const idle = Date.now() - this.#progress;
    if (idle < blockedAfter(this.#context)) this.#lookAfter = blockedAfter(this.#context);
    const isOver = idle >= deadline(this.#context);
    if (!isOver && (idle < this.#lookAfter || !this.#mayBeBlocked())) return;
    // The cluster is read for it: not too often.
    this.#lookAfter *= 2;
    const acted = await unblock(this.#context, this.#kinds, this.#order, this.#waiting(), isOver);
    if (!acted) return;
    this.#progress = Date.now();
    for (const [id, { refusal }] of this.#refused) this.#refused.set(id, { refusal, at: 0 });
  }

  /** A webhook refuses, or an APIService that does not answer keeps namespaces. */
  #mayBeBlocked(): boolean {
    return this.#refused.size > 0 || [...this.#remaining].some((id) => id.startsWith("Namespace "));
  }

  #waiting(): Waiting[] {
    return [...this.#remaining].flatMap((id) => {
      const object = this.#context.watches.get(id);
      return object === undefined ? [] : [{ object, refusal: this.#refused.get(id)?.refusal }];
    });
  }

  #held(): Held[] {
    const { facts } = this.#order;
    const ids = [...this.#wave.ids, ...this.#owners.keys()].filter((id) => !this.#isKept(id));
    return ids.flatMap((id) => {
      const object = facts.inventory.objects.get(id);
      return object === undefined
        ? []
        : (facts.holdings.get(id) ?? []).map((holding) => ({ object, holding }));
    });
  }

  #throwIfInterrupted(): void {
    if (!this.#context.signal.aborted) return;
    throw new Interrupted(`deleting wave ${this.#wave.number} of ${this.#wave.of}`);
  }
}

function comesBack({ id }: InventoryObject, times: number): UserError {
  return new UserError({
    what: `${describeId(id)} was deleted ${times} times, and comes back each time: something outside of Flux makes it.`,
    remedy:
      "Find out what makes it (its managedFields name it: kubectl get --show-managed-fields -o yaml), stop that, and run pulumi destroy again.",
  });
}
