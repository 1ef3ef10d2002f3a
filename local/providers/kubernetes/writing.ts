/** Creating and updating objects the way the official provider does. */
import type { Properties } from "../../product.ts";
import { ApiError, NoSuchKind } from "./api.ts";
import type { WriteOptions } from "./api.ts";
import { messageOf } from "./cluster.ts";
import { creationManager, takeOver } from "./field-managers.ts";
import { withoutReadOnly } from "./input-changes.ts";
import type { KubernetesObject } from "./object.ts";
import { annotation, typeOfToken } from "./object.ts";
import { pause } from "./progress.ts";
import type { Context } from "./progress.ts";

/** Milliseconds between attempts where a namespace or a kind is not there yet; the official provider's. */
const retries = [1000, 2000, 4000, 8000, 16_000];

export interface Write {
  readonly object: KubernetesObject;
  readonly fieldManager: string;
  readonly dryRun: boolean;
}

function forces(context: Context, object: KubernetesObject): boolean {
  return context.configuration.patchForce || annotation(object, "pulumi.com/patchForce") === "true";
}

function conflict(error: unknown, manager: string): Error {
  if (!(error instanceof ApiError && error.code === 409))
    return error instanceof Error ? error : new Error(String(error));
  return new Error(
    `server-side apply field conflict detected: the resource managed by field manager "${manager}" had an apply conflict: ` +
      `${error.message}. Leave the field to its manager, or set the annotation pulumi.com/patchForce: "true".`,
  );
}

const alreadyExists = `The resource already exists in the cluster. Either
  - keep the identity of a renamed Pulumi resource with an alias, or set deleteBeforeReplace,
  - manage single fields of it with a Patch resource,
  - adopt it with \`pulumi import\`, or
  - set upsertExistingObjects on the provider.`;

async function createOnce(
  context: Context,
  { object, fieldManager, dryRun }: Write,
): Promise<KubernetesObject> {
  const { api, upsert } = context.configuration;
  if (!upsert && !typeOfToken(context.type).patch)
    return api.create(object, { fieldManager: creationManager, dryRun });
  // A replacement is previewed while the old object is still there: its fields conflict with nothing then.
  const options: WriteOptions = { fieldManager, dryRun, force: dryRun || forces(context, object) };
  return api.apply(withoutReadOnly(object), options).catch((error: unknown) => {
    throw conflict(error, fieldManager);
  });
}

/** Throws `ApiError`, `NoSuchKind`, or a conflict; retries while the namespace or the kind is missing. */
export async function createObject(
  context: Context,
  write: Write,
  [milliseconds, ...later]: readonly number[] = write.dryRun ? [] : retries,
): Promise<KubernetesObject> {
  try {
    return await createOnce(context, write);
  } catch (error) {
    const missing = error instanceof NoSuchKind || (error instanceof ApiError && error.code === 404);
    if (missing && milliseconds !== undefined) {
      context.status(`Creation failed, trying again: ${messageOf(error)}`);
      await pause(context, milliseconds, `waiting for what ${context.name} needs`);
      return createObject(context, write, later);
    }
    if (write.dryRun) throw error;
    if (error instanceof ApiError && error.reason === "AlreadyExists") {
      throw new Error(`${error.message}\n\n${alreadyExists}`, { cause: error });
    }
    if (error instanceof NoSuchKind) {
      throw new Error(
        "the Kubernetes API server reported that the apiVersion for this resource does not exist. " +
          `Verify that any required CRDs have been created: ${error.message}`,
        { cause: error },
      );
    }
    throw error;
  }
}

/** Server-side apply over the living object; a CRD is put in place as a whole. */
export async function updateObject(
  context: Context,
  old: KubernetesObject,
  { object, fieldManager, dryRun }: Write,
): Promise<KubernetesObject> {
  const { api } = context.configuration;
  const live = await api.get({ ...object, metadata: { ...object.metadata, ...identity(old) } });
  const desired = withoutReadOnly({ ...object, metadata: { ...object.metadata, ...identity(live) } });
  if (object.kind === "CustomResourceDefinition") {
    const { resourceVersion = "" } = live.metadata;
    const whole = { ...desired, metadata: { ...desired.metadata, resourceVersion } };
    return api.replace(whole, { fieldManager, dryRun });
  }
  const operations: readonly Properties[] = typeOfToken(context.type).patch
    ? []
    : takeOver(live, fieldManager);
  // Ownership cannot be taken over in a dry run, so there force stands for it.
  const force =
    forces(context, object) || live.metadata.managedFields?.length === 0 || (dryRun && operations.length > 0);
  if (operations.length > 0 && !dryRun) await api.jsonPatch(live, operations);
  return api.apply(desired, { fieldManager, dryRun, force }).catch((error: unknown) => {
    throw conflict(error, fieldManager);
  });
}

function identity({ metadata: { name, namespace } }: KubernetesObject): {
  name?: string;
  namespace?: string;
} {
  return { ...(name !== undefined && { name }), ...(namespace !== undefined && { namespace }) };
}
