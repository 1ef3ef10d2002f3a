/** The wait itself: looks at Flux's objects again and again, until all is ready or a person is needed. */
import { setTimeout as sleep } from "node:timers/promises";
import { faultText } from "../kubernetes/api.ts";
import { Interrupted } from "../plugin/failures.ts";
import { describeFailure, FailureClock, lastingFailure, type FailureLimits } from "./attempts.ts";
import { fluxKey, keyOf, type FluxKey, type FluxObject } from "./flux-objects.ts";
import { failureReport, progressLine } from "./readiness-report.ts";
import { assess, isDone, type Expectation, type Row } from "./readiness.ts";

/** On what a Kustomization applies. What Pulumi makes has none, and is asked by Pulumi: a second writer would conflict. */
const appliedByFlux = "kustomize.toolkit.fluxcd.io/name";

/** All in milliseconds, but for the attempts. */
export interface WaitLimits extends FailureLimits {
  /** Between two looks. */
  readonly pause: number;
  /** A source that had fetched a later commit already when the wait began does not fetch again: longer than its interval. */
  readonly commitPatience: number;
  /** The API of a cluster that is upgraded or has just been made may be away for a while. */
  readonly silence: number;
  /** For the whole of it. */
  readonly timeout: number;
}

export interface Wait {
  readonly expectation: Expectation;
  readonly limits: WaitLimits;
  /** The live objects; a rejection means that the cluster cannot be asked. */
  readonly look: () => Promise<readonly FluxObject[]>;
  /** Has an object look at once; a rejection changes nothing, because it looks at its interval too. */
  readonly nudge: (object: FluxObject) => Promise<void>;
  /** Receives a line whenever there is another one. */
  readonly status: (line: string) => void;
  readonly signal: AbortSignal;
}

/**
 * Returns how many objects are ready.
 *
 * @throws {Error} with the table of what is not ready, or why the cluster cannot be asked.
 */
export async function waitForFlux({
  expectation,
  limits,
  look,
  nudge,
  status,
  signal,
}: Wait): Promise<number> {
  const clock = new FailureClock();
  const moved = new MovedSources();
  const nudged = new Set<FluxKey>();
  const started = Date.now();
  let answered = started;
  let shown = "";
  for (;;) {
    const found = await look().catch((error: unknown) => {
      if (error instanceof Interrupted) throw error;
      return { fault: faultText(error) };
    });
    const now = Date.now();
    const line = "fault" in found ? unanswered(found.fault, now - answered) : answer(found, now);
    if (typeof line === "number") return line;
    if (line !== shown) status(line);
    shown = line;
    await sleep(limits.pause, undefined, { signal }).catch(() => {
      throw new Interrupted("waiting for Flux");
    });
  }

  function answer(objects: readonly FluxObject[], now: number): number | string {
    answered = now;
    const open = moved.stillExpected(objects, expectation.commits);
    const commits = now - started < limits.commitPatience ? open : {};
    const rows = assess(objects, { ...expectation, commits });
    if (rows.every(isDone)) return rows.length;
    for (const object of toNudge(objects, rows, commits)) {
      // Once: what has looked since this began needs time, or a person.
      if (nudged.has(keyOf(object))) continue;
      nudged.add(keyOf(object));
      void nudge(object).catch(() => undefined);
    }
    const failure = lastingFailure(clock.observe(rows, now), limits);
    if (failure !== undefined) throw new Error(failureReport(rows, `and ${describeFailure(failure)}`));
    if (now - started >= limits.timeout) {
      throw new Error(failureReport(rows, `after ${seconds(limits.timeout)} s`));
    }
    return progressLine(rows);
  }

  function unanswered(fault: string, silent: number): string {
    if (silent < limits.silence) return `the cluster cannot be asked: ${fault}`;
    throw new Error(
      `Flux: the cluster could not be asked for ${seconds(silent)} s: ${fault}. ` +
        "Look at the endpoint's allowedCidrs and at your AWS credentials, and run pulumi up again.",
    );
  }
}

/**
 * Branches move while somebody waits for a commit of them. A source that has fetched anything since the wait began has
 * fetched a head that is at least as new as the expected commit, for that was read before.
 */
class MovedSources {
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

/**
 * What to have look at once, because it would see at its next interval only what has changed: sources that fail, perhaps because
 * of a secret that is another one by now, or that have not reached a commit which is there; and what was told that a dependency
 * is not ready, which is ready by now (kustomize-controller and helm-controller ask again after 5 s, for each link of a chain).
 *
 * @param rows what `assess` says of `objects`.
 */
function toNudge(
  objects: readonly FluxObject[],
  rows: readonly Row[],
  commits: Readonly<Record<FluxKey, string>>,
): FluxObject[] {
  const states = new Map(rows.map(({ key, state }) => [key, state]));
  return objects.filter((object) => {
    const key = keyOf(object);
    const state = states.get(key);
    const late = isSource(object) && (state === "failing" || (key in commits && state !== "ready"));
    const mayGoOn =
      waitsForDependency(object) && dependencyKeys(object).every((it) => states.get(it) === "ready");
    return (late || mayGoOn) && object.metadata.labels?.[appliedByFlux] !== undefined;
  });
}

function waitsForDependency({ status }: FluxObject): boolean {
  const condition = status?.conditions?.find(({ type }) => type === "Ready");
  return condition?.status === "False" && condition.reason === "DependencyNotReady";
}

function dependencyKeys({ kind, metadata, spec }: FluxObject): FluxKey[] {
  return (spec.dependsOn ?? []).map(({ name, namespace = metadata.namespace }) =>
    fluxKey(kind, namespace, name),
  );
}

function isSource({ apiVersion }: FluxObject): boolean {
  return apiVersion.startsWith("source.toolkit.fluxcd.io/");
}

function seconds(milliseconds: number): number {
  return Math.round(milliseconds / 1000);
}
