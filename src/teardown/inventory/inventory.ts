/**
 * What is in a cluster, as far as it matters to a teardown: every object reduced to its name, its ties to others and the few
 * facts of its kind that decide an order. No I/O: it is made from what the API server has answered.
 */
import { list, text, textMap, texts } from "../../fields.ts";
import { fluxApi, fluxNamespace, rootName } from "../../flux/api.ts";
import type { KubernetesObject } from "../../kubernetes-object.ts";
import type { Detail } from "./detail.ts";
import { readDetail } from "./kinds.ts";
import { compareIds, groupOf, objectId, type ObjectId } from "./object-id.ts";

export interface Inventory {
  /** In the order of their ids, whatever the order in which they were listed. */
  readonly objects: ReadonlyMap<ObjectId, InventoryObject>;
  /** The Kustomization from which Flux starts. It is suspended, and never deleted. */
  readonly root: ObjectId;
}

export interface InventoryObject<D extends Detail = Detail> {
  readonly id: ObjectId;
  readonly apiVersion: string;
  readonly group: string;
  readonly kind: string;
  /** Empty for what is in no namespace. */
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly finalizers: readonly string[];
  readonly ownerUids: readonly string[];
  /** Whether it is part of an EKS add-on, which EKS applies as the field manager `eks`. */
  readonly appliedByEks: boolean;
  /** RFC 3339; set once the object is being deleted. */
  readonly deletionTimestamp: string | undefined;
  readonly detail: D;
}

export const rootId: ObjectId = objectId({
  group: groupOf(fluxApi.kustomize),
  kind: "Kustomization",
  namespace: fluxNamespace,
  name: rootName,
});

/** @param manifests in any order; one that is given twice, in two API versions, counts once. */
export function inventoryOf(manifests: readonly KubernetesObject[]): Inventory {
  return inventoryFrom(manifests.map(readObject));
}

/** Of objects that were read one by one, because the manifests of a large cluster are too much to keep. */
export function inventoryFrom(read: readonly InventoryObject[]): Inventory {
  const sorted = [...read].sort((a, b) => compareIds(a.id, b.id) || compareIds(a.apiVersion, b.apiVersion));
  const objects = new Map<ObjectId, InventoryObject>();
  for (const object of sorted) if (!objects.has(object.id)) objects.set(object.id, object);
  return { objects, root: rootId };
}

export function readObject(manifest: KubernetesObject): InventoryObject {
  const { apiVersion, kind, metadata } = manifest;
  const identity = {
    group: groupOf(apiVersion),
    kind,
    namespace: metadata.namespace ?? "",
    name: metadata.name,
  };
  return {
    id: objectId(identity),
    apiVersion,
    ...identity,
    uid: text(metadata, "uid") ?? "",
    labels: textMap(metadata, "labels"),
    annotations: textMap(metadata, "annotations"),
    finalizers: texts(metadata, "finalizers"),
    ownerUids: list(metadata, "ownerReferences").flatMap((owner) => text(owner, "uid") ?? []),
    appliedByEks: list(metadata, "managedFields").some((entry) => text(entry, "manager") === "eks"),
    deletionTimestamp: text(metadata, "deletionTimestamp"),
    detail: readDetail(identity, manifest),
  };
}

/** The objects whose details are of one type. */
export function objectsOf<T extends Detail["type"]>(
  { objects }: Inventory,
  ...types: readonly T[]
): InventoryObject<Extract<Detail, { type: T }>>[] {
  return [...objects.values()].filter((object): object is InventoryObject<Extract<Detail, { type: T }>> =>
    (types as readonly string[]).includes(object.detail.type),
  );
}

/** Kustomizations and HelmReleases: what Flux deletes in its own way. */
export function isFlux(
  object: InventoryObject | undefined,
): object is InventoryObject<Extract<Detail, { type: "kustomization" | "helm-release" }>> {
  return object?.detail.type === "kustomization" || object?.detail.type === "helm-release";
}

/** A label or annotation: Flux and owners accept either. */
export function metadataValue(
  { annotations, labels }: Pick<InventoryObject, "annotations" | "labels">,
  key: string,
): string | undefined {
  return annotations[key] ?? labels[key];
}
