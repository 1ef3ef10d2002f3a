import { keyOf, type FluxKey, type FluxObject } from "./flux-objects.ts";

/**
 * Branches move while somebody waits for a commit of them. A source that has fetched anything since the wait began has
 * fetched a head that is at least as new as the expected commit, for that was read before.
 */
export class MovedSources {
  readonly #first = new Map<FluxKey, string | undefined>();
  readonly #moved = new Set<FluxKey>();

  /** What of `expected` still has to be reached, as of this look at the live objects. */
  stillExpected(
    objects: readonly FluxObject[],
    expected: Readonly<Record<FluxKey, string>>,
  ): Record<FluxKey, string> {
    const byKey = new Map(objects.map((object) => [keyOf(object), object.status?.artifact?.revision]));
    return Object.fromEntries(
      Object.entries(expected).filter(([key]) => {
        const revision = byKey.get(key);
        if (!this.#first.has(key)) this.#first.set(key, revision);
        if (revision !== undefined && revision !== this.#first.get(key)) this.#moved.add(key);
        return !this.#moved.has(key);
      }),
    );
  }
}
