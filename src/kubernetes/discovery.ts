/** The kinds that a cluster serves. */
import { at, list, text, texts } from "../fields.ts";
import type { ClusterApi } from "./api.ts";

export interface ServedKind {
  readonly group: string;
  /** `apps/v1`, `v1`: the version that the server prefers. */
  readonly apiVersion: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
}

/** One answer for all groups, in the form of Kubernetes 1.30 and in that of 1.27. */
const aggregated = ["v2", "v2beta1"]
  .map((version) => `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`)
  .join(",");

/**
 * In two requests. A group whose APIService is unavailable is in the answer without kinds, or as they were when it last
 * answered (`freshness: Stale`); either way nothing of it can be listed, and it is left out.
 */
export async function servedKinds(api: ClusterApi): Promise<ServedKind[]> {
  const answers = await Promise.all(["/api", "/apis"].map((path) => api.get(path, undefined, aggregated)));
  return answers.flatMap((answer) => {
    if (text(answer, "kind") !== "APIGroupDiscoveryList") {
      throw new Error(
        `${api.server} does not tell its kinds in one answer (it says ${text(answer, "kind") ?? "nothing"}). ` +
          "A teardown needs Kubernetes 1.27 or newer; upgrade the cluster.",
      );
    }
    return list(answer, "items").flatMap(kindsOfGroup);
  });
}

function kindsOfGroup(item: unknown): ServedKind[] {
  const group = text(item, "metadata", "name") ?? "";
  const found = new Map<string, ServedKind>();
  for (const version of list(item, "versions")) {
    if (text(version, "freshness") === "Stale") continue;
    for (const resource of list(version, "resources")) {
      const plural = text(resource, "resource") ?? "";
      // The most preferred version comes first.
      if (found.has(plural)) continue;
      const name = text(version, "version") ?? "";
      found.set(plural, {
        group,
        apiVersion: group === "" ? name : `${group}/${name}`,
        kind: text(at(resource, "responseKind"), "kind") ?? "",
        plural,
        namespaced: text(resource, "scope") === "Namespaced",
        verbs: texts(resource, "verbs"),
      });
    }
  }
  return [...found.values()];
}

export interface ServedVersions {
  /** As the API server says it: `v1.35.2-eks-1234567`. */
  readonly version: string;
  /** Such as `v1`, `autoscaling/v2`. */
  readonly apiVersions: readonly string[];
}

export async function servedVersions(api: ClusterApi): Promise<ServedVersions> {
  const [version, groups] = await Promise.all([api.get("/version"), api.get("/apis")]);
  const ofGroups = list(groups, "groups").flatMap((group) =>
    list(group, "versions").flatMap((served) => text(served, "groupVersion") ?? []),
  );
  return { version: text(version, "gitVersion") ?? "", apiVersions: ["v1", ...ofGroups] };
}

/** Of all objects of a kind, or of one. */
export function pathOf(
  { apiVersion, plural }: Pick<ServedKind, "apiVersion" | "plural">,
  object?: { readonly namespace: string; readonly name: string },
): string {
  const root = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  if (object === undefined) return `${root}/${plural}`;
  const scope = object.namespace === "" ? "" : `/namespaces/${encodeURIComponent(object.namespace)}`;
  return `${root}${scope}/${plural}/${encodeURIComponent(object.name)}`;
}
