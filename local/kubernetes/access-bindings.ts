/**
 * Makes groups mean built-in ClusterRoles, as EKS's access policies do. A policy for namespaces also holds in
 * those that are made later, and may name them by a pattern such as `team-*`.
 */
import { createHash } from "node:crypto";
import type { V1Namespace } from "@kubernetes/client-node";
import type { ClusterClient, Watched } from "./cluster-client.ts";
import type { Manifest } from "./manifest.ts";

const groupLabel = "local.sdlc.dev/access-group";
const rbacVersion = "rbac.authorization.k8s.io/v1";

interface NamespacedBinding {
  readonly group: string;
  readonly clusterRole: string;
  readonly namespaces: readonly string[];
}

/** Groups may hold any character, names and labels may not. */
const digest = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 16);

export const matchesNamespace = (patterns: readonly string[], namespace: string): boolean =>
  patterns.some((pattern) => {
    const literal = pattern.split("*").map((part) => part.replace(/[.-]/g, "\\$&"));
    return new RegExp(`^${literal.join(".*")}$`).test(namespace);
  });

export class AccessBindings {
  readonly #client: ClusterClient;
  readonly #log: (line: string) => void;
  readonly #bound = new Set<string>();
  #namespaced: NamespacedBinding[] = [];
  #namespaces: Watched<V1Namespace> | undefined;

  constructor(client: ClusterClient, log: (line: string) => void) {
    this.#client = client;
    this.#log = log;
  }

  /** Binding a group again replaces what it was bound to. */
  async bind(group: string, clusterRole: string, namespaces?: readonly string[]): Promise<void> {
    if (this.#bound.has(group)) await this.unbind(group);
    this.#bound.add(group);
    if (!namespaces) {
      await this.#client.apply(binding("ClusterRoleBinding", group, clusterRole), "eks");
      return;
    }
    const bound = { group, clusterRole, namespaces };
    this.#namespaced.push(bound);
    this.#namespaces ??= await this.#client.watch<V1Namespace>(
      "/api/v1/namespaces",
      () => this.#client.core.listNamespace(),
      (namespace, gone) => {
        if (!gone) this.#appeared(namespace);
      },
    );
    await Promise.all(
      this.#namespaces.list().map((namespace) => this.#bindIn(bound, namespace.metadata?.name ?? "")),
    );
  }

  async unbind(group: string): Promise<void> {
    this.#bound.delete(group);
    this.#namespaced = this.#namespaced.filter((bound) => bound.group !== group);
    const labelSelector = `${groupLabel}=${digest(group)}`;
    const { rbac } = this.#client;
    const [everywhere, inNamespaces] = await Promise.all([
      rbac.listClusterRoleBinding({ labelSelector }),
      rbac.listRoleBindingForAllNamespaces({ labelSelector }),
    ]);
    const found = [
      ...everywhere.items.map(({ metadata }) => ({ kind: "ClusterRoleBinding", metadata })),
      ...inNamespaces.items.map(({ metadata }) => ({ kind: "RoleBinding", metadata })),
    ];
    await Promise.all(
      found.map(({ kind, metadata }) => {
        const name = metadata?.name ?? "";
        const namespace = metadata?.namespace;
        const place: Manifest["metadata"] = namespace === undefined ? { name } : { name, namespace };
        return this.#client.remove({ apiVersion: rbacVersion, kind, metadata: place });
      }),
    );
  }

  async stop(): Promise<void> {
    await this.#namespaces?.stop();
  }

  #appeared({ metadata }: V1Namespace): void {
    const name = metadata?.name ?? "";
    if (metadata?.deletionTimestamp) return;
    Promise.all(this.#namespaced.map((bound) => this.#bindIn(bound, name))).catch((error: unknown) => {
      this.#log(`Access to namespace ${name} could not be granted: ${(error as Error).message}`);
    });
  }

  async #bindIn({ group, clusterRole, namespaces }: NamespacedBinding, namespace: string): Promise<void> {
    if (!matchesNamespace(namespaces, namespace)) return;
    await this.#client.apply(binding("RoleBinding", group, clusterRole, namespace), "eks");
  }
}

function binding(kind: string, group: string, clusterRole: string, namespace?: string): Manifest {
  return {
    apiVersion: rbacVersion,
    kind,
    metadata: {
      // The role is part of the name because a binding's role cannot be changed.
      name: `eks-access:${digest(group)}:${clusterRole}`,
      labels: { [groupLabel]: digest(group) },
      ...(namespace === undefined ? {} : { namespace }),
    },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: clusterRole },
    subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "Group", name: group }],
  };
}
