/** Every Kubernetes kind, as one resource handler. */
import {
  containsUnknown,
  type CheckedInputs,
  type ExistingResource,
  type Properties,
  type ResourceHandler,
} from "../../product.ts";
import { InitializationFailed } from "../plumbing/stand-in.ts";
import { ApiError, NoSuchKind } from "./api.ts";
import { messageOf } from "./cluster.ts";
import type { Cluster } from "./cluster.ts";
import { deleteObject, unreachableAtDelete } from "./deletion.ts";
import { autonamedAnnotation, inputChanges, liveInputs, withoutReadOnly } from "./input-changes.ts";
import { annotation, at, idOf, nameOfId, objectOf, typeOfToken, underscored } from "./object.ts";
import { fieldManagerOf, hideSecret, recorded, submitted } from "./recorded.ts";
import type { KubernetesObject } from "./object.ts";
import { timeoutOf, until } from "./progress.ts";
import type { Context } from "./progress.ts";
import { readiness, skipsAwait } from "./readiness.ts";
import type { Lookup, Readiness } from "./readiness.ts";
import { createObject, updateObject } from "./writing.ts";

function requireReachable({ configuration: { unreachable } }: Context): void {
  if (unreachable !== undefined)
    throw new Error(`configured Kubernetes cluster is unreachable: ${unreachable}`);
}

function lookupIn({ configuration: { api } }: Context): Lookup {
  return (object) => api.get(object).catch(() => undefined);
}

interface Awaited {
  readonly inputs: KubernetesObject;
  readonly live: KubernetesObject;
  readonly created: boolean;
}

/** Waits until the object is ready and returns it; returns the reason where it does not become so. */
async function awaitReady(
  context: Context,
  { inputs, live, created }: Awaited,
): Promise<{ readonly live: KubernetesObject; readonly problem?: string }> {
  if (skipsAwait(inputs)) return { live };
  let latest = live;
  let last: Readiness = { ready: false };
  const done = await until(context, timeoutOf(context, inputs), async () => {
    last = await readiness(latest, lookupIn(context), created);
    if (!last.ready && !last.failed) latest = await context.configuration.api.get(latest);
    return { done: last.ready || last.failed === true, message: last.message };
  });
  if (done && last.ready) return { live: latest };
  const cause = last.failed ? "failed" : "timed out waiting to be Ready";
  return {
    live: latest,
    problem: `'${live.metadata.name ?? ""}' ${cause}${last.message ? `: ${last.message}` : ""}`,
  };
}

async function check(
  context: Context,
  inputs: Properties,
  previous: { readonly inputs: Properties; readonly seed: Uint8Array },
): Promise<CheckedInputs> {
  const { patch, apiVersion, kind } = typeOfToken(context.type);
  const { unreachable, skipUpdateUnreachable } = context.configuration;
  if (unreachable !== undefined && skipUpdateUnreachable && Object.keys(previous.inputs).length > 0) {
    return { inputs: previous.inputs };
  }
  if (kind.endsWith("List") && at(inputs, "items") !== undefined) {
    return failed(inputs, "kind", "lists cannot be created; use the resource type of their items");
  }
  const object = objectOf(context.type, inputs);
  if (annotation(object, "pulumi.com/waitFor") !== undefined) {
    const reason = "the local kubernetes provider waits for what is usual alone, not for pulumi.com/waitFor";
    return failed(inputs, "metadata.annotations", reason);
  }
  const { metadata } = object;
  let checked = metadata;
  if (metadata.name === undefined) {
    if (patch)
      return failed(inputs, "metadata.name", "patch resources require the `.metadata.name` field to be set");
    if (metadata["generateName"] !== undefined) {
      return failed(
        inputs,
        "metadata.generateName",
        "generateName is not supported in Server-Side Apply mode",
      );
    }
    const old = objectOf(context.type, previous.inputs);
    const kept = annotation(old, autonamedAnnotation) === "true" ? old.metadata.name : undefined;
    const name = kept ?? `${context.name}-${Buffer.from(previous.seed).toString("hex").slice(0, 8)}`;
    checked = { ...metadata, name, annotations: { ...metadata.annotations, [autonamedAnnotation]: "true" } };
  }
  if (metadata.namespace === undefined && (await isNamespaced(context, apiVersion, kind, previous.inputs))) {
    checked = { ...checked, namespace: context.configuration.namespace };
  }
  return { inputs: { ...inputs, apiVersion, kind, metadata: checked } };
}

function failed(inputs: Properties, property: string, reason: string): CheckedInputs {
  return { inputs, failures: [{ property, reason }] };
}

/** A kind whose definition is not there yet counts as namespaced, as most custom kinds are. */
async function isNamespaced(
  context: Context,
  apiVersion: string,
  kind: string,
  olds: Properties,
): Promise<boolean> {
  const { api, unreachable } = context.configuration;
  if (unreachable !== undefined) return at(olds, "metadata", "namespace") !== undefined;
  try {
    return await api.isNamespaced(apiVersion, kind);
  } catch (error) {
    if (error instanceof NoSuchKind) return true;
    throw error;
  }
}

