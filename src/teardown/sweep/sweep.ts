/**
 * The sweep itself: asks what is there, deletes what can go now, all at once, and asks again, until two rounds in a row
 * find nothing. It keeps nothing in mind that AWS does not say again, so a run after an interruption simply goes on. What must
 * not or cannot be deleted holds up nothing but itself and what waits for it: the rest is deleted before the sweep stops.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { UserError, type Mistake } from "../../errors.ts";
import type { OperatorChoices } from "../operator-choices.ts";
import type { AwsClients } from "../../aws/clients.ts";
import { Interrupted } from "../../plugin/failures.ts";
import { judge, whyKept } from "../laws/aws.ts";
import { keptTag } from "../../tags.ts";
import { GateRefusal, type AwsGate } from "../../aws/gate.ts";
import type { FirstChange, Found, SweepScope, SweptKind } from "../../aws/kind.ts";
import { sweptKinds } from "../../aws/kinds.ts";
import { isGone, isInUse, isProtected, messageOf } from "../../aws/refusals.ts";
import { AccountView } from "../../aws/view.ts";
import type { Journal } from "../journal.ts";

export interface SweepOrder {
  readonly aws: AwsClients;
  /** Sends whatever is deleted. */
  readonly gate: AwsGate;
  readonly scope: SweepScope;
  readonly choices: OperatorChoices;
  readonly journal: Journal;
  /** False where another cluster of that name exists: what lies in no VPC could be that one's. */
  readonly outsideVpc: boolean;
  /** Throws in another account than the recorded one. */
  readonly checkAccount: () => Promise<void>;
  readonly status: (line: string) => void;
  readonly signal: AbortSignal;
}

/**
 * A cluster has some tens of things at the most. More of one type than this, and something is wrong with the question, or
 * with the cluster: a person should look first.
 */
export const mostPerType = 100;

/**
 * AWS documents up to an hour until the interfaces of a network load balancer are released, in which nothing moves. That is six
 * times the usual deadline.
 */
const patienceWithAws = 6;

/** Seconds without a movement for which the rest is waited for where the sweep has to stop anyway. */
const patienceBeforeStop = 15;

/** Milliseconds between two rounds: short at first, and longer the longer nothing happens. */
const pauses = { shortest: 250, longest: 5_000, share: 10 };

export class Sweep {
  readonly #order: SweepOrder;
  readonly #kinds: readonly SweptKind[];
  /** By type and id: what was written down as being deleted and has not been seen to be gone. */
  readonly #deleting = new Map<string, Found>();
  readonly #kept = new Set<string>();
  readonly #deletedOfType = new Map<string, Set<string>>();
  /** By type and id: what a person has protected. */
  readonly #protected = new Map<string, Mistake>();
  #gone = 0;

  constructor(order: SweepOrder) {
    this.#order = order;
    this.#kinds = sweptKinds.filter(({ inVpc }) => inVpc || order.outsideVpc);
  }

  /**
   * @returns how many things it deleted.
   * @throws {UserError} on what it may not or cannot delete; all that it can is deleted by then.
   */
  async run(): Promise<number> {
    const { choices, status, signal } = this.#order;
    let active = this.#kinds;
    let moved = Date.now();
    let seen = "";
    let emptyRounds = 0;
    for (;;) {
      const found = await this.#find(active);
      this.#noteGone(found, active);
      this.#noteKept(found);
      const held = this.#held(found);
      const left = found.filter((one) => isToGo(one) && !held.has(keyOf(one)));
      if (left.length === 0 && held.size > 0) throw this.#stopped(held);
      if (left.length === 0) {
        // AWS may be late in telling what there is: once is not enough, and it has to be of every kind.
        emptyRounds = active === this.#kinds ? emptyRounds + 1 : 0;
        if (emptyRounds === 2) return this.#gone;
        active = this.#kinds;
        continue;
      }
      emptyRounds = 0;
      this.#checkNumbers(left);
      await this.#deleteReady(left);
      const now = JSON.stringify(left.map(({ kind, id, readiness }) => [kind.type, id, readiness]));
      if (now !== seen) moved = Date.now();
      seen = now;
      const still = Date.now() - moved;
      if (held.size > 0 && still >= Math.min(patienceBeforeStop, choices.deadlineSeconds) * 1000) {
        throw this.#stopped(held);
      }
      this.#checkDeadline(left, still, choices.deadlineSeconds);
      status(progressLine(left, this.#gone));
      await pause(still, signal);
      active = left.some(({ kind }) => !kind.inVpc) ? this.#kinds : this.#kinds.filter(({ inVpc }) => inVpc);
    }
  }

  async #find(kinds: readonly SweptKind[]): Promise<Found[]> {
    const { aws, scope, gate } = this.#order;
    const view = new AccountView(aws, { ...scope, vpcIds: [scope.vpcId] });
    const found = (await Promise.all(kinds.map((kind) => kind.find(view)))).flat();
    return found.map((one) => asJudged(one, gate));
  }

  /** What has to be told to a person: by type and id. */
  #held(found: readonly Found[]): Map<string, Mistake> {
    const held = new Map<string, Mistake>();
    for (const one of found) {
      const mistake = heldMistake(one) ?? this.#protected.get(keyOf(one));
      if (mistake !== undefined) held.set(keyOf(one), mistake);
    }
    return held;
  }

