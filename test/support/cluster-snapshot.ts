/** Every object of a cluster as it would show that somebody has touched it. */
import { ClusterApi } from "../../src/kubernetes/api.ts";
import { servedKinds } from "../../src/kubernetes/discovery.ts";
import { listAll } from "../../src/kubernetes/list.ts";
import { listings } from "../../src/teardown/inventory/listed-kinds.ts";
import { at, count, text } from "../../src/fields.ts";

/** By kind, namespace and name: uid and generation, and what Flux has taken or applied. Leases, events and the like are left out. */
export async function clusterSnapshot(kubeconfig: string): Promise<Record<string, string>> {
  const api = new ClusterApi(kubeconfig, new AbortController().signal);
  try {
    const objects: Record<string, string> = {};
    await Promise.all(
      listings(await servedKinds(api)).map(async ({ kind }) => {
        const ofFlux = kind.group.endsWith(".toolkit.fluxcd.io");
        await listAll(api, kind, { metadataOnly: !ofFlux }, (object) => {
          const metadata = at(object, "metadata");
          const [namespace = "", name = ""] = [text(metadata, "namespace"), text(metadata, "name")];
          const generation = count(metadata, "generation") ?? "-";
          const revision =
            text(object, "status", "artifact", "revision") ??
            text(object, "status", "lastAppliedRevision") ??
            text(object, "status", "lastAttemptedRevision") ??
            "";
          objects[`${kind.kind}.${kind.group} ${namespace}/${name}`] =
            `${text(metadata, "uid") ?? ""} ${generation} ${revision}`.trim();
        });
      }),
    );
    return objects;
  } finally {
    api.close();
  }
}
