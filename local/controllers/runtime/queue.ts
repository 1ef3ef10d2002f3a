/** The work of a controller: each object by itself, one look at it at a time, again after a failure. */
import pLimit, { type LimitFunction } from "p-limit";

/** Milliseconds before another try; doubled each time. */
const backoff = { first: 200, longest: 5_000 };

/** Thrown where nothing is wrong, and a look is worth while later. */
export class NotYet extends Error {
  readonly milliseconds: number | undefined;

  /** @param milliseconds until the next look; as after a failure if left out. */
  constructor(waitsFor: string, milliseconds?: number) {
    super(waitsFor);
    this.milliseconds = milliseconds;
  }
}

export class WorkQueue {
  readonly #work: (key: string) => Promise<void>;
  readonly #failed: (key: string, error: unknown) => void;
  readonly #limit: LimitFunction;
  readonly #busy = new Set<string>();
  readonly #again = new Set<string>();
  readonly #tries = new Map<string, number>();
  readonly #timers = new Map<string, NodeJS.Timeout>();

  constructor(
    concurrency: number,
    work: (key: string) => Promise<void>,
    failed: (key: string, error: unknown) => void,
  ) {
    this.#limit = pLimit(concurrency);
    this.#work = work;
    this.#failed = failed;
  }

  add(key: string): void {
    clearTimeout(this.#timers.get(key));
    this.#timers.delete(key);
    if (this.#busy.has(key)) {
      this.#again.add(key);
      return;
    }
    this.#busy.add(key);
    void this.#limit(() => this.#look(key));
  }

  async #look(key: string): Promise<void> {
    this.#again.delete(key);
    let wait: number | undefined;
    try {
      await this.#work(key);
      this.#tries.delete(key);
    } catch (error) {
      const tries = this.#tries.get(key) ?? 0;
      this.#tries.set(key, tries + 1);
      wait = Math.min(backoff.first * 2 ** tries, backoff.longest);
      if (error instanceof NotYet) wait = error.milliseconds ?? wait;
      else this.#failed(key, error);
    }
    this.#busy.delete(key);
    if (this.#again.has(key)) this.add(key);
    else if (wait !== undefined) {
      this.#timers.set(
        key,
        setTimeout(() => {
          this.add(key);
        }, wait),
      );
    }
  }
}
