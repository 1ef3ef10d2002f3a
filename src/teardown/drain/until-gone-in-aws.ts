/** The second half of a wave: a finalizer may be lifted, and an object without one be gone, before AWS has finished. */
import { UserError } from "../../errors.ts";
import { Interrupted } from "../../plugin/failures.ts";
import { deadline, type DrainContext } from "./context.ts";
import type { Held, StillHeld } from "./held-in-aws.ts";
import { tellAnswers } from "./not-known.ts";

/** In milliseconds; in between, the pauses grow with the time that has passed. */
const shortestPause = 200;
const longestPause = 10_000;
const shownAtMost = 10;

/**
 * @param wave `wave 2 of 5`
 * @throws {UserError} naming what AWS has not deleted, when nothing has changed for the time of the deadline.
 */
export async function untilGoneInAws(
  context: DrainContext,
  wave: string,
  held: readonly Held[],
): Promise<void> {
  if (held.length === 0) return;
  const { aws, status, watches, signal } = context;
  const began = Date.now();
  const known = new Map<string, StillHeld>();
  let progress = began;
  let before = "";
  for (;;) {
    const answers = await aws.ask(held);
    const there = answers.flatMap((answer) => (answer.is === "there" ? answer.things : []));
    // Several objects may hold one thing: it is waited for once.
    const found = [...new Map(there.map((still) => [still.thing.id, still])).values()];
    record(context, known, found);
    const [first] = found;
    if (first === undefined) {
      tellAnswers(context.journal, answers);
      return;
    }
    const now = JSON.stringify(found.map(({ thing, state }) => [thing.id, state]).sort());
    if (now !== before) progress = Date.now();
    before = now;
    const { thing, state } = first;
    status(`${wave}: waiting for AWS to delete ${found.length}: ${thing.id} (${state}), ${thing.because}`);
    if (Date.now() - progress >= deadline(context)) {
      if (!leaveToSweep(context, found)) throw stillInAws(found);
      tellAnswers(context.journal, answers);
      return;
    }
    const until = Date.now() + Math.min(Math.max(shortestPause, (Date.now() - began) / 10), longestPause);
    while (Date.now() < until && !signal.aborted) await watches.next(until - Date.now(), signal);
    if (signal.aborted) throw new Interrupted(`waiting for AWS to delete ${thing.id}`);
  }
}

function record({ journal }: DrainContext, known: Map<string, StillHeld>, found: readonly StillHeld[]): void {
  const now = new Set(found.map(({ thing }) => thing.id));
  for (const still of found) {
    const { thing } = still;
    if (!known.has(thing.id)) journal.append({ type: "aws-deleting", part: "drain", thing });
    known.set(thing.id, still);
  }
  for (const [id, { thing }] of known) {
    if (now.has(id)) continue;
    journal.append({ type: "aws-gone", part: "drain", thing });
    known.delete(id);
  }
}

/** What bears the cluster's exact tag is found by the sweep, after the cluster that keeps it is gone. */
function leaveToSweep({ choices, journal }: DrainContext, found: readonly StillHeld[]): boolean {
  if (choices.onStuck !== "force") return false;
  if (found.some(({ ownership }) => ownership === undefined)) return false;
  for (const { thing, ownership, held } of found) {
    journal.append({
      type: "forced",
      id: held.object.id,
      what: `left ${thing.id} to the sweep`,
      checked: `it bears the tag ${ownership ?? ""}, by which the sweep finds it`,
    });
  }
  return true;
}

function stillInAws(found: readonly StillHeld[]): UserError {
  const shown = found.slice(0, shownAtMost).map(({ thing, state, ownership }) => ({
    what: `${thing.type} ${thing.id} (${state}) is still in AWS, ${thing.because}, which is gone from the cluster.`,
    remedy:
      ownership === undefined
        ? "Find out what holds it, delete it by hand, and run pulumi destroy again."
        : `Look at the log of its controller; or leave it to the sweep, which finds it by ${ownership}: SDLC_TEARDOWN_ON_STUCK=force (sandboxes only).`,
  }));
  const more = found.length - shown.length;
  const title = `AWS has not deleted what the cluster held${more > 0 ? ` (and ${more} more)` : ""}:`;
  return new UserError(shown, title);
}
