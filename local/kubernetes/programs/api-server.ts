/** The API server, with the authenticators and defaults of EKS. */
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { stringify } from "yaml";
import { loopback } from "../../ports.ts";
import { credentialFile } from "../credentials.ts";
import { etcdUrl } from "./etcd.ts";
import { flags, type ControlPlaneLayout, type Program } from "./program.ts";

/** Who asks without credentials may see whether the server is well, as in EKS, and nothing else. */
const authentication = {
  apiVersion: "apiserver.config.k8s.io/v1beta1",
  kind: "AuthenticationConfiguration",
  anonymous: { enabled: true, conditions: ["/livez", "/readyz", "/healthz"].map((name) => ({ path: name })) },
};

const webhook = (server: string): object => ({
  apiVersion: "v1",
  kind: "Config",
  clusters: [{ name: "platform", cluster: { server } }],
  contexts: [{ name: "platform", context: { cluster: "platform" } }],
  "current-context": "platform",
});

export async function apiServer(layout: ControlPlaneLayout): Promise<Program> {
  const file = (name: string): string => path.join(layout.folder, name);
  const credential = (name: Parameters<typeof credentialFile>[1]): string =>
    credentialFile(layout.folder, name);
  await writeFile(file("authentication.yaml"), stringify(authentication));
  await writeFile(file("token-review.kubeconfig"), stringify(webhook(layout.tokenReviewUrl)));
  return {
    tool: "kube-apiserver",
    args: flags({
      "etcd-servers": etcdUrl(layout),
      "bind-address": loopback,
      "advertise-address": loopback,
      "secure-port": layout.apiPort,
      // Endpoints may not be loopback addresses, and nothing in the cluster could reach them.
      "endpoint-reconciler-type": "none",
      "emulated-version": layout.version,
      "service-cluster-ip-range": layout.serviceCidr,
      "authorization-mode": "Node,RBAC",
      "enable-admission-plugins": "NodeRestriction",
      "allow-privileged": true,
      profiling: false,
      "tls-cert-file": credential("server.crt"),
      "tls-private-key-file": credential("server.key"),
      "client-ca-file": credential("ca.crt"),
      "authentication-config": file("authentication.yaml"),
      "authentication-token-webhook-config-file": file("token-review.kubeconfig"),
      "authentication-token-webhook-version": "v1",
      // Short, so that a change of access entries shows soon; long enough to spare a request per call.
      "authentication-token-webhook-cache-ttl": "3s",
      "service-account-issuer": "https://kubernetes.default.svc",
      "service-account-key-file": credential("service-account.pub"),
      "service-account-signing-key-file": credential("service-account.key"),
      "requestheader-client-ca-file": credential("front-proxy-ca.crt"),
      "requestheader-allowed-names": "front-proxy-client",
      "requestheader-username-headers": "X-Remote-User",
      "requestheader-group-headers": "X-Remote-Group",
      "requestheader-extra-headers-prefix": "X-Remote-Extra-",
      "proxy-client-cert-file": credential("front-proxy-client.crt"),
      "proxy-client-key-file": credential("front-proxy-client.key"),
    }),
  };
}
