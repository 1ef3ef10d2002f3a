/** What an operator may allow for a sandbox: removing what holds an object, once it is certain that nothing in AWS is lost. */
import { type Facts } from "../../../src/teardown/facts.ts";
import { foreignFinalizers } from "../../../src/teardown/finalizers.ts";
import { isFlux, type InventoryObject } from "../../../src/teardown/inventory.ts";
import { marksOf } from "../../../src/teardown/marks.ts";
import { describeId, kindId } from "../../../src/teardown/object-id.ts";
import type { Order } from "../../../src/teardown/order.ts";
import { responsible, type Stuck } from "../../../src/teardown/stuck.ts";
import type { DrainContext } from "./context.ts";
import { canBeAsked } from "./held-in-aws.ts";
import { patch, remove, type Kinds } from "./objects.ts";

/** A webhook configuration or an APIService whose service is gone: nobody can answer for it any more. */
export async function removeBlocker(
  { api, journal, warn }: DrainContext,
  kinds: Kinds,
  object: InventoryObject,
  { what }: Stuck,
): Promise<void> {
  const checked = "its service is not in the cluster; it holds nothing in AWS";
  journal.append({ type: "forced", id: object.id, what: "deleted, for nothing answers for it", checked });
  warn(`${what}: it is deleted, because SDLC_TEARDOWN_ON_STUCK is force.`);
  const refusal = await remove(api, kinds, object);
  if (refusal !== undefined) throw refusal;
}

/**
 * Strips the finalizers of an object that is being deleted, if AWS was asked and has nothing of it left, or nothing but what
 * the sweep finds by this cluster's exact tag.
 *
 * @returns undefined once they are stripped, else why they were not; empty if there is nothing to strip.
 */
export async function strip(
  context: DrainContext,
  kinds: Kinds,
  order: Order,
  now: Facts,
  object: InventoryObject,
): Promise<string | undefined> {
  const { api, journal, warn } = context;
  const strippable = strippableOf(now, object);
  if (object.deletionTimestamp === undefined || strippable.length === 0) return "";
  if (marksOf(object).mutates) {
    return "its owner says that it changes something outside of the cluster, which cannot be looked at";
  }
  const held = [...(order.facts.holdings.get(object.id) ?? []), ...(now.holdings.get(object.id) ?? [])];
  const things = held.map((holding) => ({ object, holding }));
  const blind = things.find((one) => !canBeAsked(one));
  if (blind !== undefined) return `AWS cannot be asked for ${blind.holding.description}`;
  const still = await context.aws.look(things);
  const unowned = still.find(({ ownership }) => ownership === undefined);
  if (unowned !== undefined) {
    return `${unowned.thing.id} is still in AWS, and bears no tag by which the sweep would find it`;
  }
  const checked = [
    ...still.map(({ thing, ownership }) => `the sweep finds ${thing.id} by ${ownership ?? ""}`),
    ...(held.length === 0
      ? [`nothing is known that a ${kindId(object.group, object.kind)} holds in AWS`]
      : []),
    ...(held.length > 0 && still.length === 0
      ? [`${held.map(({ description, reference }) => reference ?? description).join(", ")}: gone from AWS`]
      : []),
  ].join("; ");
  const what = `stripped of ${strippable.join(", ")}`;
  journal.append({ type: "forced", id: object.id, what, checked });
  warn(`${describeId(object.id)} is ${what} (${checked}), because SDLC_TEARDOWN_ON_STUCK is force.`);
  const finalizers = object.finalizers.filter((finalizer) => !strippable.includes(finalizer));
  const refusal = await patch(api, kinds, object, { metadata: { finalizers } });
  return refusal?.message;
}

/** Flux's own is left to Flux for as long as Flux runs: what it would prune would have to be deleted one by one. */
function strippableOf(now: Facts, object: InventoryObject): readonly string[] {
  if (!isFlux(object)) return foreignFinalizers(object.finalizers);
  return responsible(now, object)?.state === "running" ? [] : object.finalizers;
}
