/** The Kubernetes objects in a file, each field with the line on which it stands. */
import {
  isCollection,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  parseAllDocuments,
  visit,
  type Node,
  type Scalar,
} from "yaml";

export interface Manifests {
  readonly objects: readonly ManifestObject[];
  /** Why the file cannot be read as YAML. */
  readonly faults: readonly { readonly line: number; readonly message: string }[];
}

export interface Field {
  readonly value: unknown;
  readonly line: number;
}

export type FieldPath = readonly (string | number)[];

/** One object, or what a patch says of one. */
export interface ManifestObject {
  readonly file: string;
  readonly line: number;
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string | undefined;
  field(path: FieldPath): Field | undefined;
  /** Every scalar below a key of one of these names. */
  scalars(...keys: string[]): Field[];
  /** The whole of it, for comparison. */
  readonly value: unknown;
}

export function manifestsOf(file: string, content: string): Manifests {
  return parse(file, content, 0);
}

/** How messages name an object: `HelmRelease keda/keda`. */
export function nameOf({ kind, name, namespace }: ManifestObject): string {
  return `${kind} ${namespace === undefined ? "" : `${namespace}/`}${name}`;
}

/** The text of a field; undefined where there is none, or something else. A version such as 1.10 is a number to YAML. */
export function textAt(object: ManifestObject, path: FieldPath): string | undefined {
  const value = object.field(path)?.value;
  return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
}

/** @param above lines of the file before `content`, which may be a text inside another manifest. */
function parse(file: string, content: string, above: number): Manifests {
  const lines = new LineCounter();
  const lineAt = (offset: number): number => lines.linePos(offset).line + above;
  const documents = parseAllDocuments(content, { lineCounter: lines, logLevel: "silent" });
  const faults = documents.flatMap(({ errors }) =>
    errors.slice(0, 1).map(({ message, pos }) => ({
      line: lineAt(pos[0]),
      message: message.split("\n")[0]?.replace(/ at line \d+, column \d+:?$/, "") ?? "",
    })),
  );
  const objects = documents.flatMap(({ contents }) => (isNode(contents) ? read(file, contents, lineAt) : []));
  return { objects, faults };
}

type LineAt = (offset: number) => number;

function read(file: string, node: Node, lineAt: LineAt): ManifestObject[] {
  if (!isMap(node)) return [];
  const items = node.get("items", true);
  if (String(node.get("kind")).endsWith("List") && isSeq(items)) {
    return items.items.flatMap((item) => (isNode(item) ? read(file, item, lineAt) : []));
  }
  const field = (path: FieldPath): Field | undefined => toField(node.getIn(path, true), lineAt);
  const object = objectFrom(file, lineAt(start(node)), field, node, lineAt);
  return [object, ...patches(file, node, lineAt)];
}

function objectFrom(
  file: string,
  line: number,
  field: ManifestObject["field"],
  node: Node,
  lineAt: LineAt,
  named: { readonly kind?: string; readonly name?: string } = {},
): ManifestObject {
  const text = (path: FieldPath): string | undefined => {
    const value = field(path)?.value;
    return typeof value === "string" ? value : undefined;
  };
  return {
    file,
    line,
    apiVersion: text(["apiVersion"]) ?? "",
    kind: named.kind ?? text(["kind"]) ?? "",
    name: named.name ?? text(["metadata", "name"]) ?? "",
    namespace: text(["metadata", "namespace"]),
    field,
    scalars: (...keys) => scalarsBelow(node, keys, lineAt),
    get value() {
      return node.toJSON() as unknown;
    },
  };
}

/** A Kustomization, Flux's or Kustomize's, may carry a change to an object as text. */
function patches(file: string, node: Node, lineAt: LineAt): ManifestObject[] {
  if (!isMap(node) || node.get("kind") !== "Kustomization") return [];
  return [["patches"], ["spec", "patches"]].flatMap((path) => {
    const list = node.getIn(path, true);
    return isSeq(list) ? list.items.flatMap((item) => patch(file, item, lineAt)) : [];
  });
}

function patch(file: string, item: unknown, lineAt: LineAt): ManifestObject[] {
  const text = isMap(item) ? item.get("patch", true) : undefined;
  if (!isMap(item) || !isScalar(text) || typeof text.value !== "string") return [];
  const above = lineAt(start(text)) - (isBlock(text) ? 0 : 1);
  const lines = new LineCounter();
  const [document] = parseAllDocuments(text.value, { lineCounter: lines, logLevel: "silent" });
  const operations = isNode(document?.contents) ? document.contents : undefined;
  if (!isSeq(operations)) return [...parse(file, text.value, above).objects];
  const inText: LineAt = (offset) => lines.linePos(offset).line + above;
  const target = (key: string): string => {
    const value = item.getIn(["target", key]);
    return typeof value === "string" ? value : "";
  };
  const named = { kind: target("kind"), name: target("name") };
  const field = (path: FieldPath): Field | undefined => operationAt(operations.items, path, inText);
  return [objectFrom(file, inText(0), field, operations, inText, named)];
}

/** What a JSON patch (RFC 6902) sets at a path. */
function operationAt(operations: readonly unknown[], path: FieldPath, lineAt: LineAt): Field | undefined {
  for (const operation of operations) {
    if (!isMap(operation) || operation.get("op") === "remove") continue;
    const pointer = String(operation.get("path"))
      .split("/")
      .slice(1)
      .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
    if (pointer.length > path.length || pointer.some((part, index) => part !== String(path[index]))) continue;
    const value = operation.get("value", true);
    const rest = path.slice(pointer.length);
    const found = rest.length === 0 ? value : isCollection(value) ? value.getIn(rest, true) : undefined;
    if (found !== undefined) return toField(found, lineAt);
  }
  return undefined;
}

function toField(node: unknown, lineAt: LineAt): Field | undefined {
  if (isScalar(node)) return { value: written(node), line: lineAt(start(node)) };
  if (isCollection(node)) return { value: node.toJSON() as unknown, line: lineAt(start(node)) };
  return undefined;
}

/** `1.10` is the number 1.1 to YAML, and it is the text that somebody wrote. */
function written(node: Scalar): unknown {
  return typeof node.value === "number" ? (node.source ?? node.value) : node.value;
}

function scalarsBelow(node: Node, keys: readonly string[], lineAt: LineAt): Field[] {
  const found: Field[] = [];
  visit(node, {
    Pair(_, { key, value }) {
      if (!isScalar(key) || !keys.includes(String(key.value)) || !isScalar(value)) return;
      found.push({ value: value.value, line: lineAt(start(value)) });
    },
  });
  return found;
}

function start(node: Node): number {
  return node.range?.[0] ?? 0;
}

function isBlock(node: Scalar): boolean {
  return node.type === "BLOCK_LITERAL" || node.type === "BLOCK_FOLDED";
}
