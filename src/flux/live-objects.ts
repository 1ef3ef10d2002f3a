import type { ClusterApi } from "../kubernetes/api.ts";
import { listAll } from "../kubernetes/list.ts";
import { fluxKinds, type FluxObject } from "./flux-objects.ts";

/** Every object of Flux's kinds in a cluster; none of a kind that the API server does not know (yet). */
export async function fluxObjects(api: ClusterApi): Promise<FluxObject[]> {
  const lists = await Promise.all(
    fluxKinds.map(async ({ apiVersion, kind, plural }) => {
      const found: FluxObject[] = [];
      await listAll(api, { apiVersion, plural }, { metadataOnly: false }, (item) => {
        // The items of a list do not say what they are.
        found.push({ ...(item as FluxObject), apiVersion, kind });
      });
      return found;
    }),
  );
  return lists.flat();
}
