/** Changes to single objects, each sent to the object that was meant and to no other of its name. */
import { describeId, type ObjectId } from "../inventory/object-id.ts";
import { readObject, type InventoryObject } from "../inventory/inventory.ts";
import { isJudgedByMetadata, Permit, type Refusal } from "../laws/cluster-deletions.ts";
import { elsewhereOf } from "../laws/elsewhere.ts";
import { text } from "../../fields.ts";
import { mergePatchType } from "./suspension.ts";
import { UserError } from "../../errors.ts";
import type { KubernetesObject } from "../../kubernetes-object.ts";
import { ApiRefusal, type ClusterApi } from "../../kubernetes/api.ts";
import { pathOf, type ServedKind } from "../../kubernetes/discovery.ts";
import { kindOf } from "./watches.ts";

export type Kinds = ReadonlyMap<string, ServedKind>;

/** Finalizers are taken away by `strip` alone. */
export interface Patch {
  readonly metadata?: { readonly annotations?: object; readonly finalizers?: never };
  readonly spec?: object;
}

/** @returns what the server refused it for, as an admission webhook does; undefined once it is done, or the object gone. */
export async function patch(
  api: ClusterApi,
  kinds: Kinds,
  object: InventoryObject,
  body: Patch,
): Promise<ApiRefusal | undefined> {
  const path = pathTo(kinds, object);
  if (path === undefined) return undefined;
  const send = async (): Promise<undefined> => {
    await sendPatch(api, path, object, body);
  };
  return refusalOf(send, object.id, "change");
}

/**
 * Deletes an object, after the laws were asked about it as it stands now; what it stands for elsewhere is let go of before.
 *
 * @param act `unblock` for the configuration of a webhook or an API that nobody serves.
 * @returns what the laws or the server refused it for, as an admission webhook does; undefined once the deletion has begun.
 */
export async function remove(
  api: ClusterApi,
  kinds: Kinds,
  object: InventoryObject,
  act: "delete" | "unblock" = "delete",
): Promise<ApiRefusal | Refusal | undefined> {
  const path = pathTo(kinds, object);
  if (path === undefined) return undefined;
  return refusalOf(
    async () => {
      const { live, resourceVersion } = await asItStands(api, path, object);
      const permit = Permit.ask(act, live);
      if (!(permit instanceof Permit)) return permit;
      await api.delete(permit, path, {
        uid: object.uid,
        ...(resourceVersion !== undefined && { resourceVersion }),
      });
      return undefined;
    },
    object.id,
    "delete",
  );
}

/** Takes finalizers away from an object that is being deleted. @param left those that stay */
export async function strip(
  api: ClusterApi,
  kinds: Kinds,
  object: InventoryObject,
  left: readonly string[],
): Promise<ApiRefusal | Refusal | undefined> {
  const path = pathTo(kinds, object);
  if (path === undefined) return undefined;
  const permit = Permit.ask("strip", object);
  if (!(permit instanceof Permit)) return permit;
  const send = async (): Promise<undefined> => {
    await sendPatch(api, path, permit.object, { metadata: { finalizers: left } });
  };
  return refusalOf(send, object.id, "change");
}

/**
 * The object as the laws have to see it. Of one that stands for something elsewhere the version is told, too: somebody who changes
 * it between the patch that lets go and the deletion makes the server refuse the deletion.
 */
async function asItStands(
  api: ClusterApi,
  path: string,
  object: InventoryObject,
): Promise<{ readonly live: InventoryObject; readonly resourceVersion?: string }> {
  if (isJudgedByMetadata(object) && elsewhereOf(object) === undefined) return { live: object };
  let manifest = await api.get(path);
  let live = sameObject(object, manifest);
  const elsewhere = elsewhereOf(live);
  if (elsewhere === undefined) return { live };
  if (!elsewhere.isLetGo) {
    manifest = await sendPatch(api, path, object, elsewhere.letGo);
    live = sameObject(object, manifest);
  }
  const resourceVersion = text(manifest, "metadata", "resourceVersion");
  return { live, ...(resourceVersion !== undefined && { resourceVersion }) };
}

function sameObject({ apiVersion, kind }: InventoryObject, manifest: unknown): InventoryObject {
  return readObject({ ...(manifest as KubernetesObject), apiVersion, kind });
}

/** With a uid in the patch, the server refuses it for another object of the same name. */
function sendPatch(
  api: ClusterApi,
  path: string,
  { uid }: InventoryObject,
  body: { readonly metadata?: object; readonly spec?: object },
): Promise<unknown> {
  const guarded = { ...body, metadata: { ...body.metadata, uid } };
  return api.send({ method: "PATCH", path, body: guarded, contentType: mergePatchType });
}

/** @throws {UserError} for a permission that is missing. */
async function refusalOf<T>(
  send: () => Promise<T>,
  id: ObjectId,
  verb: string,
): Promise<T | ApiRefusal | undefined> {
  try {
    return await send();
  } catch (error) {
    if (!(error instanceof ApiRefusal) || error.code === 401) throw error;
    if (isRbac(error)) throw missingPermission(error, id, verb);
    return isGone(error) ? undefined : error;
  }
}

function pathTo(kinds: Kinds, { id, namespace, name }: InventoryObject): string | undefined {
  const kind = kinds.get(kindOf(id));
  return kind && pathOf(kind, { namespace, name });
}

/** Also one of the same name that came after it: that is seen by the watch, and dealt with by itself. */
function isGone({ code, message }: ApiRefusal): boolean {
  return code === 404 || (code === 409 && /uid/i.test(message));
}

/** Webhooks answer with the same status as RBAC, but in words of their own. */
function isRbac({ code, message }: ApiRefusal): boolean {
  return code === 403 && / cannot \w+ resource /.test(message);
}

function missingPermission({ message }: ApiRefusal, id: ObjectId, verb: string): UserError {
  return new UserError({
    what: `${describeId(id)}: the cluster does not allow to ${verb} it: ${message}.`,
    remedy:
      "Give whoever runs pulumi the access policy AmazonEKSClusterAdminPolicy on this cluster, and run pulumi destroy again.",
  });
}
