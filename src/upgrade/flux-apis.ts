/**
 * Which versions of its APIs an installed Flux serves. A cluster is asked; where there is none to ask, what Flux 2.7 serves
 * counts, as its custom resource definitions have it (source-controller v1.7.3, kustomize-controller v1.7.3,
 * helm-controller v1.4.3, notification-controller v1.6.0; 2026-11-25).
 */
export interface FluxApi {
  readonly group: string;
  readonly kind: string;
  /** The version to write. */
  readonly current: string;
  /** Still answered, and on their way out. */
  readonly deprecated: readonly string[];
}

const source = "source.toolkit.fluxcd.io";
const notification = "notification.toolkit.fluxcd.io";

export const flux27Apis: readonly FluxApi[] = [
  ...["Bucket", "GitRepository", "HelmChart", "HelmRepository", "OCIRepository"].map((kind) => ({
    group: source,
    kind,
    current: "v1",
    deprecated: ["v1beta2"],
  })),
  { group: source, kind: "ExternalArtifact", current: "v1", deprecated: [] },
  { group: "kustomize.toolkit.fluxcd.io", kind: "Kustomization", current: "v1", deprecated: ["v1beta2"] },
  { group: "helm.toolkit.fluxcd.io", kind: "HelmRelease", current: "v2", deprecated: ["v2beta2"] },
  { group: notification, kind: "Alert", current: "v1beta3", deprecated: ["v1beta1", "v1beta2"] },
  { group: notification, kind: "Provider", current: "v1beta3", deprecated: ["v1beta1", "v1beta2"] },
  { group: notification, kind: "Receiver", current: "v1", deprecated: ["v1beta1", "v1beta2"] },
];

export const isFluxGroup = (group: string): boolean => group.endsWith(".toolkit.fluxcd.io");
