/**
 * Where EKS publishes who issues the tokens of a cluster's pods. Whoever makes an OIDC provider for the cluster, such as
 * `@pulumi/eks`, reads the certificates of this host, in whose chain IAM wants the issuing authority's thumbprint, and
 * nothing that it serves. The platform's pods get their roles by pod identity, so no keys are published.
 */
import { reply, type Host } from "./host.ts";

export const isIssuerHost = (name: string): boolean =>
  /^oidc\.eks\.[a-z0-9-]+\.amazonaws\.com(\.cn)?$/.test(name);

export const issuerHost: Host = (_request, response) => {
  reply(response, 404, "The local platform publishes no keys of pods' tokens; it has pod identity only.\n");
};
