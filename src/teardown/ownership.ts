/**
 * Who put an object there, and whose deletion takes it along. The two differ: a Kustomization that does not prune, and a
 * chart's `crds/` folder, bring objects that stay when they go.
 */
import { bindingSource, type BindingSource } from "./binding-source.ts";
import { isFlux, objectsOf, type Inventory, type InventoryObject } from "./inventory.ts";
import { keptOwners, type KeptOwners } from "./kept-owners.ts";
import { elsewhereOf } from "./laws/elsewhere.ts";
import { objectId, type ObjectId } from "./object-id.ts";

/**
 * `prune` and `uninstall`: by the deletion of the Flux object. `garbage-collection`: by an owner reference. `controller`: by
 * the controller of the object it was generated from.
 */
export type Removal = "prune" | "uninstall" | "garbage-collection" | "controller";

export interface Removed {
  readonly by: ObjectId;
  readonly how: Removal;
}

export interface Ownership {
  /** The Flux object that applied or installed it. */
  readonly bringer: ReadonlyMap<ObjectId, ObjectId>;
  /** The next object whose deletion deletes it. No chain of these is a circle, Flux's own objects apart. */
  readonly removedWith: ReadonlyMap<ObjectId, Removed>;
  /** What is never deleted, because it would take along what nobody may delete. */
  readonly kept: KeptOwners;
}

export function ownershipOf(inventory: Inventory): Ownership {
  const bringer = bringersOf(inventory);
  const listings = new Map(
    objectsOf(inventory, "kustomization").map(({ id, detail }) => [id, new Set(detail.inventory)]),
  );
  const byUid = new Map([...inventory.objects.values()].map((object) => [object.uid, object.id]));
  byUid.delete("");
  const kept = keptOwners(inventory, (id) => {
    const object = inventory.objects.get(id);
    if (object === undefined) return [];
    const all = [byFlux(object), byOwner(object), bySource(object)];
    return all.flatMap((removed) => (removed === undefined || removed.by === id ? [] : [removed.by]));
  });
  const removedWith = new Map<ObjectId, Removed>();
  for (const object of inventory.objects.values()) {
    const flux = byFlux(object);
    // Suspended, and left as it is, it deletes nothing.
    const pruned = flux !== undefined && kept.has(flux.by) ? undefined : flux;
    const removed = isFlux(object)
      ? (pruned ?? byOwner(object))
      : (byOwner(object) ?? bySource(object) ?? pruned);
    if (removed !== undefined && removed.by !== object.id) removedWith.set(object.id, removed);
  }
  openCircles(inventory, removedWith);
  return { bringer, removedWith, kept };

  function byOwner({ ownerUids }: InventoryObject): Removed | undefined {
    const owner = ownerUids.map((uid) => byUid.get(uid)).find((id) => id !== undefined);
    return owner === undefined ? undefined : { by: owner, how: "garbage-collection" };
  }

  function bySource(object: InventoryObject): Removed | undefined {
    const source = generatedFrom(object);
    const found = source === undefined ? undefined : inventory.objects.get(source);
    // A controller that has let go of an object deletes nothing with it: helm-controller leaves a suspended release's chart.
    if (found === undefined || elsewhereOf(found) !== undefined) return undefined;
    return { by: found.id, how: "controller" };
  }

  function byFlux(object: InventoryObject): Removed | undefined {
    const by = bringer.get(object.id);
    const owner = inventory.objects.get(by ?? "");
    if (by === undefined || !isFlux(owner) || elsewhereOf(owner) !== undefined) return undefined;
    if (owner.detail.type === "kustomization") {
      const listed = listings.get(by)?.has(object.id) === true;
      return listed && owner.detail.prunes && isPrunable(object, owner) ? { by, how: "prune" } : undefined;
    }
    // Helm marks what is in a release's manifest, and leaves alone what comes from `crds/`, is a hook, or has a policy:
    // "keep", or any other (`filterManifestsToKeep`).
    const inManifest = object.annotations[helm.releaseName] !== undefined;
    const keep = object.annotations[helm.resourcePolicy] !== undefined;
    return inManifest && !keep ? { by, how: "uninstall" } : undefined;
  }
}

const helm = {
  releaseName: "meta.helm.sh/release-name",
  releaseNamespace: "meta.helm.sh/release-namespace",
  resourcePolicy: "helm.sh/resource-policy",
  // Set by helm-controller on everything of a chart, `crds/` included, and since 1.5 (Helm 4) hooks, too.
  name: "helm.toolkit.fluxcd.io/name",
  namespace: "helm.toolkit.fluxcd.io/namespace",
} as const;

const kustomize = {
  name: "kustomize.toolkit.fluxcd.io/name",
  namespace: "kustomize.toolkit.fluxcd.io/namespace",
  prune: "kustomize.toolkit.fluxcd.io/prune",
  reconcile: "kustomize.toolkit.fluxcd.io/reconcile",
  apply: "kustomize.toolkit.fluxcd.io/ssa",
} as const;

