/**
 * Empties a cluster in its order: suspends Flux, reads what is there, deletes it wave by wave, and looks again, until nothing
 * is left that Flux delivered or that holds anything in AWS. What is there decides what is done: a run that takes over from
 * one that was killed needs nothing of it.
 */
import { UserError } from "../../errors.ts";
import { servedKinds } from "../../kubernetes/discovery.ts";
import { Interrupted } from "../../plugin/failures.ts";
import { type ObjectId, describeId, kindId } from "../inventory/object-id.ts";
import { type Order, teardownOrder } from "../order/order.ts";
import { releasedVolumes, volumesLeftToSweep } from "../order/released.ts";
import { keptOnPurpose } from "../plan/kept.ts";
import { stuckNow } from "../plan/stuck.ts";
import { readCluster } from "../inventory/read-inventory.ts";
import type { DrainContext } from "./context.ts";
import { Freezer } from "./freezer.ts";
import type { Kinds } from "./objects.ts";
import { WaveRun } from "./wave.ts";

/** The first empties the cluster; a second finds what controllers made meanwhile; more than these come from somebody. */
const mostPasses = 4;

export interface DrainResult {
  readonly passes: number;
  readonly waves: number;
  readonly objects: number;
}

/** @throws {UserError} naming what is stuck or comes back. @throws {Interrupted} */
export async function drainCluster(context: DrainContext): Promise<DrainResult> {
  const { api, journal, signal } = context;
  const result = { passes: 0, waves: 0, objects: 0 };
  /** By the laws, whatever the order says. */
  const kept = new Set<ObjectId>();
  const marked = new Set<string>();
  const freezer = await Freezer.start(context, await kindsOf(context));
  for (;;) {
    const { inventory, kinds } = await readCluster(api, context.status);
    const order = teardownOrder(inventory);
    await keep(context, order, marked);
    const waves = [...order.waves, ...dyingNamespaces(order)]
      .map((ids) => ids.filter((id) => !kept.has(id)))
      .filter((ids) => ids.length > 0);
    if (waves.length === 0) {
      await context.aws.release(volumesLeftToSweep(order));
      return result;
    }
    if (result.passes === mostPasses) throw stillThere(waves.flat());
    result.passes += 1;
    if (result.passes === 1) warnOfStuck(context, order);
    journal.append({ type: "planned", waves });
    for (const [index, ids] of waves.entries()) {
      if (signal.aborted) throw new Interrupted("draining the cluster");
      const wave = { number: index + 1, of: waves.length, ids };
      await context.aws.release(releasedVolumes(order, ids));
      await new WaveRun(context, kinds, order, wave, freezer, kept).run();
      result.waves += 1;
      result.objects += ids.length;
    }
  }
}

/** They went with what an earlier run has deleted, and one of them may still be held up. */
function dyingNamespaces({ dispositions, facts }: Order): ObjectId[][] {
  const dying = [...facts.inventory.objects.values()].filter(
    ({ id, kind, group, deletionTimestamp }) =>
      kind === "Namespace" &&
      group === "" &&
      deletionTimestamp !== undefined &&
      dispositions.get(id)?.by === "cluster",
  );
  return dying.length === 0 ? [] : [dying.map(({ id }) => id)];
}

async function kindsOf({ api }: DrainContext): Promise<Kinds> {
  const kinds = await servedKinds(api);
  return new Map(kinds.map((kind) => [kindId(kind.group, kind.kind), kind]));
}

/** Marked in AWS before its objects are deleted, in every pass: afterwards no object tells what a volume was kept for. */
async function keep(
  { aws, journal, status }: DrainContext,
  order: Order,
  marked: Set<string>,
): Promise<void> {
  const kept = keptOnPurpose(order, undefined).filter(
    ({ where, what, reference = what }) =>
      (where === "aws" || where === "other-cluster") && !marked.has(reference),
  );
  for (const { where, what, why, reference, monthlyPrice } of kept) {
    marked.add(reference ?? what);
    journal.append({
      type: "kept",
      thing: {
        where,
        what,
        why,
        ...(reference !== undefined && { reference }),
        ...(monthlyPrice !== undefined && { monthlyPrice }),
      },
    });
  }
  const things = kept.flatMap(({ reference, why }) =>
    reference === undefined ? [] : [{ id: reference, why }],
  );
  if (things.length === 0) return;
  status(`marking ${things.length} volumes and snapshots in AWS that stay on purpose`);
  await aws.keep(things);
}

function warnOfStuck({ warn }: DrainContext, order: Order): void {
  const stuck = stuckNow(order.facts);
  for (const { what, remedy } of stuck.slice(0, 10)) warn(`${what}. ${remedy}`);
  if (stuck.length > 10) warn(`and ${stuck.length - 10} more that look stuck already`);
}

function stillThere(ids: readonly ObjectId[]): UserError {
  const names = ids.slice(0, 10).map(describeId).join(", ");
  const more = ids.length > 10 ? ` and ${ids.length - 10} more` : "";
  return new UserError({
    what: `After ${mostPasses} passes over the cluster there are still ${ids.length} objects to delete: ${names}${more}.`,
    remedy: "Find out what makes them, stop that, and run pulumi destroy again.",
  });
}
