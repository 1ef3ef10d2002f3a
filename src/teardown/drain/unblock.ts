/**
 * When nothing moves: finds out what holds the rest, and says it; or, by the operator's choice, removes what holds it, each
 * time after a look at AWS and with a line in the journal.
 */
import { UserError } from "../../errors.ts";
import type { ApiRefusal } from "../../kubernetes/api.ts";
import type { InventoryObject } from "../inventory/inventory.ts";
import { describeId } from "../inventory/object-id.ts";
import { type Facts, factsOf } from "../order/facts.ts";
import type { Order } from "../order/order.ts";
import { type Stuck, stuckNow } from "../plan/stuck.ts";
import { readCluster } from "../inventory/read-inventory.ts";
import type { DrainContext } from "./context.ts";
import { diagnose } from "./diagnose.ts";
import { removeBlocker, strip } from "./force.ts";
import type { Kinds } from "./objects.ts";

/** An object that should be gone. */
export interface Waiting {
  readonly object: InventoryObject;
  /** Why its deletion was refused. */
  readonly refusal: ApiRefusal | undefined;
}

/**
 * @param order that of before the teardown: what knew an object's controller may be gone by now.
 * @param isOver whether the deadline has passed; before it, only what is certain to be broken counts.
 * @returns whether anything was removed, so that waiting makes sense again.
 * @throws {UserError} that names what is stuck, for each object the reason and the remedy.
 */
export async function unblock(
  context: DrainContext,
  kinds: Kinds,
  order: Order,
  waiting: readonly Waiting[],
  isOver: boolean,
): Promise<boolean> {
  const mayForce = context.choices.onStuck === "force";
  const { inventory } = await readCluster(context.api, context.status);
  const now = factsOf(inventory);
  const broken = blockers(now, waiting, isOver);
  if (broken.length > 0) {
    if (!mayForce) throw stuckError(broken);
    for (const blocker of broken) {
      const object = inventory.objects.get(blocker.object);
      if (object !== undefined) await removeBlocker(context, kinds, object, blocker);
    }
    return true;
  }
  if (!isOver) return false;
  const why: Stuck[] = [];
  let stripped = false;
  for (const { object } of mayForce ? waiting : []) {
    const kept = await strip(context, kinds, order, now, object);
    if (kept === undefined) stripped = true;
    else if (kept.why !== undefined) why.push(refused(object, kept.why, kept.remedy));
  }
  if (stripped) return true;
  throw stuckError([...(await diagnose(context, order.facts, now, waiting)), ...why]);
}

/** Webhooks and APIServices without their service, as far as they hold something up. */
function blockers(now: Facts, waiting: readonly Waiting[], isOver: boolean): Stuck[] {
  const refusals = waiting.flatMap(({ refusal }) => refusal?.message ?? []);
  const namespaces = waiting.some(({ object }) => object.kind === "Namespace");
  return stuckNow(now).filter(({ problem, object }) => {
    if (problem === "webhook") {
      const detail = now.inventory.objects.get(object)?.detail;
      const names = detail?.type === "webhook" ? detail.webhooks.map(({ name }) => name) : [];
      const isNamed = refusals.some((message) => names.some((name) => message.includes(`"${name}"`)));
      // Flux's own requests may be refused as well, and it says so in its log alone.
      return isNamed || isOver;
    }
    return problem === "api-service" && hasNoService(now, object) && (namespaces || isOver);
  });
}

function hasNoService({ inventory }: Facts, id: string): boolean {
  const detail = inventory.objects.get(id)?.detail;
  if (detail?.type !== "api-service" || detail.service === undefined) return false;
  return !inventory.objects.has(`Service ${detail.service.namespace}/${detail.service.name}`);
}

function refused({ id, finalizers }: InventoryObject, why: string, remedy: string): Stuck {
  return {
    object: id,
    problem: "being-deleted",
    finalizers,
    controller: undefined,
    workloads: [],
    what: `The finalizers of ${describeId(id)} were not stripped: ${why}`,
    remedy,
  };
}

const shownAtMost = 10;

export function stuckError(stuck: readonly Stuck[]): UserError {
  const shown = stuck.slice(0, shownAtMost).map(({ what, remedy }) => ({ what: `${what}.`, remedy }));
  const more = stuck.length > shown.length ? ` The first ${shown.length} of ${stuck.length}:` : "";
  return new UserError(
    shown,
    `The teardown is stuck. Nothing is lost: run pulumi destroy again once it is mended, or pulumi up to go back.${more}`,
  );
}
