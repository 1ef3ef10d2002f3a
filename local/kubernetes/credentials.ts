/** The keys and certificates of one control plane, and its kubeconfig with full rights. */
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { stringify } from "yaml";
import { createAuthority, createKeyPair, issueCertificate } from "../pki.ts";
import { loopback } from "../ports.ts";

export type CredentialName =
  | "ca.crt"
  | `${"server" | "front-proxy-client"}.${"crt" | "key"}`
  | "front-proxy-ca.crt"
  | `service-account.${"pub" | "key"}`;

export const credentialFile = (folder: string, name: CredentialName): string =>
  path.join(folder, "pki", name);

export const adminKubeconfigFile = (folder: string): string => path.join(folder, "admin.kubeconfig");

const base64 = (text: string): string => Buffer.from(text).toString("base64");

/**
 * Makes everything that the programs of a control plane need to trust each other.
 * @returns the authority's certificate, PEM.
 */
export async function writeCredentials(
  folder: string,
  cluster: string,
  endpoint: string,
  serviceAddress: string,
): Promise<string> {
  const [authority, frontProxy, serviceAccounts] = await Promise.all([
    createAuthority("kubernetes"),
    createAuthority("front-proxy"),
    createKeyPair(),
  ]);
  const [server, admin, frontProxyClient] = await Promise.all([
    issueCertificate(authority, {
      commonName: "kube-apiserver",
      hosts: [loopback, "localhost", serviceAddress, "kubernetes.default.svc"],
      usage: "server",
    }),
    issueCertificate(authority, {
      commonName: "local-platform",
      organizations: ["system:masters"],
      usage: "client",
    }),
    issueCertificate(frontProxy, { commonName: "front-proxy-client", usage: "client" }),
  ]);
  const files: Record<CredentialName, string> = {
    "ca.crt": authority.certificate,
    "server.crt": server.certificate,
    "server.key": server.privateKey,
    "front-proxy-ca.crt": frontProxy.certificate,
    "front-proxy-client.crt": frontProxyClient.certificate,
    "front-proxy-client.key": frontProxyClient.privateKey,
    "service-account.pub": serviceAccounts.publicKey,
    "service-account.key": serviceAccounts.privateKey,
  };
  await mkdir(path.join(folder, "pki"), { recursive: true, mode: 0o700 });
  const names = Object.keys(files) as CredentialName[];
  await Promise.all(
    names.map((name) => writeFile(credentialFile(folder, name), files[name], { mode: 0o600 })),
  );
  const kubeconfig = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [
      {
        name: cluster,
        cluster: { server: endpoint, "certificate-authority-data": base64(authority.certificate) },
      },
    ],
    users: [
      {
        name: "local-platform",
        user: {
          "client-certificate-data": base64(admin.certificate),
          "client-key-data": base64(admin.privateKey),
        },
      },
    ],
    contexts: [{ name: cluster, context: { cluster, user: "local-platform" } }],
    "current-context": cluster,
  };
  await writeFile(adminKubeconfigFile(folder), stringify(kubeconfig), { mode: 0o600 });
  return authority.certificate;
}
