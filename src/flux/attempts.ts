/**
 * How often Flux has tried what fails. Its controllers try again by themselves, and what fails by chance is well at the next
 * attempt or the one after: a failure lasts once it was tried several times, or Flux has given up.
 *
 * What they write (kustomize-controller 1.9, helm-controller 1.6, source-controller 1.9): at the start of an attempt the condition
 * Reconciling has the reason Progressing, and where it failed ProgressingWithRetry, which moves its `lastTransitionTime`; a
 * HelmRelease counts its failed actions in `status.failures`; what will not be tried again has the condition Stalled. Of a
 * HelmRelease that fails before any action, such as for values that are not there, no attempt can be told from the next.
 */
import type { FluxKey, FluxObject } from "./flux-objects.ts";
import type { Row } from "./readiness.ts";

export interface FailedAttempt {
  /** Another one with each attempt that ended; undefined while one is going on, and where Flux does not tell. */
  readonly mark: string | undefined;
  /** Flux does not try again before something changes. */
  readonly isStalled: boolean;
  /** Milliseconds after which Flux tries again, as the object says. */
  readonly retry: number;
}

/** Sources and releases are tried again after 0.75 s, and after twice as long each time; of that no more is waited for. */
const longestBackoff = 30_000;

export function failedAttempt({ kind, spec, status }: FluxObject): FailedAttempt {
  const condition = (
    wanted: string,
  ): { status: string; reason?: string; at?: string | undefined } | undefined => {
    const found = status?.conditions?.find(({ type }) => type === wanted);
    return found && { ...found, at: found.lastTransitionTime };
  };
  const reconciling = condition("Reconciling");
  const failures = status?.failures ?? 0;
  const ended = reconciling?.reason === "Progressing" ? undefined : (reconciling ?? condition("Ready"))?.at;
  const interval = milliseconds(spec.interval) ?? longestBackoff;
  return {
    mark: failures > 0 ? `failure ${failures}` : ended,
    isStalled: condition("Stalled")?.status === "True",
    retry:
      kind === "Kustomization"
        ? (milliseconds(spec.retryInterval) ?? interval)
        : Math.min(interval, longestBackoff),
  };
}

export interface Failure {
  readonly key: FluxKey;
  /** Those that were seen to fail; 1 where no more can be told apart. */
  readonly attempts: number;
  /** Since the first of them was seen. */
  readonly milliseconds: number;
  readonly isStalled: boolean;
  readonly retry: number;
}

/** Milliseconds, but for the attempts. */
export interface FailureLimits {
  readonly attempts: number;
  /** Least: attempts may follow one another within seconds. */
  readonly patience: number;
  /** Most, however many attempts: the next may be an hour away, or not be told. */
  readonly longest: number;
}

/** What fails and for how long, over repeated looks at it. */
export class FailureClock {
  readonly #known = new Map<FluxKey, { attempt: string; at: number; marks: Set<string> }>();

  /**
   * What fails now; nothing while something else is at work: it may be what the failing object lacks. Trying again is no
   * progress, unless it is for another revision.
   */
  observe(rows: readonly Row[], now: number): readonly Failure[] {
    for (const { key, state, attempt, failure } of rows) {
      const before = this.#known.get(key);
      if (state === "ready" || (before !== undefined && before.attempt !== attempt)) this.#known.delete(key);
      if (state !== "failing") continue;
      const known = this.#known.get(key) ?? { attempt, at: now, marks: new Set<string>() };
      this.#known.set(key, known);
      if (failure?.mark !== undefined) known.marks.add(failure.mark);
    }
    if (rows.some(({ key, state }) => state === "active" && !this.#known.has(key))) return [];
    return rows.flatMap(({ key, state, failure }) => {
      const known = this.#known.get(key);
      if (state !== "failing" || known === undefined) return [];
      return {
        key,
        attempts: Math.max(1, known.marks.size),
        milliseconds: now - known.at,
        isStalled: failure?.isStalled ?? false,
        retry: failure?.retry ?? longestBackoff,
      };
    });
  }
}

/** The first that needs a person. */
export function lastingFailure(failures: readonly Failure[], limits: FailureLimits): Failure | undefined {
  return failures.find(({ attempts, milliseconds: passed, isStalled, retry }) => {
    if (passed >= limits.longest || (isStalled && passed >= limits.patience)) return true;
    // As long as the attempts after the first take by the object's own interval.
    const floor = Math.max(limits.patience, (limits.attempts - 1) * retry);
    return attempts >= limits.attempts && passed >= floor;
  });
}

/** `HelmRelease keda/keda has failed 3 times in 62 s`. */
export function describeFailure({ key, attempts, milliseconds: passed, isStalled }: Failure): string {
  const time = `${Math.round(passed / 1000)} s`;
  const how = attempts > 1 ? `${attempts} times in ${time}` : `for ${time}`;
  return `${key} has failed ${how}${isStalled ? ", and Flux does not try again" : ""}`;
}

/** Of a duration as Go writes it: `1h`, `1m30s`, `500ms`. */
function milliseconds(duration: string | undefined): number | undefined {
  const parts = [...(duration ?? "").matchAll(/(\d+(?:\.\d+)?)(ms|h|m|s)/g)];
  if (parts.length === 0) return undefined;
  return parts.reduce((sum, [, count, unit = "s"]) => sum + Number(count) * (units[unit] ?? 0), 0);
}

const units: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };
