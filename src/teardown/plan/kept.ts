/** What a teardown leaves on purpose, and says so. What else is left at its end is a failure. */
import { toCents } from "../../cost/prices.ts";
import { append } from "../../multimap.ts";
import { heldBy, snapshotHeldBy } from "../external/storage.ts";
import { objectsOf } from "../inventory/inventory.ts";
import { describeId, type ObjectId } from "../inventory/object-id.ts";
import { elsewhereOf } from "../laws/elsewhere.ts";
import { protectedBecause } from "../laws/protected.ts";
import type { Disposition } from "../order/deletions.ts";
import type { Facts } from "../order/facts.ts";
import type { Order } from "../order/order.ts";

export interface Kept {
  readonly where: "aws" | "kubernetes" | "git" | "other-cluster";
  readonly what: string;
  readonly why: string;
  /** Id in AWS, or a name; undefined for several at once. */
  readonly reference: string | undefined;
  /** US dollars; undefined for what costs nothing, or cannot be told. */
  readonly monthlyPrice: number | undefined;
}

export function keptOnPurpose(order: Order, ticketBranch: string | undefined): Kept[] {
  return [...inAws(order), ...elsewhere(order), ...inKubernetes(order), ...inGit(ticketBranch)];
}

/** What objects stand for that is not this cluster's, or that their own policy leaves. */
function elsewhere({ facts: { inventory } }: Order): Kept[] {
  return [...inventory.objects.values()].flatMap((object) => {
    const found = elsewhereOf(object);
    const common = { reference: undefined, monthlyPrice: undefined };
    if (found !== undefined) return [{ where: found.where, what: found.what, why: found.why, ...common }];
    if (object.detail.type !== "aws-resource" || !object.detail.orphans) return [];
    const why = "its own deletion policy leaves it";
    return [{ where: "aws", what: `what ${describeId(object.id)} stands for in AWS`, why, ...common }];
  });
}

function whyNobody(facts: Facts, disposition: Disposition): string | undefined {
  if (disposition.by !== "nobody") return undefined;
  if (disposition.because === "root") return "the root is suspended and never deleted";
  if (disposition.because !== "takes-protected") return undefined;
  const { object } = disposition;
  return `its deletion would take ${describeId(object)} along, which ${protectionOf(facts, object)}`;
}

function protectionOf({ inventory }: Facts, id: ObjectId): string {
  const object = inventory.objects.get(id);
  return (object && protectedBecause(object)) ?? "is never deleted";
}

function inAws({ facts: { inventory } }: Order): Kept[] {
  const volumes = objectsOf(inventory, "volume")
    .filter(({ detail }) => detail.retained)
    .flatMap((volume) => heldBy(volume).map((held) => ({ held, of: volume, field: "reclaim policy" })));
  const snapshots = objectsOf(inventory, "snapshot-content")
    .filter(({ detail }) => detail.retained)
    .flatMap((content) =>
      snapshotHeldBy(content).map((held) => ({ held, of: content, field: "deletion policy" })),
    );
  return [...volumes, ...snapshots].map(({ held, of, field }) => ({
    where: "aws",
    what: held.description,
    why: `the ${field} of ${describeId(of.id)} is Retain`,
    reference: held.reference,
    monthlyPrice: held.monthlyPrice === undefined ? undefined : toCents(held.monthlyPrice),
  }));
}

/** Until the cluster itself goes. */
function inKubernetes({ dispositions, facts }: Order): Kept[] {
  const notPruned = new Map<ObjectId, ObjectId[]>();
  const flux: Kept[] = [];
  for (const [id, disposition] of dispositions) {
    if (disposition.by !== "nobody") continue;
    if (disposition.because === "not-pruned")
      append(notPruned, facts.ownership.deliveredBy.get(id) ?? id, id);
    // What is protected itself stays in any case; what would only take it with it is worth a line.
    const isPlain = facts.protected.has(id) && disposition.because !== "root";
    const why = isPlain ? undefined : whyNobody(facts, disposition);
    if (why === undefined) continue;
    flux.push({ where: "kubernetes", what: describeId(id), why, reference: id, monthlyPrice: undefined });
  }
  const groups = [...notPruned].map(([owner, ids]): Kept => {
    const what =
      ids.length === 1 ? describeId(ids[0] ?? "") : `${ids.length} objects of ${describeId(owner)}`;
    const why = `${describeId(owner)} is not to delete ${ids.length === 1 ? "it" : "them"}`;
    return { where: "kubernetes", what, why, reference: undefined, monthlyPrice: undefined };
  });
  return [...flux, ...groups];
}

function inGit(ticketBranch: string | undefined): Kept[] {
  if (ticketBranch === undefined) return [];
  const why = "it holds the work, and belongs to the engineer";
  return [
    { where: "git", what: `branch ${ticketBranch}`, why, reference: ticketBranch, monthlyPrice: undefined },
  ];
}
