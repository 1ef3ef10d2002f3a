/**
 * Whether what Flux has to apply is applied and ready: of the objects that are required, and of everything that they lead
 * to, for a Kustomization is ready as soon as the objects that it brings exist.
 */
import { reconcileAnnotation } from "./api.ts";
import { failedAttempt, type FailedAttempt } from "./attempts.ts";
import {
  fluxKey,
  keyOf,
  madeKeys,
  sourceKey,
  type Condition,
  type FluxKey,
  type FluxObject,
} from "./flux-objects.ts";

/**
 * `failing` is what Flux reports as failed. `blocked` waits for another object that the table shows. `active` is work in
 * progress. Flux leaves alone what is `suspended`, and so does a wait.
 */
export type State = "ready" | "failing" | "blocked" | "active" | "suspended";

export interface Row {
  readonly key: FluxKey;
  readonly state: State;
  /** Of the condition Ready. */
  readonly ready: Condition["status"];
  readonly reason: string;
  readonly message: string;
  /** What the object is at: its failures count anew for another generation, request or revision. */
  readonly attempt: string;
  /** Of what has failed: tells one attempt from the next (`attempts.ts`). */
  readonly failure?: FailedAttempt;
}

export interface Expectation {
  /** Objects that have to be there, such as the root Kustomization. */
  readonly required: readonly FluxKey[];
  /** The commit that a source has to have reached. */
  readonly commits: Readonly<Record<FluxKey, string>>;
}

/** Reasons of objects that fail because another one is not ready yet. */
const blockedReasons = ["DependencyNotReady", "SourceNotReady", "ArtifactFailed"];

/** One row for each object that is required or that such a one leads to, in the order in which they are met. */
export function assess(objects: readonly FluxObject[], expectation: Expectation): Row[] {
  const byKey = new Map(objects.map((object) => [keyOf(object), object]));
  const rows = new Map<FluxKey, Row>();
  const visit = (key: FluxKey): void => {
    if (rows.has(key)) return;
    const object = byKey.get(key);
    if (object === undefined) {
      rows.set(key, absent(key));
      return;
    }
    rows.set(key, rowOf(object, byKey, expectation));
    const source = sourceKey(object);
    if (source !== undefined) visit(source);
    for (const made of madeKeys(object)) visit(made);
  };
  for (const key of expectation.required) visit(key);
  return [...rows.values()].map((row) => blockedByParts(row, byKey.get(row.key), rows));
}

const untouched = "has not been looked at since it changed";

export function isDone(row: Row): boolean {
  return row.state === "ready" || row.state === "suspended";
}

function absent(key: FluxKey): Row {
  const message = "is not there yet";
  return { key, state: "active", ready: "Unknown", reason: "NotFound", message, attempt: "" };
}

function rowOf(object: FluxObject, byKey: ReadonlyMap<FluxKey, FluxObject>, expectation: Expectation): Row {
  const key = keyOf(object);
  const { metadata, spec, status } = object;
  const condition = status?.conditions?.find(({ type }) => type === "Ready");
  const revision = status?.artifact?.revision ?? status?.lastAttemptedRevision ?? "";
  const row: Row = {
    key,
    state: "active",
    ready: condition?.status ?? "Unknown",
    reason: condition?.reason ?? "",
    message: condition?.message ?? untouched,
    attempt: [metadata.generation, metadata.annotations?.[reconcileAnnotation], revision].join(" "),
  };
  if (spec.suspend === true) return { ...row, state: "suspended", message: "is suspended" };
  // Nothing looks at a repository of an OCI registry: each chart is looked for when it is needed.
  if (object.kind === "HelmRepository" && spec.type === "oci")
    return { ...row, state: "ready", ready: "True" };
  // Of an object that has failed ever since it was made, the condition alone says which generation it is about.
  const judged = condition?.status === "False" ? condition.observedGeneration : undefined;
  const current = (judged ?? status?.observedGeneration ?? -1) >= (metadata.generation ?? 0);
  const requested = metadata.annotations?.[reconcileAnnotation];
  const answered = requested === undefined || requested === status?.lastHandledReconcileAt;
  if (!current || !answered || condition === undefined) return { ...row, message: untouched };
  if (condition.status === "Unknown") return row;
  if (condition.status === "False") {
    const state = blockedReasons.includes(row.reason) ? "blocked" : "failing";
    return { ...row, state, failure: failedAttempt(object) };
  }
  const behind = behindMessage(object, byKey, expectation.commits[key]);
  return behind === undefined ? { ...row, state: "ready" } : { ...row, ready: "Unknown", message: behind };
}

/** Why an object that calls itself ready is so for an earlier revision only. */
function behindMessage(
  object: FluxObject,
  byKey: ReadonlyMap<FluxKey, FluxObject>,
  commit: string | undefined,
): string | undefined {
  const artifact = object.status?.artifact?.revision ?? "none";
  if (commit !== undefined && !artifact.endsWith(`:${commit}`)) {
    return `has revision ${artifact}, and commit ${commit} is expected`;
  }
  if (object.kind !== "Kustomization") return undefined;
  const wanted = byKey.get(sourceKey(object) ?? "")?.status?.artifact?.revision;
  const applied = object.status?.lastAppliedRevision;
  return wanted === undefined || wanted === applied
    ? undefined
    : `has applied ${applied ?? "nothing"}, and its source has ${wanted}`;
}

/** A Kustomization that checks the health of a part that fails does nothing but wait. */
function blockedByParts(row: Row, object: FluxObject | undefined, rows: ReadonlyMap<FluxKey, Row>): Row {
  if (row.state !== "active" || object?.kind !== "Kustomization" || row.ready !== "Unknown") return row;
  const failing = madeKeys(object).some((key) => rows.get(key)?.state === "failing");
  return failing ? { ...row, state: "blocked" } : row;
}

/** Keys of what is delivered and named by kind, namespace and name. */
export function requiredKey(object: {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}): FluxKey {
  return fluxKey(object.kind, object.metadata.namespace ?? "", object.metadata.name);
}
