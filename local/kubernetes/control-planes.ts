/** Real Kubernetes control planes behind the clusters of the EKS stand-in, one set of processes each. */
import path from "node:path";
import { ScaledClock } from "../clock.ts";
import { Kubelet } from "../kubelet/kubelet.ts";
import type { Processes } from "../processes.ts";
import { UserError } from "../user-error.ts";
import { bindGroup, unbindGroup } from "./access-bindings.ts";
import { addonHealth } from "./addons/health.ts";
import { addonObjects } from "./addons/table.ts";
import { ClusterClient } from "./cluster-client.ts";
import { ControlPlane } from "./control-plane.ts";
import { MetricsServer } from "./metrics/metrics-server.ts";
import { drainAndRemove } from "./node-drain.ts";
import { NodeReadiness } from "./node-readiness.ts";
import { isReady, nodeObject } from "./node.ts";
import { TokenReviewServer } from "./token-review.ts";
import type {
  AddonHealth,
  Authenticator,
  ControlPlaneAddress,
  ControlPlaneRequest,
  ControlPlanes,
  NodeRequest,
  NodeStatus,
} from "./types.ts";
import { requireServed } from "./versions.ts";

export interface LocalControlPlanesOptions {
  readonly processes: Processes;
  /** The EKS side, which knows tokens and access entries. */
  readonly authenticator: Authenticator;
  /** What puts the cluster's programs on the local internet; without it no pod becomes a program. */
  readonly internet?: Readonly<Record<string, string>>;
  /** Gets the address of each cluster's API server, such as 127.0.0.1:40123, for as long as there is one. */
  readonly apiServers?: Set<string>;
  /** What the pods of a service account find of AWS in their environment; nothing if left out. */
  readonly aws?: (
    cluster: ControlPlaneRequest,
    namespace: string,
    account: string,
  ) => Promise<Readonly<Record<string, string>>>;
  /** For the minutes that a disruption budget may hold up a node. */
  readonly clock?: ScaledClock;
  /** Receives what happens unasked, such as a program that ended and is started again. */
  readonly log?: (line: string) => void;
}

interface Cluster {
  readonly controlPlane: ControlPlane;
  readonly client: ClusterClient;
  readonly readiness: NodeReadiness;
  readonly kubelet: Kubelet | undefined;
  readonly metrics: MetricsServer;
}

export class LocalControlPlanes implements ControlPlanes {
  readonly #processes: Processes;
  readonly #internet: Readonly<Record<string, string>> | undefined;
  readonly #apiServers: Set<string>;
  readonly #aws: NonNullable<LocalControlPlanesOptions["aws"]>;
  readonly #clock: ScaledClock;
  readonly #log: (line: string) => void;
  readonly #tokenReviews: TokenReviewServer;
  readonly #clusters = new Map<string, Cluster>();

  constructor(options: LocalControlPlanesOptions) {
    this.#processes = options.processes;
    this.#internet = options.internet;
    this.#apiServers = options.apiServers ?? new Set();
    this.#aws = options.aws ?? (() => Promise.resolve({}));
    this.#clock = options.clock ?? new ScaledClock();
    this.#log = options.log ?? console.error;
    this.#tokenReviews = new TokenReviewServer(options.authenticator);
  }

  /** @throws UserError if the version cannot be served here, or a program does not start. */
  async create(request: ControlPlaneRequest): Promise<ControlPlaneAddress> {
    const { name, version } = request;
    requireServed(name, version);
    const tokenReviewUrl = await this.#tokenReviews.url(name);
    const controlPlane = await ControlPlane.start(this.#processes, request, tokenReviewUrl, this.#log);
    this.#apiServers.add(new URL(controlPlane.endpoint).host);
    const client = new ClusterClient(controlPlane.adminKubeconfig);
    this.#clusters.set(name, {
      controlPlane,
      client,
      readiness: await NodeReadiness.start(client, this.#log),
      kubelet: this.#internet && (await this.#startKubelet(request, controlPlane, client, this.#internet)),
      metrics: await MetricsServer.start(client, await controlPlane.frontProxyAuthority()),
    });
    const authority = await controlPlane.certificateAuthority();
    return {
      endpoint: controlPlane.endpoint,
      certificateAuthority: Buffer.from(authority).toString("base64"),
    };
  }

