/** What runs in a cluster: the versions of APIs that objects were written by, what was asked for, what Flux serves. */
import { flag, list, text } from "../../src/fields.ts";
import { ApiRefusal, type ClusterApi } from "../../src/kubernetes/api.ts";
import { type ServedKind, servedKinds } from "../../src/kubernetes/discovery.ts";
import { listAll } from "../../src/kubernetes/list.ts";
import type { UsedApi } from "../../src/upgrade/finding.ts";
import { isFluxGroup, type FluxApi } from "../../src/upgrade/flux-apis.ts";
import { kubernetesApis } from "../../src/upgrade/kubernetes-apis.ts";
import { helmManifests, tracesOf } from "../../src/upgrade/written-apis.ts";

export interface ClusterFacts {
  readonly used: readonly UsedApi[];
  /** The text of `/metrics`. */
  readonly metrics: string;
  /** None where Flux is not installed. */
  readonly flux: readonly FluxApi[];
  /** Kubelet by node, such as `v1.34.2-eks-1234567`. */
  readonly kubelets: Readonly<Record<string, string>>;
  /** What may not be read, and why. */
  readonly unread: readonly string[];
}

/** There are too many of them, they come and go, and nobody writes them down. */
const passing = ["Event", "Lease", "EndpointSlice", "ControllerRevision"];

const watched = new Set(
  kubernetesApis.flatMap(({ kinds }) => kinds).filter((kind) => !passing.includes(kind)),
);

/** @throws {Error} if the API server cannot be reached at all. */
export async function readCluster(api: ClusterApi): Promise<ClusterFacts> {
  const kinds = await servedKinds(api);
  const unread: string[] = [];
  const used: UsedApi[] = [];
  /** Runs a read whose refusal leaves the rest as it is. */
  const allowed = async <T>(what: string, fallback: T, read: () => Promise<T>): Promise<T> => {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof ApiRefusal)) throw error;
      unread.push(`${what}: ${error.message}`);
      return fallback;
    }
  };
  const looked = kinds.filter(
    ({ kind, group, verbs }) => verbs.includes("list") && (watched.has(kind) || isFluxGroup(group)),
  );
  const traces = looked.map((kind) =>
    allowed(kind.plural, undefined, () =>
      listAll(api, kind, { metadataOnly: true }, (object) => used.push(...tracesOf(kind.kind, object))),
    ),
  );
  const releases = allowed("the secrets of Helm releases", undefined, () =>
    listAll(
      api,
      { apiVersion: "v1", plural: "secrets" },
      {
        metadataOnly: false,
        labelSelector: "owner=helm,status=deployed",
        fieldSelector: "type=helm.sh/release.v1",
      },
      (secret) => used.push(...helmManifests(secret)),
    ),
  );
  const kubelets: Record<string, string> = {};
  const nodes = allowed("nodes", undefined, () =>
    listAll(api, { apiVersion: "v1", plural: "nodes" }, { metadataOnly: false }, (node) => {
      kubelets[text(node, "metadata", "name") ?? ""] =
        text(node, "status", "nodeInfo", "kubeletVersion") ?? "";
    }),
  );
  const [metrics, flux] = await Promise.all([
    allowed("/metrics", "", async () => String(await api.get("/metrics", undefined, "text/plain"))),
    allowed("the definitions of Flux", [], () => fluxApis(api, kinds)),
    ...traces,
    releases,
    nodes,
  ]);
  return { used, metrics, flux, kubelets, unread };
}

/** By the definitions that are installed: the version that is stored is the one to write. */
async function fluxApis(api: ClusterApi, kinds: readonly ServedKind[]): Promise<FluxApi[]> {
  const flux = kinds.filter(({ group }) => isFluxGroup(group));
  return Promise.all(
    flux.map(async ({ group, kind, plural }) => {
      const path = `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${plural}.${group}`;
      const versions = list(await api.get(path), "spec", "versions").filter((version) =>
        flag(version, "served"),
      );
      const name = (version: unknown): string => text(version, "name") ?? "";
      const current = versions.find((version) => flag(version, "storage"));
      return {
        group,
        kind,
        current: name(current),
        deprecated: versions.filter((version) => version !== current).map(name),
      };
    }),
  );
}
