/** Kustomization and HelmRelease, as Flux 2.7 to 2.9 define them. */
import { at, flag, list, text } from "../../fields.ts";
import type { HelmReleaseDetail, KustomizationDetail } from "./detail.ts";
import { objectId, type ObjectIdentity } from "./object-id.ts";

/**
 * A dependency that does not exist. Flux applies nothing for an object whose dependency is missing, but it
 * finalizes it (kustomize-controller and helm-controller read the deletion timestamp before the dependencies), so a
 * Kustomization or HelmRelease can be resumed for its deletion without reapplying what earlier waves have deleted.
 */
export const missingDependency = "sdlc-teardown-gate-that-does-not-exist";

function isMissingDependency(dependency: unknown): boolean {
  return text(dependency, "name") === missingDependency;
}

export function readKustomization(identity: ObjectIdentity, manifest: unknown): KustomizationDetail {
  const entries = list(manifest, "status", "inventory", "entries").flatMap((entry) => {
    const parsed = parseInventoryEntry(text(entry, "id") ?? "");
    return parsed === undefined ? [] : [objectId(parsed)];
  });
  const policy = text(manifest, "spec", "deletionPolicy") ?? "MirrorPrune";
  return {
    type: "kustomization",
    ...readCommon(identity, manifest),
    // kustomize-controller, `finalizerShouldDeleteResources`.
    prunes:
      policy === "Delete" ||
      policy === "WaitForTermination" ||
      (policy === "MirrorPrune" && flag(manifest, "spec", "prune")),
    inventory: [...new Set(entries)],
  };
}

/**
 * An entry in which a Kustomization remembers what it has applied is `<namespace>_<name>_<group>_<kind>`. No part has an underscore
 * of its own, but the colons in the names of RBAC objects are written as two (fluxcd/cli-utils, `pkg/object/objmetadata.go`).
 *
 * @returns undefined for what is not of this form: an entry that cannot be read must not become another object's name.
 */
function parseInventoryEntry(id: string): ObjectIdentity | undefined {
  const match = /^([^_]*)_(.+)_([^_]*)_([^_]+)$/.exec(id);
  if (match === null) return undefined;
  const [, namespace = "", name = "", group = "", kind = ""] = match;
  return { group, kind, namespace, name: name.replaceAll("__", ":") };
}

export function readHelmRelease(identity: ObjectIdentity, manifest: unknown): HelmReleaseDetail {
  const target = text(manifest, "spec", "targetNamespace");
  const composed = target === undefined ? identity.name : `${target}-${identity.name}`;
  // What was really installed may bear an earlier name than the one in `spec`.
  const [latest] = list(manifest, "status", "history");
  return {
    type: "helm-release",
    ...readCommon(identity, manifest),
    release: {
      name: text(latest, "name") ?? text(manifest, "spec", "releaseName") ?? composed,
      namespace: text(latest, "namespace") ?? target ?? identity.namespace,
    },
    storageNamespace:
      text(manifest, "status", "storageNamespace") ??
      text(manifest, "spec", "storageNamespace") ??
      identity.namespace,
    // helm-controller, `reconcileReleaseDeletion`: without it nothing is uninstalled.
    installed: text(manifest, "status", "storageNamespace") !== undefined,
  };
}

function readCommon(
  { group, kind, namespace }: ObjectIdentity,
  manifest: unknown,
): Omit<KustomizationDetail, "type" | "prunes" | "inventory"> {
  const dependencies = list(manifest, "spec", "dependsOn").filter(
    (dependency) => !isMissingDependency(dependency),
  );
  const account = text(manifest, "spec", "serviceAccountName");
  const ready = list(manifest, "status", "conditions").find((item) => text(item, "type") === "Ready");
  const status = text(ready, "status");
  return {
    suspended: flag(manifest, "spec", "suspend"),
    dependencies,
    dependsOn: dependencies.flatMap((dependency) => {
      const name = text(dependency, "name");
      if (name === undefined) return [];
      return [objectId({ group, kind, namespace: text(dependency, "namespace") ?? namespace, name })];
    }),
    account:
      account === undefined
        ? undefined
        : objectId({ group: "", kind: "ServiceAccount", namespace, name: account }),
    remote: at(manifest, "spec", "kubeConfig") !== undefined,
    ready: status === undefined ? undefined : status === "True",
    inFlight: status === "Unknown",
    message: text(ready, "message") ?? "",
  };
}
