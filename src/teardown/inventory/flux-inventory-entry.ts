/** The entries in which a Kustomization remembers what it has applied. */
import type { ObjectIdentity } from "./object-id.ts";

/**
 * `<namespace>_<name>_<group>_<kind>`: no part has an underscore of its own, but the colons in the names of RBAC objects are
 * written as two (fluxcd/cli-utils, `pkg/object/objmetadata.go`).
 *
 * @returns undefined for what is not of this form: an entry that cannot be read must not become another object's name.
 */
export function parseInventoryEntry(id: string): ObjectIdentity | undefined {
  const match = /^([^_]*)_(.+)_([^_]*)_([^_]+)$/.exec(id);
  if (match === null) return undefined;
  const [, namespace = "", name = "", group = "", kind = ""] = match;
  return { group, kind, namespace, name: name.replaceAll("__", ":") };
}
