/**
 * What an object stands for that is not this cluster's to delete: what Flux applied in another cluster, and what an operator found
 * in AWS and did not make. Law 4 in docs/destroy.md. An owner who knows better says so with a mark.
 */
import { isFlux, metadataValue, type InventoryObject } from "../inventory/inventory.ts";

/** On a Kustomization or HelmRelease for another cluster, or an operator's object: what it stands for goes with it. */
export const ownsElsewhereKey = "sdlc.dev/owns-external-state";

export interface Elsewhere {
  readonly where: "other-cluster" | "aws";
  /** What stays. */
  readonly what: string;
  readonly why: string;
  /** Whether the object could be deleted as it is, and what it stands for would stay. */
  readonly isLetGo: boolean;
  /** A merge patch after which that is so. */
  readonly letGo: object;
}

/** Undefined for an object whose deletion touches nothing of others. */
export function elsewhereOf(object: InventoryObject): Elsewhere | undefined {
  if (metadataValue(object, ownsElsewhereKey) === "true") return undefined;
  const { detail, kind, name, namespace } = object;
  if (isFlux(object)) {
    if (!object.detail.remote) return undefined;
    return {
      where: "other-cluster",
      what: `what ${kind} ${namespace}/${name} applied in another cluster`,
      why: `its spec.kubeConfig names that cluster; ${ownsElsewhereKey}: "true" on it would delete that too`,
      // Flux's controllers finalize a suspended object without deleting anything.
      isLetGo: object.detail.suspended,
      letGo: { spec: { suspend: true } },
    };
  }
  if (detail.type !== "aws-resource" || detail.madeHere) return undefined;
  return {
    where: "aws",
    what: `what ${kind} ${namespace === "" ? "" : `${namespace}/`}${name} stands for in AWS`,
    why: `its operator found it there and did not make it; ${ownsElsewhereKey}: "true" on the object would delete it`,
    isLetGo: detail.orphans,
    letGo: detail.letGo,
  };
}
