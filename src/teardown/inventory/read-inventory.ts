/**
 * The live inventory of a cluster: what its API server lists now, of every kind that can be listed and deleted. It reads, and
 * changes nothing.
 */
import { UserError } from "../../errors.ts";
import type { KubernetesObject } from "../../kubernetes-object.ts";
import { inventoryFrom, readObject, type Inventory, type InventoryObject } from "./inventory.ts";
import { kindId } from "./object-id.ts";
import { list, text } from "../../fields.ts";
import { ApiRefusal, ClusterApi } from "../../kubernetes/api.ts";
import { servedKinds, type ServedKind } from "../../kubernetes/discovery.ts";
import { listAll } from "../../kubernetes/list.ts";
import { listings, type Listing } from "./listed-kinds.ts";

export interface InventoryOptions {
  readonly signal: AbortSignal;
  /** Receives a line whenever there is another one. */
  readonly status: (line: string) => void;
}

/**
 * @throws {UserError} naming each permission that is missing.
 * @throws {ApiUnreachable} {@link CredentialFault} {@link Interrupted}
 */
export async function readInventory(kubeconfig: string, options: InventoryOptions): Promise<Inventory> {
  const api = new ClusterApi(kubeconfig, options.signal);
  try {
    return (await readCluster(api, options.status)).inventory;
  } finally {
    api.close();
  }
}

export interface ReadCluster {
  readonly inventory: Inventory;
  /** By `<Kind>.<group>`. */
  readonly kinds: ReadonlyMap<string, ServedKind>;
}

export async function readCluster(api: ClusterApi, status: (line: string) => void): Promise<ReadCluster> {
  const [kinds, unavailable] = await Promise.all([
    servedKinds(api),
    // They are listed once more below, where a refusal is reported together with the others.
    unavailableVersions(api).catch((error: unknown) => {
      if (error instanceof ApiRefusal && error.code === 403) return new Set<string>();
      throw error;
    }),
  ]);
  const wanted = listings(kinds.filter(({ apiVersion }) => !unavailable.has(apiVersion)));
  const objects: InventoryObject[] = [];
  const refusals: ApiRefusal[] = [];
  let done = 0;
  const show = (): void => {
    status(`reading what is in the cluster: ${done} of ${wanted.length} kinds, ${objects.length} objects`);
  };
  show();
  await Promise.all(
    wanted.map(async (listing) => {
      await readKind(api, listing, objects).catch((error: unknown) => {
        if (!(error instanceof ApiRefusal) || error.code !== 403) throw error;
        refusals.push(error);
      });
      done += 1;
      if (done % 10 === 0) show();
    }),
  );
  if (refusals.length > 0) throw missingPermissions(refusals);
  return {
    inventory: inventoryFrom(objects),
    kinds: new Map(kinds.map((kind) => [kindId(kind.group, kind.kind), kind])),
  };
}

async function readKind(
  api: ClusterApi,
  { kind, whole, fieldSelector }: Listing,
  objects: InventoryObject[],
): Promise<void> {
  const { apiVersion, kind: name } = kind;
  const options = { metadataOnly: !whole, ...(fieldSelector !== undefined && { fieldSelector }) };
  await listAll(api, kind, options, (item) => {
    objects.push(readObject({ ...(item as KubernetesObject), apiVersion, kind: name }));
  });
}

/** What is behind an APIService that is not available cannot be listed; the rest of the cluster can. */
async function unavailableVersions(api: ClusterApi): Promise<Set<string>> {
  const found = new Set<string>();
  const kind = { apiVersion: "apiregistration.k8s.io/v1", plural: "apiservices" };
  await listAll(api, kind, { metadataOnly: false }, (item) => {
    const available = list(item, "status", "conditions").find(
      (condition) => text(condition, "type") === "Available",
    );
    if (text(available, "status") !== "False") return;
    found.add(`${text(item, "spec", "group") ?? ""}/${text(item, "spec", "version") ?? ""}`);
  });
  return found;
}

function missingPermissions(refusals: readonly ApiRefusal[]): UserError {
  const shown = refusals.slice(0, 10).map(({ message }) => ({
    what: `${message}.`,
    remedy:
      "Give whoever runs pulumi the access policy AmazonEKSClusterAdminPolicy on this cluster, and run the command again.",
  }));
  return new UserError(shown, `The cluster refuses to list ${refusals.length} of its kinds:`);
}
