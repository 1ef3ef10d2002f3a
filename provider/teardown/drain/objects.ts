/** Changes to single objects, each sent to the object that was meant and to no other of its name. */
import { describeId, type ObjectId } from "../../../src/teardown/object-id.ts";
import type { InventoryObject } from "../../../src/teardown/inventory.ts";
import { mergePatchType } from "../../../src/teardown/suspended.ts";
import { UserError } from "../../../src/errors.ts";
import { ApiRefusal, type ClusterApi } from "../../kubernetes/api.ts";
import { pathOf, type ServedKind } from "../../kubernetes/discovery.ts";
import { kindOf } from "./watches.ts";

export type Kinds = ReadonlyMap<string, ServedKind>;

/** @returns what the server refused it for, as an admission webhook does; undefined once it is done, or the object gone. */
export async function patch(
  api: ClusterApi,
  kinds: Kinds,
  object: InventoryObject,
  body: { readonly metadata?: object; readonly spec?: object },
): Promise<ApiRefusal | undefined> {
  const path = pathTo(kinds, object);
  if (path === undefined) return undefined;
  // With a uid in the patch, the server refuses it for another object of the same name.
  const guarded = { ...body, metadata: { ...body.metadata, uid: object.uid } };
  const request = { method: "PATCH", path, body: guarded, contentType: mergePatchType } as const;
  return refusalOf(() => api.send(request), object.id, "change");
}

/** @returns what the server refused it for, as an admission webhook does; undefined once the deletion has begun. */
export async function remove(
  api: ClusterApi,
  kinds: Kinds,
  object: InventoryObject,
): Promise<ApiRefusal | undefined> {
  const path = pathTo(kinds, object);
  if (path === undefined) return undefined;
  const preconditions = { uid: object.uid };
  const body = {
    apiVersion: "v1",
    kind: "DeleteOptions",
    propagationPolicy: "Background",
    preconditions,
  };
  return refusalOf(() => api.send({ method: "DELETE", path, body }), object.id, "delete");
}

/** @throws {UserError} for a permission that is missing. */
async function refusalOf(
  send: () => Promise<unknown>,
  id: ObjectId,
  verb: string,
): Promise<ApiRefusal | undefined> {
  try {
    await send();
    return undefined;
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
