/** The watches of a drain: one a kind, begun when the kind is first waited for, and open until the drain ends. */
import type { ClusterApi } from "../../kubernetes/api.ts";
import type { ServedKind } from "../../kubernetes/discovery.ts";
import { type Changed, KindWatch } from "../../kubernetes/watch.ts";
import type { InventoryObject } from "../inventory/inventory.ts";
import type { ObjectId } from "../inventory/object-id.ts";

export class Watches {
  readonly #api: ClusterApi;
  readonly #started = new Map<string, Promise<KindWatch>>();
  readonly #watches = new Map<string, KindWatch>();
  readonly #listeners = new Set<Changed>();
  #wake: (() => void) | undefined;

  constructor(api: ClusterApi) {
    this.#api = api;
  }

  /** @param kinds by `<Kind>.<group>`. What cannot be watched is left out, and never seen. */
  async ensure(ids: Iterable<string>, kinds: ReadonlyMap<string, ServedKind>): Promise<void> {
    const wanted = [...new Set(ids)].flatMap((id) => {
      const kind = kinds.get(id);
      return kind === undefined || !kind.verbs.includes("watch") ? [] : [{ id, kind }];
    });
    await Promise.all(
      wanted.map(async ({ id, kind }) => {
        const started = this.#started.get(id) ?? KindWatch.start(this.#api, kind, this.#changed);
        this.#started.set(id, started);
        this.#watches.set(id, await started);
      }),
    );
  }

  /** As it is now; undefined if it is gone, or its kind is not watched. */
  get(id: ObjectId): InventoryObject | undefined {
    return this.#watches.get(kindOf(id))?.get(id);
  }

  all(kind: string): InventoryObject[] {
    return [...(this.#watches.get(kind)?.objects ?? [])];
  }

  /** @returns what ends the listening. */
  listen(changed: Changed): () => void {
    this.#listeners.add(changed);
    return () => this.#listeners.delete(changed);
  }

  /** Resolves at the next change, or after this many milliseconds. */
  async next(milliseconds: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        signal.removeEventListener("abort", done);
        this.#wake = undefined;
        resolve();
      };
      const timer = setTimeout(done, milliseconds);
      signal.addEventListener("abort", done, { once: true });
      this.#wake = done;
    });
  }

  async stop(): Promise<void> {
    const started = await Promise.allSettled(this.#started.values());
    await Promise.all(
      started.flatMap((result) => (result.status === "fulfilled" ? [result.value.stop()] : [])),
    );
  }

  readonly #changed: Changed = (id, before, after) => {
    for (const listener of this.#listeners) listener(id, before, after);
    this.#wake?.();
  };
}

/** The `<Kind>.<group>` of an id. */
export function kindOf(id: ObjectId): string {
  return id.slice(0, id.indexOf(" "));
}
