/**
 * Ownership of fields. The official provider creates with a plain POST as `pulumi-kubernetes` and updates with server-side apply
 * under the resource's own manager name, which first takes over what the creation and kubectl own: otherwise a field that the
 * program drops would stay for ever.
 */
import { isRecord, type Properties } from "../../product.ts";
import type { KubernetesObject, ManagedFields } from "./object.ts";

export const creationManager = "pulumi-kubernetes";

const takenOver = [creationManager, "kubectl", "before-first-apply"];

function merged(left: Properties, right: Properties): Properties {
  const both = { ...left, ...right };
  for (const key of Object.keys(right)) {
    const [a, b] = [left[key], right[key]];
    if (isRecord(a) && isRecord(b)) both[key] = merged(a, b);
  }
  return both;
}

/** The JSON patch that gives `manager` what creation and kubectl own; empty where there is nothing to take over. */
export function takeOver(live: KubernetesObject, manager: string): readonly Properties[] {
  const entries = live.metadata.managedFields ?? [];
  const isOurs = (entry: ManagedFields): boolean => entry.manager === manager && entry.operation === "Apply";
  const isTaken = (entry: ManagedFields): boolean =>
    !entry.subresource && takenOver.includes(entry.manager ?? "") && entry.operation === "Update";
  const taken = entries.filter(isTaken);
  const [first] = taken;
  if (!first) return [];
  const parts = [...entries.filter(isOurs), ...taken].map(({ fieldsV1 }) => fieldsV1 ?? {});
  const ours = { ...first, manager, operation: "Apply", fieldsV1: parts.reduce(merged, {}) };
  const rest = entries.filter((entry) => !isOurs(entry) && !isTaken(entry));
  return [
    { op: "test", path: "/metadata/resourceVersion", value: live.metadata.resourceVersion },
    { op: "replace", path: "/metadata/managedFields", value: [ours, ...rest] },
  ];
}
