/**
 * The laws that every deletion in a cluster passes right before it is sent, whatever rule led to it: laws 1 and 4 of
 * docs/destroy.md. They judge the object alone, as the API server shows it at that moment, and import no rule of the order.
 */
import { metadataValue, isFlux, type InventoryObject } from "../inventory/inventory.ts";
import { describeId, type ObjectId } from "../inventory/object-id.ts";
import { elsewhereOf, ownsElsewhereKey } from "./elsewhere.ts";
import { protectedBecause } from "./protected.ts";

/**
 * `delete`: of the object itself. `strip`: of the finalizers of one that is being deleted. `unblock`: of the configuration of a
 * webhook or an API that nobody serves any more.
 */
export type Act = "delete" | "strip" | "unblock";

export interface Refusal {
  readonly object: ObjectId;
  /** What the law says about it: a sentence without its full stop. */
  readonly law: string;
  readonly remedy: string;
}

/** Proof that the laws were asked about this very object: without one, nothing is deleted. */
export class Permit {
  readonly object: InventoryObject;
  readonly act: Act;

  private constructor(act: Act, object: InventoryObject) {
    this.act = act;
    this.object = object;
  }

  /** @param object whole, as the API server shows it now. */
  static ask(act: Act, object: InventoryObject): Permit | Refusal {
    return refusalOf(act, object) ?? new Permit(act, object);
  }
}

/** Whether the laws can judge an object by its metadata, which is all that a watch holds of most kinds. */
export function isJudgedByMetadata(object: InventoryObject): boolean {
  return isFlux(object) || (isCustom(object) && object.detail.type !== "aws-resource");
}

export function refusalOf(act: Act, object: InventoryObject): Refusal | undefined {
  const name = describeId(object.id);
  const because = protectedBecause(object);
  if (because !== undefined) {
    return {
      object: object.id,
      law: `${name} ${because}: the drain never deletes it`,
      remedy: "It goes when the cluster goes. If it is in the way, look at what depends on it.",
    };
  }
  if (act === "strip") return undefined;
  if (act === "unblock") return refusedUnblocking(object, name);
  const elsewhere = elsewhereOf(object);
  if (elsewhere !== undefined && !elsewhere.isLetGo) {
    return {
      object: object.id,
      law: `${name} would delete ${elsewhere.what}, which is not this cluster's`,
      remedy: `Delete it there yourself, or let the destroy do it: annotate ${name} with ${ownsElsewhereKey}: "true".`,
    };
  }
  if (mayGo(object)) return undefined;
  return {
    object: object.id,
    law: `${name} was not delivered by Flux, holds nothing outside the cluster, and bears no mark: the drain does not delete it`,
    remedy: "It goes when the cluster goes. Delete it by hand if something waits for it.",
  };
}

function refusedUnblocking({ id, detail }: InventoryObject, name: string): Refusal | undefined {
  if (detail.type === "webhook" || detail.type === "api-service") return undefined;
  return {
    object: id,
    law: `${name} configures neither a webhook nor an API: force does not delete it`,
    remedy: "Delete it by hand if it is in the way.",
  };
}

/** What the drain deletes: what Flux delivered, what holds something outside, what an owner marked. */
function mayGo(object: InventoryObject): boolean {
  if (isFlux(object) || isMarkedByOwner(object)) return true;
  // A definition takes all its objects with it, whoever made them: only Flux deletes what Flux delivered of these.
  if (object.detail.type === "definition") return false;
  if (isCustom(object)) return true;
  return (isDelivered(object) && !isToldToStay(object)) || holdsOutside(object);
}

function isMarkedByOwner(object: InventoryObject): boolean {
  const stage = metadataValue(object, "sdlc.dev/teardown-stage");
  return metadataValue(object, "sdlc.dev/mutates-external-state") === "true" || stage !== undefined;
}

function isDelivered({ labels, annotations }: InventoryObject): boolean {
  return (
    labels["kustomize.toolkit.fluxcd.io/name"] !== undefined ||
    labels["helm.toolkit.fluxcd.io/name"] !== undefined ||
    annotations["meta.helm.sh/release-name"] !== undefined
  );
}

/**
 * As Flux reads it: in a label or an annotation, in any case (fluxcd/pkg `ssa/utils`, `AnyInMetadata`). Helm leaves whatever has a
 * resource policy (`filterManifestsToKeep`).
 */
function isToldToStay({ labels, annotations }: InventoryObject): boolean {
  const says = (key: string, value: string): boolean =>
    [labels[key], annotations[key]].some((given) => given?.toLowerCase() === value);
  return (
    says("kustomize.toolkit.fluxcd.io/prune", "disabled") ||
    says("kustomize.toolkit.fluxcd.io/reconcile", "disabled") ||
    says("kustomize.toolkit.fluxcd.io/ssa", "ignore") ||
    annotations["helm.sh/resource-policy"] !== undefined
  );
}

const setByKubernetes = /^(foregroundDeletion|orphan|kubernetes)$|^(batch\.|apps\.)?kubernetes\.io\//;

/** By what it is, or because a controller has put a finalizer of its own on it. */
function holdsOutside({ kind, group, detail, finalizers }: InventoryObject): boolean {
  if (finalizers.some((finalizer) => !setByKubernetes.test(finalizer))) return true;
  switch (detail.type) {
    case "service":
      return detail.loadBalancer;
    case "workload":
      return detail.claims.length > 0 || detail.claimPrefixes.length > 0;
    case "claim":
    case "volume":
    case "ingress":
      return true;
    default:
      return kind === "Ingress" && group === "networking.k8s.io";
  }
}

/** Groups of the API server itself; every other group is somebody's own. */
const builtInGroups =
  /^(|apps|batch|autoscaling|policy|extensions|(networking|storage|rbac\.authorization|admissionregistration|apiextensions|apiregistration|certificates|coordination|discovery|events|flowcontrol\.apiserver|node|scheduling|resource|authentication|authorization|internal\.apiserver|storagemigration)\.k8s\.io)$/;

function isCustom({ group }: InventoryObject): boolean {
  return !builtInGroups.test(group);
}
