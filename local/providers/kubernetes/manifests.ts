/** `yaml/v2` ConfigGroup and ConfigFile: manifests whose objects become resources of their own. */
import { readFile, glob } from "node:fs/promises";
import { ComponentResource, CustomResource, all, output, secret } from "@pulumi/pulumi";
import type { Inputs } from "@pulumi/pulumi";
import { parseAllDocuments } from "yaml";
import { isRecord, type Properties } from "../../product.ts";
import type { ConstructCall, ConstructedComponent } from "../plumbing/stand-in.ts";
import { NoSuchKind } from "./api.ts";
import type { Cluster } from "./cluster.ts";
import { defines, manifestOrder } from "./manifest-order.ts";
import type { KubernetesObject } from "./object.ts";
import { at } from "./object.ts";

interface ManifestArguments {
  readonly files: readonly string[];
  readonly yaml: string;
  readonly objs: readonly unknown[];
}

async function textsOf(file: string): Promise<readonly string[]> {
  if (/^https?:/.test(file)) {
    const response = await fetch(file);
    if (!response.ok) throw new Error(`fetching the manifest ${file} failed with status ${response.status}`);
    return [await response.text()];
  }
  if (!/[*?[]/.test(file)) return [await readFile(file, "utf8")];
  const found: string[] = [];
  for await (const match of glob(file)) found.push(match);
  return Promise.all(found.sort().map((match) => readFile(match, "utf8")));
}

/** The objects of a manifest; lists give their items. Throws where one is no named Kubernetes object. */
export function objectsOf(texts: readonly string[], given: readonly unknown[]): KubernetesObject[] {
  const documents = texts.flatMap((text) =>
    parseAllDocuments(text).map((document) => {
      const [error] = document.errors;
      if (error) throw new Error(`the manifest is not valid YAML: ${error.message}`);
      return document.toJS() as unknown;
    }),
  );
  const items = [...documents, ...given].flatMap((value): readonly unknown[] => {
    const list = at(value, "items");
    return isRecord(value) && String(value["kind"]).endsWith("List") && Array.isArray(list) ? list : [value];
  });
  return items
    .filter(isRecord)
    .filter((value) => Object.keys(value).length > 0)
    .map(asObject);
}

function asObject(value: Properties): KubernetesObject {
  const { apiVersion, kind, metadata } = value;
  if (typeof apiVersion !== "string" || typeof kind !== "string") {
    throw new Error(
      `Kubernetes resources require a kind and apiVersion: ${JSON.stringify(value).slice(0, 100)}`,
    );
  }
  if (!isRecord(metadata) || typeof metadata["name"] !== "string") {
    throw new Error(`Kubernetes resources require a .metadata.name: ${JSON.stringify(value).slice(0, 100)}`);
  }
  return { ...value, apiVersion: apiVersion.replace(/^core\//, ""), kind, metadata };
}

async function withNamespace(
  object: KubernetesObject,
  objects: readonly KubernetesObject[],
  cluster: Cluster | undefined,
): Promise<KubernetesObject> {
  if (object.metadata.namespace !== undefined) return object;
  const definition = objects.find((other) => defines(other, object));
  const namespaced = definition
    ? at(definition, "spec", "scope") === "Namespaced"
    : await cluster?.api.isNamespaced(object.apiVersion, object.kind).catch((error: unknown) => {
        if (error instanceof NoSuchKind || cluster.unreachable !== undefined) return false;
        throw error;
      });
  return namespaced
    ? { ...object, metadata: { ...object.metadata, namespace: cluster?.namespace ?? "default" } }
    : object;
}

function propertiesOf(object: KubernetesObject, skipAwait: boolean): Inputs {
  const hidden = object.apiVersion === "v1" && object.kind === "Secret" ? ["data", "stringData"] : [];
  const annotations = { ...object.metadata.annotations, "pulumi.com/skipAwait": "true" };
  return {
    ...object,
    ...(skipAwait && { metadata: { ...object.metadata, annotations } }),
    ...Object.fromEntries(hidden.filter((key) => key in object).map((key) => [key, secret(object[key])])),
  };
}

class ManifestObject extends CustomResource {}

function register(
  objects: readonly KubernetesObject[],
  prefix: string,
  skipAwait: boolean,
  parent: ComponentResource,
): CustomResource[] {
  const resources = new Map<KubernetesObject, CustomResource>();
  for (const { object, dependsOn } of manifestOrder(objects)) {
    const { apiVersion, kind, metadata } = object;
    const group = apiVersion.includes("/") ? apiVersion : `core/${apiVersion}`;
    const path =
      metadata.namespace === undefined ? metadata.name : `${metadata.namespace}/${metadata.name ?? ""}`;
    const needed = dependsOn.map((other) => resources.get(other)).filter((other) => other !== undefined);
    const resource = new ManifestObject(
      `kubernetes:${group}:${kind}`,
      `${prefix}:${path ?? ""}`,
      propertiesOf(object, skipAwait),
      { parent, dependsOn: needed },
    );
    resources.set(object, resource);
  }
  return [...resources.values()];
}

export async function constructManifest(
  { type, name, inputs, options }: ConstructCall,
  cluster: Cluster | undefined,
): Promise<ConstructedComponent> {
  // Without its inputs: a manifest may hold secrets, and the state would keep them in clear.
  const component = new ComponentResource(type, name, {}, options);
  const { files = [], file, yaml = "", objs = [], resourcePrefix = name, skipAwait = false } = inputs;
  const resources = all([
    output(files),
    output(file),
    output(yaml),
    output(objs),
    output(resourcePrefix),
    output(skipAwait),
  ]).apply(async ([paths, single, text, given, prefix, skip]) => {
    const args = {
      files: [paths, single ?? []].flat() as string[],
      yaml: String(text),
      objs: [given].flat(),
    };
    const objects = await manifestObjects(args, cluster);
    return register(objects, String(prefix), skip === true, component);
  });
  return Promise.resolve({ urn: component.urn, state: { resources } });
}

async function manifestObjects(
  { files, yaml, objs }: ManifestArguments,
  cluster: Cluster | undefined,
): Promise<readonly KubernetesObject[]> {
  const texts = (await Promise.all(files.map(textsOf))).flat();
  const objects = objectsOf([...texts, ...[yaml].flat()], objs);
  return Promise.all(objects.map((object) => withNamespace(object, objects, cluster)));
}
