/**
 * Stops Flux from putting back what a teardown deletes: the root first, which would undo the rest, then everything at once;
 * and waits for what was under way.
 */
import { UserError } from "../../errors.ts";
import type { KubernetesObject } from "../../kubernetes-object.ts";
import { listAll } from "../../kubernetes/list.ts";
import { Interrupted } from "../../plugin/failures.ts";
import { type InventoryObject, isFlux, readObject, rootId } from "../inventory/inventory.ts";
import { type ObjectId, describeId } from "../inventory/object-id.ts";
import { teardownOrder } from "../order/order.ts";
import { freezePatch, operatorKinds, pausePatch } from "./suspension.ts";
import { readCluster } from "../inventory/read-inventory.ts";
import { blockedAfter, deadline, type DrainContext } from "./context.ts";
import { patch, type Kinds } from "./objects.ts";
import { unblock, type Waiting } from "./unblock.ts";

export const fluxKindIds = [
  "Kustomization.kustomize.toolkit.fluxcd.io",
  "HelmRelease.helm.toolkit.fluxcd.io",
];

/** In milliseconds. An action of Helm may take minutes; what it does after this is found when the inventory is read again. */
const longestFlight = 120_000;
/** How often one object is suspended before the name is told of what somebody keeps resuming. */
const mostTimes = 10;
const pause = 1_000;

export class Freezer {
  readonly #context: DrainContext;
  readonly #kinds: Kinds;
  readonly #released = new Set<ObjectId>();
  /** As they were when they were suspended: until its watch tells of the change, an object still looks as if it ran. */
  readonly #patched = new Map<ObjectId, InventoryObject>();
  readonly #times = new Map<ObjectId, number>();

  private constructor(context: DrainContext, kinds: Kinds) {
    this.#context = context;
    this.#kinds = kinds;
  }

  /** Resolves when Flux rests. */
  static async start(context: DrainContext, kinds: Kinds): Promise<Freezer> {
    const { watches, status } = context;
    await watches.ensure(fluxKindIds, kinds);
    const freezer = new Freezer(context, kinds);
    await freezer.#pauseOperator();
    status("suspending the root of Flux");
    await freezer.#insist(() => freezer.#running().filter(({ id }) => id === rootId));
    await freezer.#landed(() => freezer.#objects().filter(({ id }) => id === rootId));
    await freezer.#insist(() => freezer.#running());
    await freezer.#landed(() => freezer.#objects());
    // What was still being applied may have resumed others, or brought new ones.
    await freezer.#insist(() => freezer.#running());
    return freezer;
  }

  /** flux-operator applies Flux itself, the root and whatever a ResourceSet says: what it is to apply stays, so it is paused. */
  async #pauseOperator(): Promise<void> {
    const { api, status } = this.#context;
    for (const { apiVersion, kind, plural } of operatorKinds) {
      const found: InventoryObject[] = [];
      await listAll(api, { apiVersion, plural }, { metadataOnly: true }, (item) => {
        found.push(readObject({ ...(item as KubernetesObject), apiVersion, kind }));
      });
      for (const object of found) {
        const body = pausePatch(object);
        if (body === undefined) continue;
        status(`pausing ${describeId(object.id)} of flux-operator`);
        const refusal = await patch(api, this.#kinds, object, body);
        if (refusal !== undefined) throw refusal;
      }
    }
  }

  /** It was resumed for its deletion, and stays so. */
  release(id: ObjectId): void {
    this.#released.add(id);
  }

  /**
   * Freezes what runs by now, whoever resumed or made it. What is refused is tried again the next time.
   * @throws {UserError} for what is resumed again and again.
   */
  async freeze(): Promise<Waiting[]> {
    return this.#freeze(this.#running());
  }

  async #freeze(running: readonly InventoryObject[]): Promise<Waiting[]> {
    if (running.length === 0) return [];
    this.#context.status(`suspending ${running.length} objects of Flux`);
    const refused: Waiting[] = [];
    await Promise.all(
      running.map(async (object) => {
        const times = (this.#times.get(object.id) ?? 0) + 1;
        const body = isFlux(object) ? freezePatch(object) : undefined;
        if (body === undefined) return;
        if (times > mostTimes) throw resumed(object.id);
        const refusal = await patch(this.#context.api, this.#kinds, object, body);
        if (refusal === undefined) {
          this.#times.set(object.id, times);
          this.#patched.set(object.id, object);
        } else refused.push({ object, refusal });
      }),
    );
    return refused;
  }

  /** Freezes them, and finds out what refuses it: a policy's webhook without its service refuses every change. */
  async #insist(look: () => readonly InventoryObject[]): Promise<void> {
    const { watches, signal } = this.#context;
    let since = Date.now();
    for (;;) {
      const refused = await this.#freeze(look());
      if (refused.length === 0) return;
      const idle = Date.now() - since;
      const isOver = idle >= deadline(this.#context);
      if (isOver || idle >= blockedAfter(this.#context)) {
        const { inventory } = await readCluster(this.#context.api, this.#context.status);
        const order = teardownOrder(inventory);
        if (await unblock(this.#context, this.#kinds, order, refused, isOver)) since = Date.now();
      }
      await watches.next(pause, signal);
      if (signal.aborted) throw new Interrupted("suspending Flux");
    }
  }

  /** What is frozen while it is being deleted would prune nothing. */
  #running(): InventoryObject[] {
    return this.#objects().filter(
      (object) =>
        isFlux(object) &&
        !object.detail.suspended &&
        object.deletionTimestamp === undefined &&
        !this.#released.has(object.id) &&
        this.#patched.get(object.id) !== object,
    );
  }

  #objects(): InventoryObject[] {
    return fluxKindIds.flatMap((kind) => this.#context.watches.all(kind));
  }

  /** Waits until none of them is being reconciled; a controller that does not run lets nothing land, so not for ever. */
  async #landed(look: () => readonly InventoryObject[]): Promise<void> {
    const { watches, status, signal } = this.#context;
    const until = Date.now() + Math.min(longestFlight, deadline(this.#context));
    for (;;) {
      const flying = look().filter((object) => isFlux(object) && object.detail.inFlight);
      const [first] = flying;
      if (first === undefined || Date.now() > until) return;
      status(`waiting for ${flying.length} reconciliations that are under way: ${describeId(first.id)}`);
      await watches.next(pause, signal);
      if (signal.aborted) throw new Interrupted("waiting for what Flux had under way");
    }
  }
}

function resumed(id: ObjectId): UserError {
  return new UserError({
    what: `${describeId(id)} was suspended ${mostTimes} times, and somebody resumes it each time.`,
    remedy:
      "Find out who does (kubectl get --show-managed-fields -o yaml), stop that, and run pulumi destroy again.",
  });
}
