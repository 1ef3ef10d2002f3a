/**
 * By which versions of APIs objects in a cluster were written. The API server answers with any version it serves, whatever was
 * written, so that only these traces tell: who manages a field by which version, what `kubectl apply` and Flux sent last, and
 * what Helm rendered.
 */
import { gunzipSync } from "node:zlib";
import { manifestsOf, nameOf } from "../guard/manifests.ts";
import { list, text } from "../fields.ts";
import type { UsedApi } from "./finding.ts";

const lastApplied = "kubectl.kubernetes.io/last-applied-configuration";

/** One entry for each version of its API that an object bears traces of. */
export function tracesOf(kind: string, object: unknown): UsedApi[] {
  const namespace = text(object, "metadata", "namespace");
  const name = text(object, "metadata", "name") ?? "";
  const named = `${kind} ${namespace === undefined ? "" : `${namespace}/`}${name}`;
  const traces = new Map<string, string>();
  for (const entry of list(object, "metadata", "managedFields")) {
    const [apiVersion, manager] = [text(entry, "apiVersion"), text(entry, "manager")];
    if (apiVersion !== undefined) traces.set(apiVersion, `the cluster, written by ${manager ?? "somebody"}`);
  }
  const applied = text(object, "metadata", "annotations", lastApplied);
  const apiVersion = applied === undefined ? undefined : appliedVersion(applied);
  if (apiVersion !== undefined) traces.set(apiVersion, "the cluster, last applied by kubectl");
  return [...traces].map(([version, where]) => ({ apiVersion: version, kind, object: named, where }));
}

function appliedVersion(json: string): string | undefined {
  try {
    return text(JSON.parse(json), "apiVersion");
  } catch {
    return undefined;
  }
}

/**
 * What a Helm release rendered. Helm compares its next upgrade with that, and fails where the API server does not know it
 * any more.
 *
 * @param secret of the type `helm.sh/release.v1`.
 */
export function helmManifests(secret: unknown): UsedApi[] {
  const encoded = text(secret, "data", "release");
  if (encoded === undefined) return [];
  const release = decodeRelease(encoded);
  const where = `the cluster, Helm release ${text(release, "namespace") ?? ""}/${text(release, "name") ?? ""}`;
  return manifestsOf(where, text(release, "manifest") ?? "").objects.map((object) => ({
    apiVersion: object.apiVersion,
    kind: object.kind,
    object: nameOf(object),
    where,
  }));
}

/** Kubernetes' base64 around Helm's base64 around gzip around JSON; none of it where somebody damaged the secret. */
function decodeRelease(encoded: string): unknown {
  try {
    const zipped = Buffer.from(Buffer.from(encoded, "base64").toString(), "base64");
    return JSON.parse(gunzipSync(zipped).toString()) as unknown;
  } catch {
    return undefined;
  }
}
