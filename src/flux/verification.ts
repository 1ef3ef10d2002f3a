/**
 * Releases of the platform that are taken only if they are signed. The demand is the cluster's own: the root Kustomization
 * adds it to what Git says, so that no commit takes it away.
 */
import { fluxNamespace, platformSource } from "./api.ts";

/** Holds the public half of the key. */
export const signingKeySecret = "platform-signing-key";

/** A patch for the root Kustomization (kustomize-controller, `spec.patches`); it does nothing where there is no such source. */
export const verifiedReleases = {
  target: { kind: "OCIRepository", name: platformSource, namespace: fluxNamespace },
  patch: JSON.stringify([
    { op: "add", path: "/spec/verify", value: { provider: "cosign", secretRef: { name: signingKeySecret } } },
  ]),
};
