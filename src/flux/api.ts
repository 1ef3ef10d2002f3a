/** What Flux calls its own: where it lives, and the stable API versions of its kinds (since Flux 2.7). */

export const fluxNamespace = "flux-system";

/** Name of the root source and of the root Kustomization, as `flux bootstrap` names them. */
export const rootName = "flux-system";

/** Name of the source in an environment's directory that leads to the platform. */
export const platformSource = "platform";

export const fluxApi = {
  source: "source.toolkit.fluxcd.io/v1",
  kustomize: "kustomize.toolkit.fluxcd.io/v1",
  helm: "helm.toolkit.fluxcd.io/v2",
  notification: "notification.toolkit.fluxcd.io/v1beta3",
} as const;

/** With a new value, Flux reconciles the object at once and not at its next interval. */
export const reconcileAnnotation = "reconcile.fluxcd.io/requestedAt";