/**
 * kustomize-controller prunes only what bears its labels and is not exempted, by a label or an annotation in whichever case
 * (`deleteObjects`: inclusions, exclusions; `ssa` since 1.8, before which it was not in an inventory).
 */
function isPrunable(object: InventoryObject, { namespace, name }: InventoryObject): boolean {
  return (
    says(object, kustomize.name, name) &&
    says(object, kustomize.namespace, namespace) &&
    !says(object, kustomize.prune, "disabled") &&
    !says(object, kustomize.reconcile, "disabled") &&
    !says(object, kustomize.apply, "ignore")
  );
}

/** As Flux reads it: a label or an annotation, in any case (fluxcd/pkg `ssa/utils`, `AnyInMetadata`). */
function says({ labels, annotations }: InventoryObject, key: string, value: string): boolean {
  return [labels[key], annotations[key]].some((given) => given?.toLowerCase() === value.toLowerCase());
}

function bringersOf(inventory: Inventory): Map<ObjectId, ObjectId> {
  const listedBy = new Map<ObjectId, ObjectId>();
  for (const { id, detail } of objectsOf(inventory, "kustomization")) {
    if (detail.remote) continue;
    for (const entry of detail.inventory) if (!listedBy.has(entry)) listedBy.set(entry, id);
  }
  const releases = new Map<string, ObjectId>();
  for (const { id, detail } of objectsOf(inventory, "helm-release")) {
    const key = `${detail.release.namespace}/${detail.release.name}`;
    if (!detail.remote && !releases.has(key)) releases.set(key, id);
  }
  const bringers = new Map<ObjectId, ObjectId>();
  for (const object of inventory.objects.values()) {
    const labelled = fluxLabel(object, kustomize.name, kustomize.namespace, "kustomize.toolkit.fluxcd.io");
    const listed = listedBy.get(object.id);
    const release = releases.get(
      `${object.annotations[helm.releaseNamespace] ?? ""}/${object.annotations[helm.releaseName] ?? ""}`,
    );
    const origin = fluxLabel(object, helm.name, helm.namespace, "helm.toolkit.fluxcd.io");
    // Where two Kustomizations list an object, its labels say which of them applied it last.
    const candidates = [
      listed === undefined ? undefined : (labelled ?? listed),
      release,
      origin,
      labelled,
      listed,
    ];
    const bringer = candidates.find(
      (id) => id !== undefined && id !== object.id && isFlux(inventory.objects.get(id)),
    );
    if (bringer !== undefined) bringers.set(object.id, bringer);
  }
  return bringers;
}

function fluxLabel(
  { labels }: Pick<InventoryObject, "labels">,
  nameKey: string,
  namespaceKey: string,
  group: string,
): ObjectId | undefined {
  const name = labels[nameKey];
  const kind = group.startsWith("helm") ? "HelmRelease" : "Kustomization";
  return name === undefined
    ? undefined
    : objectId({ group, kind, namespace: labels[namespaceKey] ?? "", name });
}

/** What a controller made from another object, without an owner reference to it. */
function generatedFrom({ detail, kind, labels }: InventoryObject): ObjectId | undefined {
  if (detail.type === "volume") return detail.retained ? undefined : detail.claim;
  if (detail.type === "snapshot-content") return detail.retained ? undefined : detail.snapshot;
  // helm-controller makes the HelmChart of a release, labels it as the release's, and deletes it with the release.
  if (kind === "HelmChart") {
    return fluxLabel({ labels }, helm.name, helm.namespace, "helm.toolkit.fluxcd.io");
  }
  if (kind !== "TargetGroupBinding") return undefined;
  const made = bindingSource(labels);
  const source = made && bindingSources[made.prefix];
  return source && objectId({ ...source, namespace: made.namespace, name: made.name });
}

/** By the prefix of the load balancer controller's labels. */
const bindingSources: Partial<Record<BindingSource["prefix"], { group: string; kind: string }>> = {
  "service.k8s.aws": { group: "", kind: "Service" },
  "ingress.k8s.aws": { group: "networking.k8s.io", kind: "Ingress" },
};

/** A circle of owner references removes nothing: it is opened where it is met first, so that each chain ends. */
function openCircles(inventory: Inventory, removedWith: Map<ObjectId, Removed>): void {
  const done = new Set<ObjectId>();
  for (const start of inventory.objects.keys()) {
    const path = new Set<ObjectId>();
    let id: ObjectId | undefined = start;
    while (id !== undefined && !done.has(id)) {
      path.add(id);
      const next: ObjectId | undefined = removedWith.get(id)?.by;
      if (next !== undefined && path.has(next)) {
        if (!isFlux(inventory.objects.get(id))) removedWith.delete(id);
        break;
      }
      id = next;
    }
    for (const visited of path) done.add(visited);
  }
}
