/** Flux's objects as the API server answers them: which there are, and how they lead to one another. */
import { fluxApi } from "./api.ts";

export interface FluxObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly generation?: number;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly spec: FluxSpec;
  readonly status?: FluxStatus;
}

interface FluxSpec {
  readonly suspend?: boolean;
  readonly type?: string;
  readonly path?: string;
  /** As Go writes durations: `30s`, `1m30s`. */
  readonly interval?: string;
  /** Of a Kustomization: when a failure is tried again, where that is not the interval. */
  readonly retryInterval?: string;
  /** Of a Kustomization or HelmRelease: others of its kind that have to be ready before. */
  readonly dependsOn?: readonly { readonly name: string; readonly namespace?: string }[];
  readonly sourceRef?: SourceReference;
  readonly chart?: { readonly spec: { readonly sourceRef: SourceReference } };
}

interface SourceReference {
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
}

export interface FluxStatus {
  readonly observedGeneration?: number;
  /** The value of the annotation that asked for the last reconciliation. */
  readonly lastHandledReconcileAt?: string;
  readonly conditions?: readonly Condition[];
  readonly artifact?: { readonly revision?: string; readonly lastUpdateTime?: string };
  readonly lastAppliedRevision?: string;
  readonly lastAttemptedRevision?: string;
  /** Of a HelmRelease: how often actions have failed for what it is at. */
  readonly failures?: number;
  /** `<namespace>/<name>` of the HelmChart that a HelmRelease has made. */
  readonly helmChart?: string;
  readonly inventory?: { readonly entries?: readonly { readonly id: string }[] };
}

export interface Condition {
  readonly type: string;
  readonly status: "True" | "False" | "Unknown";
  readonly reason?: string;
  readonly message?: string;
  readonly observedGeneration?: number;
  /** RFC 3339, in whole seconds. */
  readonly lastTransitionTime?: string;
}

/** `HelmRelease keda/keda`: unique among Flux's objects, and what a person reads. */
export type FluxKey = string;

export function fluxKey(kind: string, namespace: string, name: string): FluxKey {
  return `${kind} ${namespace}/${name}`;
}

export function keyOf({ kind, metadata }: FluxObject): FluxKey {
  return fluxKey(kind, metadata.namespace, metadata.name);
}

/** What is asked of the API server, with the plural under which it answers. */
export const fluxKinds = [
  { apiVersion: fluxApi.source, kind: "GitRepository", plural: "gitrepositories" },
  { apiVersion: fluxApi.source, kind: "OCIRepository", plural: "ocirepositories" },
  { apiVersion: fluxApi.source, kind: "Bucket", plural: "buckets" },
  { apiVersion: fluxApi.source, kind: "HelmRepository", plural: "helmrepositories" },
  { apiVersion: fluxApi.source, kind: "HelmChart", plural: "helmcharts" },
  { apiVersion: fluxApi.kustomize, kind: "Kustomization", plural: "kustomizations" },
  { apiVersion: fluxApi.helm, kind: "HelmRelease", plural: "helmreleases" },
] as const;

/** The source that an object is made from; undefined for a source. */
export function sourceKey({ metadata, spec }: FluxObject): FluxKey | undefined {
  const reference = spec.sourceRef ?? spec.chart?.spec.sourceRef;
  return reference && fluxKey(reference.kind, reference.namespace ?? metadata.namespace, reference.name);
}

/** What an object has made of Flux's own kinds: the inventory of a Kustomization, the chart of a release. */
export function madeKeys({ status }: FluxObject): FluxKey[] {
  const chart = status?.helmChart === undefined ? [] : [`HelmChart ${status.helmChart}`];
  const inventory = (status?.inventory?.entries ?? []).flatMap(({ id }) => {
    // `<namespace>_<name>_<group>_<kind>`, none of which has an underscore.
    const [namespace = "", name = "", group = "", kind = ""] = id.split("_");
    const known = fluxKinds.some((flux) => flux.kind === kind && flux.apiVersion.startsWith(`${group}/`));
    return known ? [fluxKey(kind, namespace, name)] : [];
  });
  return [...chart, ...inventory];
}
