/** Makes groups mean built-in ClusterRoles in the whole cluster, as EKS's access policies do. */
import { createHash } from "node:crypto";
import type { ClusterClient } from "./cluster-client.ts";
import type { Manifest } from "./manifest.ts";

const groupLabel = "local.sdlc.dev/access-group";
const kind = "ClusterRoleBinding";
const apiVersion = "rbac.authorization.k8s.io/v1";
const apiGroup = "rbac.authorization.k8s.io";

/** Groups may hold any character, names and labels may not. */
const digest = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 16);

/** Binding a group again replaces what it was bound to. */
export async function bindGroup(client: ClusterClient, group: string, clusterRole: string): Promise<void> {
  const binding = bindingOf(group, clusterRole);
  await client.apply(binding, "eks");
  await removeBindings(client, group, ({ name }) => name !== binding.metadata.name);
}

export async function unbindGroup(client: ClusterClient, group: string): Promise<void> {
  await removeBindings(client, group, () => true);
}

async function removeBindings(
  client: ClusterClient,
  group: string,
  goes: (metadata: { readonly name: string }) => boolean,
): Promise<void> {
  const labelSelector = `${groupLabel}=${digest(group)}`;
  const { items } = await client.rbac.listClusterRoleBinding({ labelSelector });
  const found = items.map(({ metadata }) => ({ name: metadata?.name ?? "" })).filter(goes);
  await Promise.all(found.map((metadata) => client.remove({ apiVersion, kind, metadata })));
}

function bindingOf(group: string, clusterRole: string): Manifest {
  return {
    apiVersion,
    kind,
    metadata: {
      // The role is part of the name because a binding's role cannot be changed.
      name: `eks-access:${digest(group)}:${clusterRole}`,
      labels: { [groupLabel]: digest(group) },
    },
    roleRef: { apiGroup, kind: "ClusterRole", name: clusterRole },
    subjects: [{ apiGroup, kind: "Group", name: group }],
  };
}
