/** Which kinds a teardown lists, and how much of their objects. */
import type { ServedKind } from "../../kubernetes/discovery.ts";
import { isReadWhole } from "./kinds.ts";
import { kindId } from "./object-id.ts";

export interface Listing {
  readonly kind: ServedKind;
  /** Whole, or their metadata alone: of a Secret nothing else leaves the server. */
  readonly whole: boolean;
  readonly fieldSelector?: string;
}

/** Many, short-lived, made by the control plane for itself, and never anybody's to order. */
const passing = new Set([
  "Event",
  "Event.events.k8s.io",
  "Lease.coordination.k8s.io",
  "Endpoints",
  "EndpointSlice.discovery.k8s.io",
  "ControllerRevision.apps",
  "CSIStorageCapacity.storage.k8s.io",
]);

/** Helm keeps up to ten a release; they go with it. */
const selectors: Readonly<Record<string, string>> = { Secret: "type!=helm.sh/release.v1" };

export function listings(kinds: readonly ServedKind[]): Listing[] {
  return kinds.flatMap((kind) => {
    const id = kindId(kind.group, kind.kind);
    if (!kind.verbs.includes("list") || !kind.verbs.includes("delete") || passing.has(id)) return [];
    const fieldSelector = selectors[id];
    return [{ kind, whole: isReadWhole(id), ...(fieldSelector !== undefined && { fieldSelector }) }];
  });
}
