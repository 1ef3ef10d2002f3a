/** What an operator may allow for a sandbox: removing what holds an object, once it is certain that nothing in AWS is lost. */
import { UserError } from "../../errors.ts";
import { type Facts } from "../order/facts.ts";
import { foreignFinalizers } from "../external/controllers.ts";
import { isFlux, type InventoryObject } from "../inventory/inventory.ts";
import { marksOf } from "../inventory/marks.ts";
import { describeId, kindId } from "../inventory/object-id.ts";
import type { Order } from "../order/order.ts";
import { responsible, type Stuck } from "../plan/stuck.ts";
import type { DrainContext } from "./context.ts";
import type { Answer } from "./held-in-aws.ts";
import { remove, strip as stripFinalizers, type Kinds } from "./objects.ts";

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
  const refusal = await remove(api, kinds, object, "unblock");
  if (refusal instanceof Error) throw refusal;
  if (refusal !== undefined) throw new UserError({ what: `${refusal.law}.`, remedy: refusal.remedy });
}

/**
 * Strips the finalizers of an object that is being deleted, if AWS was asked for all that it holds and has nothing of it left, or
 * nothing but what the sweep finds by this cluster's exact tag. What is not known keeps its finalizer: a person looks.
 *
 * @returns undefined once they are stripped, else why they were not, and what to do.
 */
export async function strip(
  context: DrainContext,
  kinds: Kinds,
  order: Order,
  now: Facts,
  object: InventoryObject,
): Promise<Unstripped | undefined> {
  const { api, journal, warn } = context;
  const strippable = strippableOf(now, object);
  if (object.deletionTimestamp === undefined || strippable.length === 0) return nothingToStrip;
  const finalizers = object.finalizers.filter((finalizer) => !strippable.includes(finalizer));
  const byHand = stripByHand(object, finalizers);
  if (marksOf(object).mutates) {
    const why = "its owner says that it changes something outside of the cluster, which cannot be looked at";
    return { why, remedy: `Look there. When nothing of it is left, or it may stay: ${byHand}.` };
  }
  // The holdings of now come last: they replace what was known of the same thing before.
  const all = [...(order.facts.holdings.get(object.id) ?? []), ...(now.holdings.get(object.id) ?? [])];
  const held = [...new Map(all.map((holding) => [holding.reference ?? holding.key, holding])).values()];
  const answers = await context.aws.ask(held.map((holding) => ({ object, holding })));
  const refusal = whyNot(answers, held.length);
  if (refusal !== undefined) {
    return {
      why: refusal.why,
      remedy: `${refusal.look} When it is gone, or may stay: ${byHand}; the receipt counts it as not known.`,
    };
  }
  const checked =
    held.length === 0
      ? `nothing is known that a ${kindId(object.group, object.kind)} holds in AWS`
      : answers.map(checkedOf).join("; ");
  const what = `stripped of ${strippable.join(", ")}`;
  journal.append({ type: "forced", id: object.id, what, checked });
  warn(`${describeId(object.id)} is ${what} (${checked}), because SDLC_TEARDOWN_ON_STUCK is force.`);
  const refused = await stripFinalizers(api, kinds, object, finalizers);
  if (refused === undefined || refused instanceof Error) {
    return refused && { why: refused.message, remedy: `By hand: ${byHand}.` };
  }
  return { why: refused.law, remedy: refused.remedy };
}

export interface Unstripped {
  /** Undefined where there is nothing to strip. */
  readonly why: string | undefined;
  readonly remedy: string;
}

const nothingToStrip: Unstripped = { why: undefined, remedy: "" };

function whyNot(answers: readonly Answer[], asked: number): { why: string; look: string } | undefined {
  for (const answer of answers) {
    const { description, reference } = answer.held.holding;
    if (answer.is === "not-known") {
      const name = [description, reference].filter(Boolean).join(" ");
      const look = answer.look === undefined ? "Look for it in AWS." : `Look: ${answer.look}.`;
      return { why: `it is not known whether AWS still has its ${name}: ${answer.why}`, look };
    }
    if (answer.is !== "there") continue;
    const unowned = answer.things.find(({ ownership }) => ownership === undefined);
    if (unowned !== undefined) {
      const { id, type } = unowned.thing;
      const why = `${id} is still in AWS, and bears no tag by which the sweep would find it`;
      return { why, look: `Delete ${type} ${id} by hand.` };
    }
  }
  return answers.length === asked
    ? undefined
    : { why: "AWS was not asked for all that it holds", look: "Look for it in AWS." };
}

function checkedOf(answer: Answer): string {
  const { description, reference } = answer.held.holding;
  if (answer.is !== "there") return `${reference ?? description}: gone from AWS`;
  return answer.things
    .map(({ thing, ownership = "" }) => `the sweep finds ${thing.id} by ${ownership}`)
    .join("; ");
}

/** So a person tells that what the object held is gone or may stay. */
function stripByHand({ group, kind, namespace, name }: InventoryObject, left: readonly string[]): string {
  const where = namespace === "" ? "" : ` -n ${namespace}`;
  const body = JSON.stringify({ metadata: { finalizers: left } });
  return `kubectl patch ${kindId(group, kind)} ${name}${where} --type=merge -p '${body}', and run pulumi destroy again`;
}

/** Flux's own is left to Flux for as long as Flux runs: what it would prune would have to be deleted one by one. */
function strippableOf(now: Facts, object: InventoryObject): readonly string[] {
  if (!isFlux(object)) return foreignFinalizers(object.finalizers);
  return responsible(now, object)?.state === "running" ? [] : object.finalizers;
}
