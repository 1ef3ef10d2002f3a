/** The order of a manifest's objects: definitions before their objects, namespaces before what is in them. */
import type { KubernetesObject } from "./object.ts";
import { annotation, at } from "./object.ts";

const groupOf = (object: KubernetesObject): string =>
  object.apiVersion.includes("/") ? (object.apiVersion.split("/")[0] ?? "") : "";

/** `group/namespaces/<namespace>/Kind/name` or `group/Kind/name`, as the annotation `config.kubernetes.io/depends-on` writes it. */
function referenceTo(object: KubernetesObject): string {
  const { namespace, name = "" } = object.metadata;
  const scope = namespace === undefined ? "" : `namespaces/${namespace}/`;
  return `${groupOf(object)}/${scope}${object.kind}/${name}`;
}

export function defines(definition: KubernetesObject, object: KubernetesObject): boolean {
  return (
    definition.kind === "CustomResourceDefinition" &&
    at(definition, "spec", "group") === groupOf(object) &&
    at(definition, "spec", "names", "kind") === object.kind
  );
}

function needs(object: KubernetesObject, other: KubernetesObject): boolean {
  const { namespace } = object.metadata;
  const inNamespace =
    other.kind === "Namespace" && namespace !== undefined && other.metadata.name === namespace;
  const named = annotation(object, "config.kubernetes.io/depends-on")
    ?.split(",")
    .map((reference) => reference.trim());
  return inNamespace || defines(other, object) || (named?.includes(referenceTo(other)) ?? false);
}

export interface OrderedObject {
  readonly object: KubernetesObject;
  readonly dependsOn: readonly KubernetesObject[];
}

/** Every object after those it depends on, otherwise in the given order. Throws where they depend on each other in a circle. */
export function manifestOrder(objects: readonly KubernetesObject[]): readonly OrderedObject[] {
  const ordered: OrderedObject[] = [];
  const done = new Set<KubernetesObject>();
  const visit = (object: KubernetesObject, path: readonly KubernetesObject[]): void => {
    if (done.has(object)) return;
    if (path.includes(object)) {
      throw new Error(
        `objects depend on each other in a circle: ${[...path, object].map(referenceTo).join(" -> ")}`,
      );
    }
    const dependsOn = objects.filter((other) => other !== object && needs(object, other));
    for (const other of dependsOn) visit(other, [...path, object]);
    done.add(object);
    ordered.push({ object, dependsOn });
  };
  for (const object of objects) visit(object, []);
  return ordered;
}