/** Creates, or in a dry run says what would be created; a cluster-scoped kind loses a namespace given in error. */
async function write(
  context: Context,
  inputs: Properties,
  dryRun: boolean,
  old?: ExistingResource,
): Promise<{ live: KubernetesObject; fieldManager: string; object: KubernetesObject }> {
  const object = objectOf(context.type, inputs);
  const fieldManager = fieldManagerOf(object, old?.outputs ?? {});
  const before = old && objectOf(context.type, old.outputs);
  const live = before
    ? await updateObject(context, before, { object, fieldManager, dryRun })
    : await createObject(context, { object, fieldManager, dryRun });
  return { live, fieldManager, object };
}

/** Only what the API server can be asked in a dry run is previewed by it; otherwise the inputs stand for the outputs. */
async function preview(context: Context, inputs: Properties, old?: ExistingResource): Promise<Properties> {
  const { apiVersion, kind, patch } = typeOfToken(context.type);
  const { api, unreachable } = context.configuration;
  if (containsUnknown(inputs) || unreachable !== undefined || patch || !(await api.serves(apiVersion, kind)))
    return inputs;
  try {
    const { live, fieldManager, object } = await write(context, inputs, true, old);
    return recorded({
      // A program that reads the status of what is not there yet would find an empty one.
      live: old ? live : { ...live, status: undefined },
      inputs: submitted(object),
      fieldManager,
      state: old?.outputs,
    });
  } catch (error) {
    const code = error instanceof ApiError ? error.code : 0;
    // Not allowed to ask, or in a namespace that is still to come, or under a name that is still taken.
    if (code === 403 || (!old && (code === 404 || code === 409))) return inputs;
    throw new Error(
      `preview of resource "${context.urn}" failed: the Kubernetes API server says: ${messageOf(error)}`,
      { cause: error },
    );
  }
}

async function create(context: Context, inputs: Properties): Promise<{ id: string; outputs: Properties }> {
  requireReachable(context);
  const { live, fieldManager, object } = await write(context, inputs, false).catch((error: unknown) => {
    throw new Error(
      `resource "${context.urn}" was not successfully created by the Kubernetes API server: ${messageOf(error)}`,
    );
  });
  const awaited = await awaitReady(context, { inputs: object, live, created: true }).catch(
    (error: unknown) => ({
      live,
      problem: messageOf(error),
    }),
  );
  const outputs = recorded({ live: awaited.live, inputs: submitted(object), fieldManager });
  if (awaited.problem !== undefined) {
    throw new InitializationFailed(
      `resource "${context.urn}" was successfully created, but the Kubernetes API server reported that it failed to ` +
        `fully initialize or become live: ${awaited.problem}`,
      idOf(live),
      outputs,
    );
  }
  return { id: idOf(live), outputs };
}

async function update(context: Context, resource: ExistingResource, news: Properties): Promise<Properties> {
  requireReachable(context);
  const { live, fieldManager, object } = await write(context, news, false, resource).catch(
    (error: unknown) => {
      throw new Error(`update of resource "${context.urn}" failed: ${messageOf(error)}`);
    },
  );
  const awaited = await awaitReady(context, { inputs: object, live, created: false }).catch(
    (error: unknown) => ({
      live,
      problem: messageOf(error),
    }),
  );
  const outputs = recorded({
    live: awaited.live,
    inputs: submitted(object),
    fieldManager,
    state: resource.outputs,
  });
  if (awaited.problem !== undefined) {
    throw new InitializationFailed(
      `the Kubernetes API server reported that "${idOf(live)}" failed to fully initialize or become live: ${awaited.problem}`,
      resource.id,
      outputs,
    );
  }
  return outputs;
}

async function read(
  context: Context,
  { id, inputs, outputs }: ExistingResource,
): Promise<{ id: string; outputs: Properties; inputs: Properties } | undefined> {
  const { unreachable, deleteUnreachable, skipUpdateUnreachable, api } = context.configuration;
  if (unreachable !== undefined) {
    context.log("warning", `configured Kubernetes cluster is unreachable: ${unreachable}`);
    if (deleteUnreachable) return undefined;
    if (skipUpdateUnreachable) return { id, outputs, inputs };
    throw new Error(`failed to read resource state due to unreachable cluster. ${unreachableAtDelete}`);
  }
  const imported = Object.keys(inputs).length === 0;
  const old = objectOf(context.type, inputs);
  const target = { ...old, metadata: { ...old.metadata, ...nameOfId(id) } };
  try {
    const live = await api.get(target);
    const seen = imported ? withoutReadOnly({ ...live, status: undefined }) : liveInputs(live, target);
    return {
      id: idOf(live),
      outputs: recorded({ live, inputs: seen, fieldManager: fieldManagerOf(live, outputs), state: outputs }),
      inputs: hideSecret(underscored(seen)),
    };
  } catch (error) {
    if (error instanceof NoSuchKind || (error instanceof ApiError && error.code === 404)) return undefined;
    throw error;
  }
}

export const kubernetesResource: ResourceHandler<Cluster> = {
  check,
  diff: (context, resource, news) =>
    Promise.resolve(
      inputChanges({
        live: objectOf(context.type, resource.outputs),
        olds: objectOf(context.type, resource.inputs),
        news: objectOf(context.type, news),
        mutability: context.configuration.mutability,
        patch: typeOfToken(context.type).patch,
      }),
    ),
  preview,
  create,
  read,
  update,
  delete: deleteObject,
};