  /** @throws UserError if the version cannot be served here. */
  async updateVersion(name: string, version: string): Promise<void> {
    requireServed(name, version);
    await this.#cluster(name).controlPlane.update(version);
  }

  async delete(name: string): Promise<void> {
    const cluster = this.#clusters.get(name);
    this.#clusters.delete(name);
    if (cluster) this.#apiServers.delete(new URL(cluster.controlPlane.endpoint).host);
    await Promise.all([cluster?.readiness.stop(), cluster?.kubelet?.stop()]);
    await cluster?.controlPlane.remove();
    // Last: an API server that cannot reach it fails at every discovery.
    await cluster?.metrics.stop();
    await ControlPlane.removeRemains(this.#processes, name);
  }

  /** Deletes every cluster and stops answering TokenReviews. */
  async close(): Promise<void> {
    await Promise.all([...this.#clusters.keys()].map((name) => this.delete(name)));
    await this.#tokenReviews.close();
  }

  async addNode(name: string, node: NodeRequest): Promise<void> {
    await this.#cluster(name).client.create(nodeObject(node));
  }

  async removeNode(name: string, nodeName: string): Promise<void> {
    await drainAndRemove(this.#cluster(name).client, nodeName, this.#clock);
  }

  async nodes(name: string): Promise<NodeStatus[]> {
    const { items } = await this.#cluster(name).client.core.listNode();
    return items.map((node) => ({ name: node.metadata?.name ?? "", ready: isReady(node) }));
  }

  /** @throws UserError if there is no such add-on on the local platform. */
  async installAddon(name: string, addon: string, version: string, configuration = "{}"): Promise<void> {
    const { client, controlPlane } = this.#cluster(name);
    const { serviceCidr } = controlPlane;
    const { workloads, others } = addonObjects(addon, { version, serviceCidr, cluster: name, configuration });
    // Accounts and roles first: pods whose account is missing are refused, and tried again seconds later.
    await Promise.all(others.map((object) => client.apply(object, "eks")));
    await Promise.all(workloads.map((object) => client.apply(object, "eks")));
  }

  async removeAddon(name: string, addon: string): Promise<void> {
    const { client } = this.#cluster(name);
    const { workloads, others } = addonObjects(addon);
    await Promise.all(workloads.map((object) => client.remove(object)));
    await Promise.all(others.map((object) => client.remove(object)));
  }

  async addonHealth(name: string, addon: string): Promise<AddonHealth> {
    return addonHealth(this.#cluster(name).client, addonObjects(addon).workloads);
  }

  async bindGroup(name: string, group: string, clusterRole: string): Promise<void> {
    await bindGroup(this.#cluster(name).client, group, clusterRole);
  }

  async unbindGroup(name: string, group: string): Promise<void> {
    await unbindGroup(this.#cluster(name).client, group);
  }

  adminKubeconfig(name: string): string {
    return this.#cluster(name).controlPlane.adminKubeconfig;
  }

  async #startKubelet(
    request: ControlPlaneRequest,
    { adminKubeconfig }: ControlPlane,
    client: ClusterClient,
    internet: Readonly<Record<string, string>>,
  ): Promise<Kubelet> {
    return Kubelet.start({
      cluster: request.name,
      client,
      adminKubeconfig,
      processes: this.#processes,
      folder: path.join(path.dirname(adminKubeconfig), "pods"),
      internet,
      aws: (namespace, account) => this.#aws(request, namespace, account),
      log: this.#log,
    });
  }

  #cluster(name: string): Cluster {
    const cluster = this.#clusters.get(name);
    if (cluster) return cluster;
    throw new UserError(
      `There is no control plane of a cluster ${name} on the local platform.`,
      "Create the cluster first; after a restart of the platform every cluster is gone.",
    );
  }
}
