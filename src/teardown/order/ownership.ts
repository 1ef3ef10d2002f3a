/**
 * Who delivered an object, and whose deletion deletes it. The two differ: a Kustomization that does not prune, and a chart's
 * `crds/` folder, deliver objects that stay when they go.
 */
import { isFlux, objectsOf, type Inventory, type InventoryObject } from "../inventory/inventory.ts";
import { bindingSource, type BindingSource } from "../inventory/networking.ts";
import { objectId, type ObjectId } from "../inventory/object-id.ts";
import { elsewhereOf } from "../laws/elsewhere.ts";
import { protectedBecause } from "../laws/protected.ts";

/**
 * How the deletion of an owner deletes a dependent. `prune` and `uninstall`: the owner is the Flux object. `garbage-collection`:
 * there is an owner reference. `controller`: the dependent was generated from the owner, whose controller deletes it.
 */
export interface Cascade {
  readonly owner: ObjectId;
  readonly how: "prune" | "uninstall" | "garbage-collection" | "controller";
}

export interface Ownership {
  /** The Flux object that applied or installed it. */
  readonly deliveredBy: ReadonlyMap<ObjectId, ObjectId>;
  /** The next owner. No chain of these is a circle, Flux's own objects apart. */
  readonly deletedWith: ReadonlyMap<ObjectId, Cascade>;
  /**
   * What a drain leaves, by the protected object that would go with it: a Kustomization that prunes the controllers that prune, a
   * release of Flux itself, an owner of a namespace of Kubernetes, and what would delete such an owner. The root is its own.
   */
  readonly takesProtected: ReadonlyMap<ObjectId, ObjectId>;
}

export function ownershipOf(inventory: Inventory): Ownership {
  const deliveredBy = deliveriesIn(inventory);
  const listings = new Map(
    objectsOf(inventory, "kustomization").map(({ id, detail }) => [id, new Set(detail.inventory)]),
  );
  const byUid = new Map([...inventory.objects.values()].map((object) => [object.uid, object.id]));
  byUid.delete("");
  const takesProtected = whatTakesProtected(inventory, (id) => {
    const object = inventory.objects.get(id);
    if (object === undefined) return [];
    const all = [byFlux(object), byOwner(object), bySource(object)];
    return all.flatMap((cascade) => (cascade === undefined || cascade.owner === id ? [] : [cascade.owner]));
  });
  const deletedWith = new Map<ObjectId, Cascade>();
  for (const object of inventory.objects.values()) {
    const flux = byFlux(object);
    // Suspended, and left as it is, it deletes nothing.
    const pruned = flux !== undefined && takesProtected.has(flux.owner) ? undefined : flux;
    const cascade = isFlux(object)
      ? (pruned ?? byOwner(object))
      : (byOwner(object) ?? bySource(object) ?? pruned);
    if (cascade !== undefined && cascade.owner !== object.id) deletedWith.set(object.id, cascade);
  }
  openCircles(inventory, deletedWith);
  return { deliveredBy, deletedWith, takesProtected };

  function byOwner({ ownerUids }: InventoryObject): Cascade | undefined {
    const owner = ownerUids.map((uid) => byUid.get(uid)).find((id) => id !== undefined);
    return owner === undefined ? undefined : { owner, how: "garbage-collection" };
  }

  function bySource(object: InventoryObject): Cascade | undefined {
    const source = generatedFrom(object);
    const found = source === undefined ? undefined : inventory.objects.get(source);
    // A controller that has let go of an object deletes nothing with it: helm-controller leaves a suspended release's chart.
    if (found === undefined || elsewhereOf(found) !== undefined) return undefined;
    return { owner: found.id, how: "controller" };
  }

  function byFlux(object: InventoryObject): Cascade | undefined {
    const owner = deliveredBy.get(object.id);
    const flux = inventory.objects.get(owner ?? "");
    if (owner === undefined || !isFlux(flux) || elsewhereOf(flux) !== undefined) return undefined;
    if (flux.detail.type === "kustomization") {
      const listed = listings.get(owner)?.has(object.id) === true;
      return listed && flux.detail.prunes && isPrunable(object, flux) ? { owner, how: "prune" } : undefined;
    }
    // Helm marks what is in a release's manifest, and leaves alone what comes from `crds/`, is a hook, or has a policy:
    // "keep", or any other (`filterManifestsToKeep`).
    const inManifest = object.annotations[helm.releaseName] !== undefined;
    const keep = object.annotations[helm.resourcePolicy] !== undefined;
    return inManifest && !keep ? { owner, how: "uninstall" } : undefined;
  }
}

/** @param ownersOf the objects whose deletion deletes this one, by whatever way. */
function whatTakesProtected(
  inventory: Inventory,
  ownersOf: (id: ObjectId) => readonly ObjectId[],
): Map<ObjectId, ObjectId> {
  const found = new Map<ObjectId, ObjectId>([[inventory.root, inventory.root]]);
  for (const object of inventory.objects.values()) {
    if (protectedBecause(object) === undefined) continue;
    const pending = [...ownersOf(object.id)];
    for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
      if (found.has(id)) continue;
      found.set(id, object.id);
      pending.push(...ownersOf(id));
    }
  }
  return found;
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

function deliveriesIn(inventory: Inventory): Map<ObjectId, ObjectId> {
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
  const deliveredBy = new Map<ObjectId, ObjectId>();
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
    const by = candidates.find(
      (id) => id !== undefined && id !== object.id && isFlux(inventory.objects.get(id)),
    );
    if (by !== undefined) deliveredBy.set(object.id, by);
  }
  return deliveredBy;
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
function openCircles(inventory: Inventory, deletedWith: Map<ObjectId, Cascade>): void {
  const done = new Set<ObjectId>();
  for (const start of inventory.objects.keys()) {
    const path = new Set<ObjectId>();
    let id: ObjectId | undefined = start;
    while (id !== undefined && !done.has(id)) {
      path.add(id);
      const next: ObjectId | undefined = deletedWith.get(id)?.owner;
      if (next !== undefined && path.has(next)) {
        if (!isFlux(inventory.objects.get(id))) deletedWith.delete(id);
        break;
      }
      id = next;
    }
    for (const visited of path) done.add(visited);
  }
}
