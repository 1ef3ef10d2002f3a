/** Puts back what a teardown that was abandoned has suspended, so that Flux heals the cluster. */
import { type InventoryObject, isFlux, readObject, rootId } from "../teardown/inventory/inventory.ts";
import { describeId } from "../teardown/inventory/object-id.ts";
import { mergePatchType, operatorKinds, thawPatch, unpausePatch } from "../teardown/drain/suspension.ts";
import { ApiRefusal, ClusterApi } from "../kubernetes/api.ts";
import { pathOf } from "../kubernetes/discovery.ts";
import { listAll } from "../kubernetes/list.ts";
import type { KubernetesObject } from "../kubernetes-object.ts";
import { fluxKinds } from "./flux-objects.ts";

interface Frozen {
  readonly path: string;
  readonly object: InventoryObject;
  readonly body: object;
}

/**
 * Only what bears the teardown's annotation: what its owner had suspended stays so.
 * @returns the names of what runs again.
 */
export async function thaw(kubeconfig: string, signal: AbortSignal): Promise<string[]> {
  const api = new ClusterApi(kubeconfig, signal);
  try {
    const frozen = await frozenObjects(api);
    // The root applies the others: it comes last, so that it finds them as they are to be.
    const rest = frozen.filter(({ object }) => object.id !== rootId);
    const root = frozen.filter(({ object }) => object.id === rootId);
    for (const group of [rest, root]) await Promise.all(group.map((one) => thawOne(api, one)));
    return frozen.map(({ object }) => describeId(object.id));
  } finally {
    api.close();
  }
}

async function frozenObjects(api: ClusterApi): Promise<Frozen[]> {
  const found: Frozen[] = [];
  await Promise.all(
    [...fluxKinds, ...operatorKinds].map(({ apiVersion, kind, plural }) =>
      listAll(api, { apiVersion, plural }, { metadataOnly: false }, (item) => {
        const object = readObject({ ...(item as KubernetesObject), apiVersion, kind });
        const body = isFlux(object) ? thawPatch(object) : unpausePatch(object);
        if (body !== undefined) found.push({ path: pathOf({ apiVersion, plural }, object), object, body });
      }),
    ),
  );
  return found;
}

async function thawOne(api: ClusterApi, { path, body }: Frozen): Promise<void> {
  await api.send({ method: "PATCH", path, body, contentType: mergePatchType }).catch((error: unknown) => {
    // The teardown had deleted it, and its controller has just finished with it.
    if (!(error instanceof ApiRefusal) || error.code !== 404) throw error;
  });
}
