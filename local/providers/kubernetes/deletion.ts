/** Deleting as the official provider does: in the foreground, and only done when the object is gone. */
import type { ExistingResource } from "../../product.ts";
import { ApiError, NoSuchKind } from "./api.ts";
import type { KubernetesApi } from "./api.ts";
import { annotation, conditionOf, nameOfId, objectOf, typeOfToken } from "./object.ts";
import type { KubernetesObject } from "./object.ts";
import { timeoutOf, until } from "./progress.ts";
import type { Context } from "./progress.ts";
import { skipsAwait, skipsDeletionAwait } from "./readiness.ts";

export const unreachableAtDelete =
  "If the cluster was deleted, you can remove this resource from Pulumi state by rerunning the operation with the " +
  'PULUMI_K8S_DELETE_UNREACHABLE environment variable set to "true"';

const policies: Readonly<Record<string, string>> = { orphan: "Orphan", background: "Background" };

/** The live object; undefined where it, or its kind, is gone. */
async function living(api: KubernetesApi, object: KubernetesObject): Promise<KubernetesObject | undefined> {
  return api.get(object).catch(ignoreGone);
}

function ignoreGone(error: unknown): undefined {
  // A custom object went with its definition.
  if (error instanceof NoSuchKind || (error instanceof ApiError && error.code === 404)) return undefined;
  throw error;
}

/** Why an object that is being deleted is still there; for a Namespace its own conditions say it. */
function holdUp(object: KubernetesObject): string {
  const finalizers = object.metadata.finalizers ?? [];
  const contents = [
    "NamespaceContentRemaining",
    "NamespaceFinalizersRemaining",
    "NamespaceDeletionContentFailure",
  ]
    .map((type) => conditionOf(object, type))
    .filter((condition) => condition?.["status"] === "True")
    .map((condition) => String(condition?.["message"]));
  const parts =
    finalizers.length > 0 ? [`finalizers might be preventing deletion (${finalizers.join(", ")})`] : [];
  return [...parts, ...contents].join("; ") || "Resource scheduled for deletion";
}

export async function deleteObject(context: Context, resource: ExistingResource): Promise<void> {
  const { api, unreachable, deleteUnreachable } = context.configuration;
  if (unreachable !== undefined) {
    context.log("warning", `configured Kubernetes cluster is unreachable: ${unreachable}`);
    if (!deleteUnreachable)
      throw new Error(`configured Kubernetes cluster is unreachable. ${unreachableAtDelete}`);
    context.log("info", "deleteUnreachable is set: the object is dropped from the Pulumi state");
    return;
  }
  const inputs = objectOf(context.type, resource.inputs);
  const object = { ...inputs, metadata: nameOfId(resource.id) };
  if (typeOfToken(context.type).patch) return relinquish(context, object, resource);

  const policy = annotation(inputs, "pulumi.com/deletionPropagationPolicy")?.toLowerCase() ?? "";
  await api.delete(object, policies[policy] ?? "Foreground").catch(ignoreGone);
  if (skipsAwait(inputs) && skipsDeletionAwait.has(`${inputs.apiVersion}/${inputs.kind}`)) return;

  const seconds = timeoutOf(context, inputs);
  let uid: unknown;
  let last = object as KubernetesObject;
  const gone = await until(context, seconds, async () => {
    const live = await living(api, object);
    uid ??= live?.metadata["uid"];
    // Another object of the same name is not the one that was deleted.
    if (!live || live.metadata["uid"] !== uid) return { done: true };
    last = live;
    return { done: false, message: holdUp(live) };
  });
  if (gone) return;
  context.log("warning", holdUp(last));
  throw new Error(
    `timed out waiting for the condition: ${object.kind} ${resource.id} is still there after ${seconds} s; ${holdUp(last)}. ` +
      "The object stays in the Pulumi state; find out why its controller does not act, then run the command again.",
  );
}

/** A Patch resource gives its fields up; the object stays. */
async function relinquish(
  context: Context,
  object: KubernetesObject,
  { outputs }: ExistingResource,
): Promise<void> {
  const fieldManager = String(outputs["__fieldManager"]);
  const { apiVersion, kind, metadata } = object;
  const live = await living(context.configuration.api, object);
  if (live)
    await context.configuration.api.apply({ apiVersion, kind, metadata }, { fieldManager, force: true });
}