  #stopped(held: ReadonlyMap<string, Mistake>): UserError {
    return new UserError([...held.values()], this.#title("stopped at what it must not delete"));
  }

  #noteGone(found: readonly Found[], active: readonly SweptKind[]): void {
    const there = new Set(found.map(keyOf));
    for (const [key, was] of this.#deleting) {
      if (there.has(key) || !active.includes(was.kind)) continue;
      this.#deleting.delete(key);
      this.#gone += 1;
      this.#order.journal.append({ type: "aws-gone", part: "sweep", thing: thingOf(was) });
    }
  }

  #noteKept(found: readonly Found[]): void {
    for (const one of found) {
      if (one.readiness.state !== "kept" || this.#kept.has(keyOf(one))) continue;
      this.#kept.add(keyOf(one));
      const thing = { where: "aws", what: one.kind.noun, why: one.readiness.why, reference: one.id } as const;
      this.#order.journal.append({ type: "kept", thing });
    }
  }

  #checkNumbers(left: readonly Found[]): void {
    const mistakes = this.#kinds.flatMap((kind): Mistake[] => {
      if (kind.deletion === undefined) return [];
      const ids = new Set(this.#deletedOfType.get(kind.type));
      for (const { id } of left.filter((one) => one.kind === kind && one.readiness.state === "ready"))
        ids.add(id);
      if (ids.size <= mostPerType) return [];
      const some = [...ids].slice(0, 3).join(", ");
      return [
        {
          what: `${ids.size} ${kind.plural} carry the tags of cluster ${this.#order.scope.clusterName}, more than the ${mostPerType} that a sweep deletes (${some}, …); none of them was deleted.`,
          remedy: "Look at them. Delete by hand those that are the cluster's, and run the command again.",
        },
      ];
    });
    if (mistakes.length > 0) throw new UserError(mistakes, this.#title("found too many"));
  }

  /** Deletes side by side. */
  async #deleteReady(left: readonly Found[]): Promise<void> {
    const ready = left.filter(({ readiness }) => readiness.state === "ready");
    if (ready.length === 0) return;
    await this.#order.checkAccount();
    const results = await Promise.allSettled(ready.map((one) => this.#delete(one)));
    const failures = results.flatMap((result) =>
      result.status === "rejected" ? [result.reason as unknown] : [],
    );
    if (failures.length > 0) throw together(failures, this.#title("could not delete"));
  }

  async #delete(listed: Found): Promise<void> {
    const { aws, scope, gate, journal, choices } = this.#order;
    const { kind, id } = listed;
    const now = await kind.again?.(aws, scope, id);
    const change = kind.deletion?.(id);
    // What may not go any more the next round will tell.
    if (now?.readiness.state !== "ready" || change === undefined || !judge(now.shown, gate.scope).may) return;
    if (!this.#deleting.has(keyOf(now))) {
      journal.append({ type: "aws-deleting", part: "sweep", thing: thingOf(now) });
      this.#deleting.set(keyOf(now), now);
      this.#deletedOfType.set(kind.type, (this.#deletedOfType.get(kind.type) ?? new Set<string>()).add(id));
    }
    try {
      for (const first of (await kind.before?.(aws, scope, id)) ?? []) await this.#changeFirst(first);
      await gate.send(now.shown, change);
    } catch (error) {
      // What was on its way, or is still held by something on its way, the next round will tell.
      if (isGone(error) || isInUse(error)) return;
      if (!isProtected(error)) throw named(error, now);
      if (choices.onStuck === "stop" || kind.unprotection === undefined) {
        this.#protected.set(keyOf(now), protectedMistake(now, error, aws.region));
        return;
      }
      const what = "its deletion protection was turned off";
      const checked = `${now.because}; in ${scope.vpcId}`;
      journal.append({ type: "forced", id: `${kind.type} ${id}`, what, checked });
      await gate.send(now.shown, kind.unprotection(id));
    }
  }

  /** Where the law forbids it, the thing itself is still in use, and the next round says by what. */
  async #changeFirst({ shown, change }: FirstChange): Promise<void> {
    try {
      await this.#order.gate.send(shown, change);
    } catch (error) {
      if (!isGone(error) && !(error instanceof GateRefusal)) throw error;
    }
  }

  #checkDeadline(left: readonly Found[], still: number, deadlineSeconds: number): void {
    const onlyAws = left.every(({ kind }) => kind.deletion === undefined);
    const seconds =
      deadlineSeconds * (left.some(({ kind }) => kind.deletion === undefined) ? patienceWithAws : 1);
    if (still < seconds * 1000) return;
    throw new UserError(
      left.map((one) => stuckMistake(one, this.#order.aws.region)),
      this.#title(`nothing has moved for ${seconds} s${onlyAws ? ", and it is AWS's turn" : ""}`),
    );
  }

  #title(what: string): string {
    const { clusterName, vpcId } = this.#order.scope;
    return `Sweep of what cluster ${clusterName} left in ${vpcId}: ${what}.`;
  }
}

