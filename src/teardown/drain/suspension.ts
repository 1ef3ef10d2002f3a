/**
 * Suspending and resuming Flux's objects for a teardown, as JSON merge patches.
 *
 * The trap: a Kustomization or HelmRelease that is deleted while it is suspended loses its finalizer and prunes nothing
 * (kustomize-controller `finalizerShouldDeleteResources`, helm-controller `reconcileDelete`). And one that is resumed
 * reapplies what it finds missing. So everything is frozen first, and each object is resumed right before its own
 * deletion, with a dependency that does not exist.
 */
import type { HelmReleaseDetail, KustomizationDetail } from "../inventory/detail.ts";
import { missingDependency } from "../inventory/flux.ts";
import { isFlux, type Inventory, type InventoryObject } from "../inventory/inventory.ts";
import type { ObjectId } from "../inventory/object-id.ts";
import { fluxOperatorGroup } from "../laws/protected.ts";

export const mergePatchType = "application/merge-patch+json";

/** Tells what the teardown changed, so that an `up` after an abandoned destroy puts back what was there. */
const suspensionAnnotation = "sdlc.dev/suspension-before-teardown";

type Before = "running" | "suspended";

export interface FluxPatch {
  readonly metadata: { readonly annotations: Readonly<Record<string, Before | null>> };
  readonly spec: {
    readonly suspend: boolean;
    /** A merge patch replaces a list whole; null takes it away. */
    readonly dependsOn?: readonly unknown[] | null;
  };
}

/** flux-operator's kinds that apply objects again and again: paused, they neither apply nor delete anything. */
export const operatorKinds = [
  { apiVersion: `${fluxOperatorGroup}/v1`, kind: "FluxInstance", plural: "fluxinstances" },
  { apiVersion: `${fluxOperatorGroup}/v1`, kind: "ResourceSet", plural: "resourcesets" },
] as const;

/** flux-operator, `internal/controller`, `IsDisabled`. */
const pauseAnnotation = `${fluxOperatorGroup}/reconcile`;

/** Pauses an object of flux-operator's kinds. Undefined for what is paused already. */
export function pausePatch({ annotations }: InventoryObject): { readonly metadata: object } | undefined {
  if (annotations[pauseAnnotation]?.toLowerCase() === "disabled") return undefined;
  const before = annotations[pauseAnnotation] ?? null;
  const note = before === null ? "running" : `running:${before}`;
  return { metadata: { annotations: { [pauseAnnotation]: "disabled", [suspensionAnnotation]: note } } };
}

/** Undoes it. Undefined for what no teardown has paused. */
export function unpausePatch({ annotations }: InventoryObject): { readonly metadata: object } | undefined {
  const note = annotations[suspensionAnnotation];
  if (note === undefined) return undefined;
  const [, before] = /^running:(.*)$/.exec(note) ?? [];
  return { metadata: { annotations: { [pauseAnnotation]: before ?? null, [suspensionAnnotation]: null } } };
}

export type FluxObject = InventoryObject<KustomizationDetail | HelmReleaseDetail>;

/** Suspends it. Undefined for what is suspended already. */
export function freezePatch(object: FluxObject): FluxPatch | undefined {
  if (object.detail.suspended) return undefined;
  return { ...annotate(object), spec: { suspend: true } };
}

/**
 * Resumes it for its deletion, in one patch with the missing dependency, so that there is no moment in which it could apply
 * anything. The dependencies that it had stay beside it: a run that takes over after an interruption still reads its order in them.
 */
export function releasePatch(object: FluxObject): FluxPatch {
  const dependsOn = [...object.detail.dependencies, { name: missingDependency }];
  return { ...annotate(object), spec: { suspend: false, dependsOn } };
}

/** Undoes both of the others. Undefined for what no teardown has touched. */
export function thawPatch(object: FluxObject): FluxPatch | undefined {
  const before = suspensionBefore(object);
  if (before === undefined) return undefined;
  const { dependencies } = object.detail;
  return {
    metadata: { annotations: { [suspensionAnnotation]: null } },
    spec: {
      suspend: before === "suspended",
      dependsOn: dependencies.length === 0 ? null : dependencies,
    },
  };
}

/** What somebody else has suspended, root and all: without a resume their deletion would leave everything behind. */
export function suspendedByOthers({ objects }: Inventory): ObjectId[] {
  return [...objects.values()]
    .filter((object) => isFlux(object) && object.detail.suspended && suspensionBefore(object) !== "running")
    .map(({ id }) => id);
}

function annotate(object: FluxObject): Pick<FluxPatch, "metadata"> {
  const now = object.detail.suspended ? "suspended" : "running";
  return {
    metadata: { annotations: { [suspensionAnnotation]: suspensionBefore(object) ?? now } },
  };
}

function suspensionBefore({ annotations }: InventoryObject): Before | undefined {
  const before = annotations[suspensionAnnotation];
  return before === "running" || before === "suspended" ? before : undefined;
}
