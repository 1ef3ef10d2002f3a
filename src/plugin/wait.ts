/** Waiting for a service to do something, without knowing how fast its clock runs. */
import { setTimeout as sleep } from "node:timers/promises";
import { Interrupted } from "./failures.ts";

export interface WaitOptions {
  /** What is waited for, as it follows "waiting for": `NAT gateway nat-1 to become available`. */
  readonly what: string;
  readonly timeoutSeconds: number;
  readonly signal: AbortSignal;
  /** Receives a line when something worth reading changes. */
  readonly status: (message: string) => void;
}

export interface Probe<T> {
  /** Set when the wait is over. */
  readonly done?: { readonly value: T };
  /** What the service says meanwhile: a state, a refusal. */
  readonly state?: string;
}

const shortestPause = 50;
const longestPause = 5_000;

/**
 * Probes until the probe is done. The pauses grow with the time that has passed, so that a wait of any length ends at most a
 * tenth late. Throws when `timeoutSeconds` are over, with the last state, and `Interrupted` when the signal is aborted.
 */
export async function waitFor<T>(options: WaitOptions, probe: () => Promise<Probe<T>>): Promise<T> {
  const started = Date.now();
  let shown: string | undefined;
  for (;;) {
    const { done, state } = await probe();
    if (done) return done.value;
    const elapsed = Date.now() - started;
    if (elapsed >= options.timeoutSeconds * 1000) {
      throw new Error(
        `timed out after ${options.timeoutSeconds} s waiting for ${options.what}${state ? ` (${state})` : ""}. ` +
          "Find out what holds it, then run the command again; `customTimeouts` on the resource allows more time.",
      );
    }
    const line = `waiting for ${options.what}${state ? ` (${state})` : ""}`;
    if (line !== shown) options.status(line);
    shown = line;
    const pause = Math.min(Math.max(shortestPause, elapsed / 10), longestPause);
    try {
      await sleep(pause, undefined, { signal: options.signal });
    } catch {
      throw new Interrupted(line);
    }
  }
}
