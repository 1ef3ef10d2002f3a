/** All that the rules of an order look up, found once for an inventory. */
import { append } from "../../multimap.ts";
import { controllersOf, foreignFinalizers, type Controllers } from "../external/controllers.ts";
import { holdingsOf, type ExternalHolding } from "../external/holdings.ts";
import type { WorkloadDetail } from "../inventory/detail.ts";
import { isFlux, objectsOf, type Inventory, type InventoryObject } from "../inventory/inventory.ts";
import { isMarked } from "../inventory/marks.ts";
import { kindId, objectId, type ObjectId } from "../inventory/object-id.ts";
import { elsewhereOf } from "../laws/elsewhere.ts";
import { protectedBecause } from "../laws/protected.ts";
import { ownershipOf, type Ownership } from "./ownership.ts";

export interface Facts {
  readonly inventory: Inventory;
  readonly ownership: Ownership;
  readonly controllers: Controllers;
  /** What each object holds outside the cluster; absent for most. */
  readonly holdings: ReadonlyMap<ObjectId, readonly ExternalHolding[]>;
  /** What nobody deletes (`laws/protected.ts`), and the claims that it has mounted, which therefore cannot go before the nodes. */
  readonly protected: ReadonlySet<ObjectId>;
  /** What runs pods, by the Flux object that brought it. */
  readonly workloads: ReadonlyMap<ObjectId, readonly InventoryObject<WorkloadDetail>[]>;
}

export function factsOf(inventory: Inventory): Facts {
  const ownership = ownershipOf(inventory);
  const controllers = controllersOf(inventory, ownership.deliveredBy);
  const holdings = new Map<ObjectId, readonly ExternalHolding[]>();
  for (const object of inventory.objects.values()) {
    const held = holdingsOf(object, { inventory, controllers });
    if (held.length > 0) holdings.set(object.id, held);
  }
  const workloads = new Map<ObjectId, InventoryObject<WorkloadDetail>[]>();
  for (const workload of objectsOf(inventory, "workload")) {
    const deliveredBy = ownership.deliveredBy.get(workload.id);
    if (deliveredBy !== undefined) append(workloads, deliveredBy, workload);
  }
  return { inventory, ownership, controllers, holdings, protected: protectedObjects(inventory), workloads };
}

function protectedObjects(inventory: Inventory): Set<ObjectId> {
  const found = [...inventory.objects.values()].filter((object) => protectedBecause(object) !== undefined);
  const mounted = found.flatMap(({ namespace, detail }) =>
    detail.type === "workload"
      ? detail.claims.map((name) => objectId({ group: "", kind: "PersistentVolumeClaim", namespace, name }))
      : [],
  );
  return new Set([...found.map(({ id }) => id), ...mounted]);
}

/** Whether the drain may delete an object directly at all. */
export function mayBeDeleted(facts: Facts, { id }: InventoryObject): boolean {
  return !facts.ownership.takesProtected.has(id) && !facts.protected.has(id);
}

/** Flux objects that a drain deletes: all but those that Flux itself needs. */
export function isDeletedFlux({ inventory, ownership }: Facts, id: ObjectId): boolean {
  return isFlux(inventory.objects.get(id)) && !ownership.takesProtected.has(id);
}

/**
 * Kinds of Flux's sources and of EKS's own network: they hold nothing that outlives the cluster, and their controllers run
 * beside the control plane or go last.
 */
const infrastructureGroups: readonly RegExp[] = [
  /(^|\.)toolkit\.fluxcd\.io$/,
  /^crd\.k8s\.amazonaws\.com$/,
  /^vpcresources\.k8s\.aws$/,
  /^networking\.k8s\.aws$/,
  /^eks\.amazonaws\.com$/,
];

/** The definition of a custom object whose controller is somebody's business. */
export function definitionOf(
  { controllers }: Facts,
  { group, kind }: InventoryObject,
): InventoryObject | undefined {
  if (infrastructureGroups.some((pattern) => pattern.test(group))) return undefined;
  return controllers.definitions.get(kindId(group, kind));
}

/** What has to be gone before something else: a finalizer or something outside the cluster needs its controller. */
export function needsController(facts: Facts, object: InventoryObject): boolean {
  if (facts.holdings.has(object.id)) return true;
  return definitionOf(facts, object) !== undefined && foreignFinalizers(object.finalizers).length > 0;
}

/** What a drain sees to, directly or through its owner; the rest goes with the cluster. */
export function concernsDrain(facts: Facts, object: InventoryObject): boolean {
  if (!mayBeDeleted(facts, object)) return false;
  if (isFlux(object) || isMarked(object) || elsewhereOf(object) !== undefined) return true;
  if (needsController(facts, object)) return true;
  const definition = definitionOf(facts, object);
  // Its owner makes it anew as long as that is there, such as a report about a workload: it goes with that.
  if (definition === undefined || isCollected(facts, object)) return false;
  const deliveries = facts.controllers.deliveries.get(kindId(object.group, object.kind)) ?? [];
  return deliveries.some((id) => isDeletedFlux(facts, id));
}

function isCollected({ ownership }: Facts, { id }: InventoryObject): boolean {
  return ownership.deletedWith.get(id)?.how === "garbage-collection";
}
