/**
 * What new inputs mean for a living object. The official provider compares them with the live object of the state, pruned
 * to the fields that the old inputs set: so drift is seen, and what the cluster fills in is not.
 */
import { isDeepStrictEqual } from "node:util";
import { difference, isRecord, type Difference, type Properties } from "../../product.ts";
import { forceNewPaths } from "./force-new.ts";
import type { Mutability } from "./force-new.ts";
import type { KubernetesObject } from "./object.ts";
import { annotation, dashed } from "./object.ts";

/** Marks an object whose name the provider made up. */
export const autonamedAnnotation = "pulumi.com/autonamed";

/** Keys whose values are quantities, which the API server rewrites: `1000m` of CPU comes back as `1`. */
const quantityKeys = new Set(["limits", "requests", "hard", "capacity", "overhead", "sizeLimit", "storage"]);

const suffixes: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  "": 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** The number a quantity such as `500m` or `1.5Gi` stands for; undefined where the text is none. */
function quantity(value: unknown): number | undefined {
  if (typeof value !== "string" && typeof value !== "number") return undefined;
  const [, digits, suffix = ""] = /^([+-]?[\d.]+(?:[eE][+-]?\d+)?)([a-zA-Z]*)$/.exec(String(value)) ?? [];
  const factor = suffixes[suffix];
  return digits === undefined || factor === undefined ? undefined : Number(digits) * factor;
}

function sameQuantity(left: unknown, right: unknown): boolean {
  const [a, b] = [quantity(left), quantity(right)];
  return a !== undefined && b !== undefined && Math.abs(a - b) <= Math.abs(a) * 1e-12;
}

function isEmpty(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return isRecord(value) ? Object.keys(value).length === 0 : value === "" || value === 0 || value === false;
}

/** `live` cut to the shape of `old`, written as `next` writes it wherever both mean the same. */
function comparable(live: unknown, old: unknown, next: unknown, quantities = false): unknown {
  // The API server leaves out empty values of optional fields.
  if (live === undefined) return isEmpty(old) && isDeepStrictEqual(old, next) ? next : undefined;
  if (isRecord(live) && isRecord(old)) {
    const nextOf = (key: string): unknown => (isRecord(next) ? next[key] : undefined);
    return Object.fromEntries(
      Object.keys(old)
        .map((key) => [
          key,
          comparable(live[key], old[key], nextOf(key), quantities || quantityKeys.has(key)),
        ])
        .filter(([, value]) => value !== undefined),
    );
  }
  if (Array.isArray(live) && Array.isArray(old)) {
    const items: readonly unknown[] = Array.isArray(next) ? next : [];
    return live
      .slice(0, old.length)
      .map((item, index) => comparable(item, old[index], items[index], quantities));
  }
  return quantities && sameQuantity(live, next) ? next : live;
}

function base64(text: unknown): string {
  return Buffer.from(String(text)).toString("base64");
}

/** Inputs as the API server will store them: `stringData` becomes `data`, base64 loses its line breaks. */
export function normalised(object: KubernetesObject): Properties {
  if (object.apiVersion !== "v1" || object.kind !== "Secret") return object;
  const { stringData, data, ...rest } = object;
  const entries = isRecord(data) ? Object.entries(data) : [];
  const stored = entries.map(([key, text]) => [key, Buffer.from(String(text), "base64").toString("base64")]);
  const written = isRecord(stringData)
    ? Object.entries(stringData).map(([key, text]) => [key, base64(text)])
    : [];
  if (!isRecord(data) && !isRecord(stringData)) return rest;
  return { ...rest, data: Object.fromEntries([...stored, ...written]) };
}

const readOnlyMetadata = [
  "creationTimestamp",
  "deletionGracePeriodSeconds",
  "deletionTimestamp",
  "generation",
  "managedFields",
  "resourceVersion",
  "uid",
];

/** The object without the metadata that only the API server writes. */
export function withoutReadOnly(object: KubernetesObject): KubernetesObject {
  const metadata = Object.entries(object.metadata).filter(([key]) => !readOnlyMetadata.includes(key));
  return { ...object, metadata: Object.fromEntries(metadata) };
}

/** The live object cut to what `inputs` set: what a refresh records as the inputs. */
export function liveInputs(live: KubernetesObject, inputs: KubernetesObject): Properties {
  return comparable(live, normalised(inputs), normalised(inputs)) as Properties;
}

export interface ChangeRequest {
  readonly live: KubernetesObject;
  readonly olds: KubernetesObject;
  readonly news: KubernetesObject;
  readonly mutability: Mutability;
  /** A Patch resource changes everything but its object's identity in place. */
  readonly patch: boolean;
}

/** Changes from the state's live object to the new inputs, with those that replace the object marked. */
export function inputChanges({ live, olds, news, mutability, patch }: ChangeRequest): Difference {
  const { name, namespace } = live.metadata;
  // Objects without a namespace in the program live in the default one; cluster-scoped kinds have none.
  const scope = { namespace: namespace === undefined ? undefined : (news.metadata.namespace ?? "default") };
  const right = normalised(withoutReadOnly({ ...news, metadata: { ...news.metadata, ...scope } }));
  const left = comparable(dashed(live), normalised(withoutReadOnly(olds)), right) as KubernetesObject;
  const pruned = { ...left, metadata: { ...left.metadata, name, namespace } };
  const replaceOn = patch ? ["metadata.name", "metadata.namespace"] : forceNewPaths(news, mutability);
  const { changes } = difference({ replaceOn }, pruned, right);
  // A new object of the same name can only be made once the old one is gone.
  const generated = annotation(news, autonamedAnnotation) === "true";
  const deleteBeforeReplace = !generated && news.metadata.name === name && scope.namespace === namespace;
  return { changes, deleteBeforeReplace };
}
