/**
 * Which versions of its APIs an installed Flux serves. A cluster is asked; where there is none to ask, what Flux 2.9 serves
 * counts, as its custom resource definitions have it (source-controller v1.9.2, kustomize-controller v1.9.1,
 * helm-controller v1.6.2, notification-controller v1.9.2; 2026-11-28): one version of each kind, since Flux 2.8.
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

const only = (group: string, current: string, ...kinds: readonly string[]): FluxApi[] =>
  kinds.map((kind) => ({ group, kind, current, deprecated: [] }));

export const flux29Apis: readonly FluxApi[] = [
  ...only(source, "v1", "Bucket", "ExternalArtifact", "GitRepository", "HelmChart", "HelmRepository"),
  ...only(source, "v1", "OCIRepository"),
  ...only("kustomize.toolkit.fluxcd.io", "v1", "Kustomization"),
  ...only("helm.toolkit.fluxcd.io", "v2", "HelmRelease"),
  ...only(notification, "v1beta3", "Alert", "Provider"),
  ...only(notification, "v1", "Receiver"),
];

export const isFluxGroup = (group: string): boolean => group.endsWith(".toolkit.fluxcd.io");
