/** What a pod finds in files: its account's token in a kubeconfig, and the secrets that it mounts. */
import { mkdir, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { AuthenticationV1TokenRequest, KubeConfig, type V1Pod } from "@kubernetes/client-node";
import { unlessMissing, type ClusterClient } from "../kubernetes/cluster-client.ts";
import { volumeFolder } from "./container.ts";

/** A token's life in seconds, as in a real cluster, and after how much of it a new one is fetched. */
const tokenLife = 3607;
const renewAfterMilliseconds = tokenLife * 0.8 * 1000;

export class PodFiles {
  readonly folder: string;
  readonly kubeconfig: string;
  readonly #client: ClusterClient;
  readonly #adminKubeconfig: string;
  readonly #pod: V1Pod;
  #renewAt = 0;

  constructor(folder: string, client: ClusterClient, adminKubeconfig: string, pod: V1Pod) {
    this.folder = folder;
    this.kubeconfig = path.join(folder, "kubeconfig.json");
    this.#client = client;
    this.#adminKubeconfig = adminKubeconfig;
    this.#pod = pod;
  }

  /**
   * Brings the files up to date.
   * @throws if the account is missing, or a secret that is not optional is.
   */
  async refresh(): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    if (Date.now() > this.#renewAt) await this.#writeToken();
    for (const { name, secret } of this.#pod.spec?.volumes ?? []) {
      const folder = volumeFolder(this.folder, name);
      await mkdir(folder, { recursive: true });
      if (secret?.secretName) await this.#writeSecret(folder, secret.secretName, secret.optional ?? false);
    }
  }

  async #writeToken(): Promise<void> {
    const { metadata } = this.#pod;
    const namespace = metadata?.namespace ?? "";
    const account = this.#pod.spec?.serviceAccountName ?? "default";
    // Bound to the pod: the API server refuses the token once the pod is gone.
    const boundObjectRef = {
      apiVersion: "v1",
      kind: "Pod",
      name: metadata?.name ?? "",
      uid: metadata?.uid ?? "",
    };
    const body = Object.assign(new AuthenticationV1TokenRequest(), {
      spec: { audiences: [], expirationSeconds: tokenLife, boundObjectRef },
    });
    const { status } = await this.#client.core.createNamespacedServiceAccountToken({
      name: account,
      namespace,
      body,
    });
    const tokenFile = path.join(this.folder, "token");
    await replace(tokenFile, status?.token ?? "");
    this.#renewAt = Date.now() + renewAfterMilliseconds;

    const admin = new KubeConfig();
    admin.loadFromFile(this.#adminKubeconfig);
    const cluster = admin.getCurrentCluster();
    const config = {
      apiVersion: "v1",
      kind: "Config",
      clusters: [
        {
          name: "cluster",
          cluster: { server: cluster?.server, "certificate-authority-data": cluster?.caData },
        },
      ],
      users: [{ name: account, user: { tokenFile } }],
      contexts: [{ name: "pod", context: { cluster: "cluster", user: account, namespace } }],
      "current-context": "pod",
    };
    await replace(this.kubeconfig, JSON.stringify(config));
  }

  async #writeSecret(folder: string, name: string, optional: boolean): Promise<void> {
    const namespace = this.#pod.metadata?.namespace ?? "";
    const secret = await unlessMissing(this.#client.core.readNamespacedSecret({ name, namespace }));
    if (!secret && !optional) throw new Error(`secret "${name}" not found in namespace ${namespace}`);
    for (const [key, value] of Object.entries(secret?.data ?? {})) {
      await replace(path.join(folder, key), Buffer.from(value, "base64"));
    }
  }
}

async function replace(file: string, content: string | Buffer): Promise<void> {
  await writeFile(`${file}.new`, content, { mode: 0o600 });
  await rename(`${file}.new`, file);
}