const keyOf = ({ kind, id }: Found): string => `${kind.type} ${id}`;

function thingOf({ kind, id, because }: Found): { type: string; id: string; because: string } {
  return { type: kind.type, id, because };
}

const isToGo = ({ readiness: { state } }: Found): boolean => state !== "kept" && state !== "left-to-instance";

/** Found by a rule, it is judged by the law: what the law keeps stays, and what it keeps in the VPC holds that. */
function asJudged(found: Found, { scope }: AwsGate): Found {
  const { kind, shown, readiness } = found;
  if (kind.deletion === undefined) return found;
  const verdict = judge(shown, scope);
  if (verdict.may) return found;
  if (kind.inVpc) {
    const by = `it stays because ${verdict.why} (${verdict.law})`;
    return { ...found, readiness: { state: "held", by, remedy: verdict.remedy } };
  }
  const attached = readiness.state === "waits" && !(keptTag in shown.tags);
  if (attached) return { ...found, readiness: { state: "left-to-instance" } };
  return { ...found, readiness: { state: "kept", why: whyKept(shown, verdict) } };
}

function heldMistake({ kind, id, readiness }: Found): Mistake | undefined {
  if (readiness.state !== "held") return undefined;
  return { what: `The ${kind.noun} ${id}: ${readiness.by}.`, remedy: readiness.remedy };
}

function protectedMistake({ kind, id }: Found, error: unknown, region: string): Mistake {
  const remedy = kind.protectionRemedy?.(id, region) ?? "Find out who protected it.";
  return {
    what: `The ${kind.noun} ${id} is protected: ${messageOf(error)}.`,
    remedy: `${remedy}; or, in a sandbox, run the command again with SDLC_TEARDOWN_ON_STUCK=force.`,
  };
}

function named(error: unknown, { kind, id }: Found): unknown {
  if (error instanceof UserError || error instanceof Interrupted) return error;
  return new UserError({
    what: `The ${kind.noun} ${id} could not be deleted: ${messageOf(error)}`,
    remedy: "Mend the cause, and run the command again: it goes on with what is left.",
  });
}

/** One error of several, without saying the same twice. */
function together(failures: readonly unknown[], title: string): unknown {
  const interrupted = failures.find((failure) => failure instanceof Interrupted);
  if (interrupted !== undefined) return interrupted;
  const strange = failures.find((failure) => !(failure instanceof UserError));
  if (strange !== undefined) return strange;
  const mistakes = (failures as readonly UserError[]).flatMap((failure) => failure.mistakes);
  const different = new Map(mistakes.map((mistake) => [mistake.what, mistake]));
  return new UserError([...different.values()], title);
}

async function pause(still: number, signal: AbortSignal): Promise<void> {
  const milliseconds = Math.min(Math.max(pauses.shortest, still / pauses.share), pauses.longest);
  try {
    await sleep(milliseconds, undefined, { signal });
  } catch {
    throw new Interrupted("sweeping what the cluster left in AWS");
  }
}

/** One line: how many are left of each kind, and what one of them waits for. */
export function progressLine(left: readonly Found[], gone: number): string {
  const kinds = [...new Set(left.map(({ kind }) => kind))];
  const counts = kinds.map((kind) => {
    const number = left.filter((one) => one.kind === kind).length;
    return `${number} ${number === 1 ? kind.noun : kind.plural}`;
  });
  const waiting = left.find(({ readiness }) => readiness.state === "waits");
  const why =
    waiting?.readiness.state === "waits" ? `; ${waiting.id} waits for ${waiting.readiness.for}` : "";
  return `${left.length} left, ${gone} gone: ${counts.join(", ")}${why}`;
}

function stuckMistake({ kind, id, because, readiness }: Found, region: string): Mistake {
  const why = readiness.state === "waits" ? `waits for ${readiness.for}` : "was deleted, and is still there";
  const remedy =
    kind.deletion === undefined
      ? "AWS releases it by itself: run the command again in some minutes. It goes on with what is left."
      : `Find out what holds it (${kind.commandToShow?.(id) ?? kind.type} --region ${region}), then run the command again: it goes on with what is left.`;
  return { what: `The ${kind.noun} ${id} ${why} (the cluster's by ${because}).`, remedy };
}
