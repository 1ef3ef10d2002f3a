/** What runs pods, and the volumes that it holds while it does. */
import type { ObjectIdentity } from "./object-id.ts";
import type { WorkloadDetail } from "./detail.ts";
import { at, count, list, text } from "../../fields.ts";

export function readWorkload({ kind, name }: ObjectIdentity, manifest: unknown): WorkloadDetail {
  const ready =
    count(manifest, "status", "readyReplicas") ??
    count(manifest, "status", "numberReady") ??
    count(manifest, "status", "active") ??
    (kind === "Pod" && text(manifest, "status", "phase") === "Running" ? 1 : 0);
  const wanted =
    count(manifest, "status", "desiredNumberScheduled") ?? count(manifest, "spec", "replicas") ?? 1;
  return {
    type: "workload",
    wanted,
    ready,
    claims: list(podSpec(kind, manifest), "volumes").flatMap(
      (volume) => text(volume, "persistentVolumeClaim", "claimName") ?? [],
    ),
    claimPrefixes: list(manifest, "spec", "volumeClaimTemplates").flatMap((template) => {
      const prefix = text(template, "metadata", "name");
      return prefix === undefined ? [] : [`${prefix}-${name}-`];
    }),
  };
}

function podSpec(kind: string, manifest: unknown): unknown {
  if (kind === "Pod") return at(manifest, "spec");
  if (kind === "CronJob") return at(manifest, "spec", "jobTemplate", "spec", "template", "spec");
  return at(manifest, "spec", "template", "spec");
}
