/** Kubernetes objects as the stand-in handles them: JSON, of any kind. */
import { isRecord, type Properties } from "../../product.ts";

export interface ManagedFields extends Properties {
  readonly manager?: string;
  readonly operation?: string;
  readonly subresource?: string;
  readonly fieldsV1?: Properties;
}

export interface Metadata extends Properties {
  readonly name?: string | undefined;
  readonly namespace?: string | undefined;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly finalizers?: readonly string[];
  readonly generation?: number;
  readonly resourceVersion?: string;
  readonly managedFields?: readonly ManagedFields[];
}

export interface KubernetesObject extends Properties {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Metadata;
}

/** API version and kind of a resource type: `kubernetes:core/v1:Secret` means `v1`, `Secret`. */
export function typeOfToken(token: string): { apiVersion: string; kind: string; patch: boolean } {
  const [, groupVersion = "", token2 = ""] = token.split(":");
  const apiVersion = groupVersion.startsWith("core/") ? groupVersion.slice("core/".length) : groupVersion;
  // Only the SDK's own kinds have a Patch twin; a custom kind may well end in "Patch", but none of ours does.
  const patch = token2.endsWith("Patch") && token2 !== "Patch";
  return { apiVersion, kind: patch ? token2.slice(0, -"Patch".length) : token2, patch };
}

/** The object that inputs describe, for a resource type; the type says API version and kind where inputs do not. */
export function objectOf(token: string, inputs: Properties): KubernetesObject {
  const { apiVersion, kind } = typeOfToken(token);
  const metadata = isRecord(inputs["metadata"]) ? inputs["metadata"] : {};
  return { ...dashed(inputs), apiVersion, kind, metadata };
}

/** `namespace/name`, or the name alone for kinds without a namespace. */
export function idOf(object: KubernetesObject): string {
  const { namespace, name = "" } = object.metadata;
  return namespace ? `${namespace}/${name}` : name;
}

export function nameOfId(id: string): { namespace?: string; name: string } {
  const [first = "", second] = id.split("/");
  return second === undefined ? { name: first } : { namespace: first, name: second };
}

export function annotation(object: Properties, key: string): string | undefined {
  const value = at(object, "metadata", "annotations", key);
  return typeof value === "string" ? value : undefined;
}

/** The value at a path of keys; undefined where something on the way is missing. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((found, key) => (isRecord(found) ? found[key] : undefined), value);
}

export function conditionOf(object: Properties, type: string): Properties | undefined {
  const conditions = at(object, "status", "conditions");
  if (!Array.isArray(conditions)) return undefined;
  return conditions.filter(isRecord).find((condition) => condition["type"] === type);
}

function renameKeys(value: unknown, rename: (key: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => renameKeys(item, rename));
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [rename(key), renameKeys(item, rename)]),
  );
}

/** The SDK spells a CRD schema's `x-kubernetes-…` keys with underscores, because they are property names there. */
export function dashed(properties: Properties): Properties {
  const rename = (key: string): string => (key.startsWith("x_kubernetes_") ? key.replaceAll("_", "-") : key);
  return renameKeys(properties, rename) as Properties;
}

/** The reverse of `dashed`. */
export function underscored(properties: Properties): Properties {
  const rename = (key: string): string => (key.startsWith("x-kubernetes-") ? key.replaceAll("-", "_") : key);
  return renameKeys(properties, rename) as Properties;
}
