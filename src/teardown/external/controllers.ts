/** Which workload, release or Kustomization runs the controller of a kind: found in the cluster, not configured. */
import { objectsOf, type Inventory, type InventoryObject } from "../inventory/inventory.ts";
import { knownControllers, type ControllerName } from "./known-controllers.ts";
import { append } from "../../multimap.ts";
import { kindId, type ObjectId } from "../inventory/object-id.ts";
import type { DefinitionDetail, WorkloadDetail } from "../inventory/detail.ts";

export interface Controllers {
  /** The workloads of a known controller; none if the cluster has none. */
  readonly workloads: ReadonlyMap<ControllerName, readonly InventoryObject<WorkloadDetail>[]>;
  /** By `<Kind>.<group>`: the CustomResourceDefinition. */
  readonly definitions: ReadonlyMap<string, InventoryObject<DefinitionDetail>>;
  /**
   * By `<Kind>.<group>`: the Flux objects whose deletion takes the controller of a custom kind: what brings its definition,
   * and what brings a role that may write its status or finalizers, for definitions are often delivered apart.
   */
  readonly deliveries: ReadonlyMap<string, readonly ObjectId[]>;
}

export const controllerKinds = ["Deployment", "StatefulSet", "DaemonSet"];

export function controllersOf(
  inventory: Inventory,
  deliveredBy: ReadonlyMap<ObjectId, ObjectId>,
): Controllers {
  const workloads = new Map<ControllerName, InventoryObject<WorkloadDetail>[]>();
  for (const workload of objectsOf(inventory, "workload")) {
    if (!controllerKinds.includes(workload.kind)) continue;
    for (const name of Object.keys(knownControllers) as ControllerName[]) {
      if (knownControllers[name].workloads.some((known) => isNamed(workload, known))) {
        append(workloads, name, workload);
      }
    }
  }
  const controlledBy = new Map<string, Set<ObjectId>>();
  for (const { id, detail } of objectsOf(inventory, "role")) {
    const by = deliveredBy.get(id);
    if (by === undefined) continue;
    for (const resource of detail.controls) {
      controlledBy.set(resource, (controlledBy.get(resource) ?? new Set<ObjectId>()).add(by));
    }
  }
  const definitions = new Map<string, InventoryObject<DefinitionDetail>>();
  const deliveries = new Map<string, readonly ObjectId[]>();
  for (const definition of objectsOf(inventory, "definition")) {
    const { group, kind, plural } = definition.detail.defines;
    const by = deliveredBy.get(definition.id);
    const found = [...(by === undefined ? [] : [by]), ...(controlledBy.get(`${plural}.${group}`) ?? [])];
    definitions.set(kindId(group, kind), definition);
    deliveries.set(kindId(group, kind), [...new Set(found)]);
  }
  return { workloads, definitions, deliveries };
}

function isNamed({ name, labels }: InventoryObject, known: string): boolean {
  return name === known || name.endsWith(`-${known}`) || labels["app.kubernetes.io/name"] === known;
}

/** `unknown` for one that runs where it cannot be seen. */
export function controllerState(
  { workloads }: Controllers,
  name: ControllerName,
): "running" | "not-running" | "missing" | "unknown" {
  if (knownControllers[name].workloads.length === 0) return "unknown";
  const found = workloads.get(name) ?? [];
  if (found.length === 0) return "missing";
  return found.some(({ detail }) => detail.ready > 0) ? "running" : "not-running";
}
