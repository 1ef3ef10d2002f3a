/** How objects are named in an inventory, in an order and in a plan. */

export interface ObjectIdentity {
  /** Of the API, without a version; empty for the core group. */
  readonly group: string;
  readonly kind: string;
  /** Empty for what is in no namespace. */
  readonly namespace: string;
  readonly name: string;
}

/**
 * `ScaledObject.keda.sh app-a/cpu`, `Service app-a/web`, `Namespace app-a`. It has no version: an object that is served in
 * several is one object.
 */
export type ObjectId = string;

export function objectId({ group, kind, namespace, name }: ObjectIdentity): ObjectId {
  return `${kindId(group, kind)} ${namespace === "" ? "" : `${namespace}/`}${name}`;
}

/** `ScaledObject.keda.sh`: unique among the kinds of a cluster. */
export function kindId(group: string, kind: string): string {
  return group === "" ? kind : `${kind}.${group}`;
}

/** `ScaledObject app-a/cpu`: what a person reads. */
export function describeId(id: ObjectId): string {
  const [kind = "", path = ""] = id.split(" ");
  return `${kind.split(".")[0] ?? ""} ${path}`;
}

export function groupOf(apiVersion: string): string {
  return apiVersion.includes("/") ? (apiVersion.split("/")[0] ?? "") : "";
}

/** By code units: the same on every machine, whatever its language. */
export function compareIds(a: ObjectId, b: ObjectId): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
