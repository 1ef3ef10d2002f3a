/** The plan of a destroy as data: what goes when and why, what it holds in AWS, what stays, and what will not go by itself. */
import { pricesDated, toCents } from "../../cost/prices.ts";
import { append } from "../../multimap.ts";
import type { ExternalHolding } from "../external/holdings.ts";
import type { Inventory } from "../inventory/inventory.ts";
import { marksOf, type Marks } from "../inventory/marks.ts";
import { describeId, type ObjectId } from "../inventory/object-id.ts";
import { teardownOrder, type Order } from "../order/order.ts";
import { explain } from "../order/requirements.ts";
import { suspendedByOthers } from "../drain/suspension.ts";
import type { PricedItem } from "./infrastructure.ts";
import { keptOnPurpose, type Kept } from "./kept.ts";
import { marksNotKept, notesOn, whyInItsWave } from "./notes.ts";
import { stuckNow, type Stuck } from "./stuck.ts";

export interface PlanSource {
  readonly stack: string;
  readonly cluster: string;
  readonly region: string;
  readonly inventory: Inventory;
  /** The engineer's branch, where the stack has one: it stays. */
  readonly ticketBranch?: string;
  /** What the engine destroys after the drain and that costs by the month, such as NAT gateways. */
  readonly infrastructure?: readonly PricedItem[];
}

export interface DestroyPlan {
  readonly stack: string;
  readonly cluster: string;
  readonly region: string;
  readonly waves: readonly PlanWave[];
  /** In AWS, made from within the cluster; a thing that several objects hold is listed once. */
  readonly external: readonly PlanHolding[];
  readonly kept: readonly Kept[];
  readonly stuck: readonly Stuck[];
  /** Requirements that no order could keep. */
  readonly broken: readonly BrokenRequirement[];
  /** Marks of owners that could not be followed. */
  readonly marksNotKept: readonly string[];
  readonly infrastructure: readonly PricedItem[];
  readonly totals: PlanTotals;
  /** What goes and has no price here, for people. */
  readonly withoutPrice: readonly string[];
  /** The day as of which the prices are AWS's. */
  readonly pricesDated: string;
}

export interface PlanWave {
  /** From 1. */
  readonly number: number;
  readonly objects: readonly PlanObject[];
}

export interface PlanObject {
  readonly id: ObjectId;
  /** `HelmRelease app-a/podinfo`. */
  readonly name: string;
  /** Why it is in this wave and not earlier; empty in the first. */
  readonly why: readonly string[];
  readonly holds: readonly PlanHolding[];
  /** Objects that go with it. */
  readonly with: number;
  readonly marks: Marks;
  readonly notes: readonly string[];
}

export interface PlanHolding extends ExternalHolding {
  readonly object: ObjectId;
}

export interface BrokenRequirement {
  readonly before: ObjectId;
  readonly after: ObjectId;
  readonly why: readonly string[];
  readonly circle: readonly ObjectId[];
}

export interface PlanTotals {
  readonly waves: number;
  /** What the drain deletes directly. */
  readonly objects: number;
  /** What goes with these. */
  readonly withThem: number;
  readonly external: number;
  /** US dollars for what holds something in AWS and has a price. */
  readonly monthlyPrice: number;
  /** US dollars for what the engine destroys afterwards and has a price. */
  readonly infrastructurePrice: number;
}

export function destroyPlan(source: PlanSource): DestroyPlan {
  const order = teardownOrder(source.inventory);
  const held = holdingsByNode(order);
  const external = uniqueByKey([...held.values()].flat());
  const withThem = countsOfOwned(order);
  const why = whyInItsWave(order);
  const suspended = new Set(suspendedByOthers(source.inventory));
  const waves = order.waves.map((ids, index) => ({
    number: index + 1,
    objects: ids.map((id) => ({
      id,
      name: describeId(id),
      why: why(id),
      holds: held.get(id) ?? [],
      with: withThem.get(id) ?? 0,
      marks: marksIn(source.inventory, id),
      notes: notesOn(order, id, suspended),
    })),
  }));
  return {
    stack: source.stack,
    cluster: source.cluster,
    region: source.region,
    waves,
    external,
    kept: keptOnPurpose(order, source.ticketBranch),
    stuck: stuckNow(order.facts),
    broken: order.broken.map(({ edge, circle }) => ({
      before: edge.before,
      after: edge.after,
      why: edge.requirements.map(explain),
      circle,
    })),
    marksNotKept: marksNotKept(order),
    infrastructure: source.infrastructure ?? [],
    totals: {
      waves: waves.length,
      objects: waves.reduce((sum, { objects }) => sum + objects.length, 0),
      withThem: [...withThem.values()].reduce((sum, count) => sum + count, 0),
      external: external.length,
      monthlyPrice: toCents(external.reduce((sum, holding) => sum + (holding.monthlyPrice ?? 0), 0)),
      infrastructurePrice: toCents(
        (source.infrastructure ?? []).reduce((sum, item) => sum + (item.monthlyPrice ?? 0), 0),
      ),
    },
    withoutPrice: withoutPrice(external, source.infrastructure ?? []),
    pricesDated,
  };
}

export function planJson(plan: DestroyPlan): string {
  return `${JSON.stringify(plan, undefined, 2)}\n`;
}

function holdingsByNode({ facts, dispositions }: Order): Map<ObjectId, PlanHolding[]> {
  const byNode = new Map<ObjectId, PlanHolding[]>();
  for (const [object, holdings] of facts.holdings) {
    const disposition = dispositions.get(object);
    const node = disposition?.by === "owner" ? disposition.owner : object;
    for (const holding of holdings) append(byNode, node, { ...holding, object });
  }
  return byNode;
}

function uniqueByKey(holdings: readonly PlanHolding[]): PlanHolding[] {
  return [...new Map(holdings.map((holding) => [holding.key, holding])).values()];
}

function countsOfOwned({ dispositions }: Order): Map<ObjectId, number> {
  const counts = new Map<ObjectId, number>();
  for (const disposition of dispositions.values()) {
    if (disposition.by !== "owner") continue;
    counts.set(disposition.owner, (counts.get(disposition.owner) ?? 0) + 1);
  }
  return counts;
}

function marksIn({ objects }: Inventory, id: ObjectId): Marks {
  return marksOf(objects.get(id) ?? { annotations: {}, labels: {} });
}

/** Without what costs nothing by itself, such as target groups and records. */
const withPrice: readonly ExternalHolding["thing"][] = ["load-balancer", "volume", "snapshot", "instances"];

function withoutPrice(external: readonly PlanHolding[], infrastructure: readonly PricedItem[]): string[] {
  const isPool = ({ ask }: PlanHolding): boolean => ask.by === "node-pool" && ask.claim === undefined;
  const held = external.filter(
    (holding) => withPrice.includes(holding.thing) && holding.monthlyPrice === undefined && !isPool(holding),
  );
  const launched = external.filter((holding) => holding.thing === "instances" && !isPool(holding)).length;
  const rest = infrastructure.filter(({ monthlyPrice }) => monthlyPrice === undefined);
  return [
    ...held.map(({ description, reference }) => [description, reference].filter(Boolean).join(" ")),
    ...(launched === 0 ? [] : [`${launched} × root volume of an instance of Karpenter`]),
    ...rest.map(({ item, count }) => `${count} × ${item}`),
  ];
}
