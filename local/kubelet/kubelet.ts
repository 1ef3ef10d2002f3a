/**
 * Stands for the kubelets of a cluster where pods must really do something: a pod of a known image that is bound to a
 * node becomes a program on this machine, and ends when the pod goes. kwok leaves these pods alone.
 */
import path from "node:path";
import type { V1Pod } from "@kubernetes/client-node";
import { unlessMissing, type ClusterClient, type Watched } from "../kubernetes/cluster-client.ts";
import type { Processes } from "../processes.ts";
import { hostImage } from "./images.ts";
import { PodProcess } from "./pod-process.ts";
import { startServiceProxy, type ServiceProxy } from "./service-proxy.ts";

export interface KubeletOptions {
  /** The cluster's name; the names of its processes begin with it and a dot. */
  readonly cluster: string;
  readonly client: ClusterClient;
  readonly adminKubeconfig: string;
  readonly processes: Processes;
  /** Private to the cluster; the pods' folders are made in it. */
  readonly folder: string;
  /** What puts a program on the local internet. */
  readonly internet: Readonly<Record<string, string>>;
  /** What the pods of an account find of AWS, at each start of a program. */
  readonly aws: (namespace: string, account: string) => Promise<Readonly<Record<string, string>>>;
  readonly log: (line: string) => void;
}

interface HostPod {
  readonly pod: V1Pod;
  readonly process: PodProcess;
}

export class Kubelet {
  readonly #options: KubeletOptions;
  readonly #pods = new Map<string, HostPod>();
  readonly #ending = new Set<Promise<void>>();
  /** By image and account: settled when the last pod that was elected there has ended. */
  readonly #elected = new Map<string, Promise<unknown>>();
  #proxy: ServiceProxy | undefined;
  #watched: Watched<V1Pod> | undefined;
  #addresses = 0;

  private constructor(options: KubeletOptions) {
    this.#options = options;
  }

  static async start(options: KubeletOptions): Promise<Kubelet> {
    const kubelet = new Kubelet(options);
    kubelet.#proxy = await startServiceProxy((...service) => kubelet.#resolve(...service));
    const { core } = options.client;
    kubelet.#watched = await options.client.watch<V1Pod>(
      "/api/v1/pods",
      () => core.listPodForAllNamespaces(),
      (pod, gone) => {
        kubelet.#changed(pod, gone);
      },
    );
    return kubelet;
  }

  async stop(): Promise<void> {
    await this.#watched?.stop();
    for (const uid of this.#pods.keys()) this.#end(uid);
    await Promise.all(this.#ending);
    await this.#proxy?.close();
  }

  #changed(pod: V1Pod, gone: boolean): void {
    const uid = pod.metadata?.uid ?? "";
    if (gone || pod.metadata?.deletionTimestamp) {
      this.#end(uid);
      return;
    }
    const container = pod.spec?.containers.find((each) => hostImage(each.image ?? ""));
    const image = hostImage(container?.image ?? "");
    if (!container || !image || !pod.spec?.nodeName || this.#pods.has(uid)) return;
    const { cluster, client, adminKubeconfig, processes, folder, internet, aws, log } = this.#options;
    const namespace = pod.metadata?.namespace ?? "";
    const account = pod.spec.serviceAccountName ?? "default";
    const election = `${container.image ?? ""} ${namespace}/${account}`;
    const turn = image.electsLeader === true ? this.#elected.get(election) : undefined;
    this.#addresses += 1;
    const process = new PodProcess({
      pod,
      container,
      image,
      name: `${cluster}.${namespace}.${pod.metadata?.name ?? ""}`,
      folder: path.join(folder, uid),
      // Beside kwok's range; nothing listens there, but Services want an address that is no loopback one.
      podIp: `10.245.${Math.floor(this.#addresses / 250) % 250}.${(this.#addresses % 250) + 1}`,
      adminKubeconfig,
      client,
      processes,
      environment: async () => ({
        ...internet,
        HTTP_PROXY: this.#proxy?.url ?? "",
        ...(await aws(namespace, account)),
      }),
      turn,
      log,
    });
    const elected: Promise<unknown> = Promise.all([turn, process.ended]).then(() => {
      if (this.#elected.get(election) === elected) this.#elected.delete(election);
    });
    this.#elected.set(election, elected);
    this.#pods.set(uid, { pod, process });
  }

  #end(uid: string): void {
    const ending = this.#pods.get(uid)?.process.stop();
    this.#pods.delete(uid);
    if (!ending) return;
    this.#ending.add(ending);
    void ending.finally(() => this.#ending.delete(ending));
  }

  async #resolve(name: string, namespace: string, port: number): Promise<number | undefined> {
    const service = await unlessMissing(this.#options.client.core.readNamespacedService({ name, namespace }));
    const selector = Object.entries(service?.spec?.selector ?? {});
    const target = service?.spec?.ports?.find((candidate) => candidate.port === port)?.targetPort;
    if (selector.length === 0 || target === undefined) return undefined;
    const chosen = [...this.#pods.values()].find(
      ({ pod, process }) =>
        process.ready &&
        pod.metadata?.namespace === namespace &&
        selector.every(([key, value]) => pod.metadata?.labels?.[key] === value),
    );
    return chosen?.process.portOf(target);
  }
}
