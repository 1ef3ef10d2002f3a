/** What a check before an upgrade found: where, what, and what to do. */
export type CheckName = "versions" | "add-ons" | "kubernetes-apis" | "flux-apis";

export interface Finding {
  readonly check: CheckName;
  /** A warning does not stop the upgrade: it works in the target, and will stop some minor later. */
  readonly severity: "finding" | "warning";
  /** `platform/services/keda.yaml:12`, or what runs in the cluster. */
  readonly where: string;
  /** Only of a file. */
  readonly file?: string;
  readonly line?: number;
  readonly what: string;
  /** What to write or do instead. */
  readonly remedy: string;
}

/** An object as somebody wrote it: the version of its API is what is looked at. */
export interface UsedApi {
  readonly apiVersion: string;
  readonly kind: string;
  /** Such as `HelmRelease keda/keda`. */
  readonly object: string;
  readonly where: string;
  readonly file?: string;
  readonly line?: number;
}
