/** Control planes without Kubernetes: they remember what EKS asked of them. Nodes are Ready as soon as vpc-cni is there. */
import type {
  AddonHealth,
  ControlPlaneAddress,
  ControlPlaneRequest,
  ControlPlanes,
  NodeRequest,
  NodeStatus,
} from "../../kubernetes/types.ts";

interface FakeCluster {
  version: string;
  readonly request: ControlPlaneRequest;
  readonly nodes: Map<string, NodeRequest>;
  readonly addons: Map<string, string>;
  readonly groups: Map<string, { readonly clusterRole: string }>;
}

const needNodes = ["coredns", "aws-ebs-csi-driver"];

export class FakeControlPlanes implements ControlPlanes {
  readonly clusters = new Map<string, FakeCluster>();
  /** Clusters whose pods a disruption budget keeps on their nodes. */
  readonly undrainable = new Set<string>();
  /** Clusters whose creation fails. */
  readonly broken = new Set<string>();

  of(name: string): FakeCluster {
    const found = this.clusters.get(name);
    if (!found) throw new Error(`There is no control plane ${name}.`);
    return found;
  }

  create(request: ControlPlaneRequest): Promise<ControlPlaneAddress> {
    if (this.broken.has(request.name)) return Promise.reject(new Error("etcd did not start"));
    const { version } = request;
    this.clusters.set(request.name, {
      version,
      request,
      nodes: new Map(),
      addons: new Map(),
      groups: new Map(),
    });
    return Promise.resolve({ endpoint: `https://127.0.0.1/${request.name}`, certificateAuthority: "Q0E=" });
  }

  async updateVersion(name: string, version: string): Promise<void> {
    this.of(name).version = version;
    await Promise.resolve();
  }

  async delete(name: string): Promise<void> {
    this.clusters.delete(name);
    await Promise.resolve();
  }

  async addNode(name: string, node: NodeRequest): Promise<void> {
    this.of(name).nodes.set(node.name, node);
    await Promise.resolve();
  }

  async removeNode(name: string, nodeName: string): Promise<void> {
    if (this.undrainable.has(name)) await new Promise(() => undefined);
    this.of(name).nodes.delete(nodeName);
  }

  nodes(name: string): Promise<NodeStatus[]> {
    const { nodes, addons } = this.of(name);
    return Promise.resolve(
      [...nodes.values()].map((node) => ({ name: node.name, ready: addons.has("vpc-cni") })),
    );
  }

  async installAddon(name: string, addon: string, version: string): Promise<void> {
    this.of(name).addons.set(addon, version);
    await Promise.resolve();
  }

  async removeAddon(name: string, addon: string): Promise<void> {
    this.of(name).addons.delete(addon);
    await Promise.resolve();
  }

  async addonHealth(name: string, addon: string): Promise<AddonHealth> {
    const ready = (await this.nodes(name)).some((node) => node.ready);
    return needNodes.includes(addon) && !ready
      ? { healthy: false, reason: `${addon} has no node to run on` }
      : { healthy: true, reason: "" };
  }

  async bindGroup(name: string, group: string, clusterRole: string): Promise<void> {
    this.of(name).groups.set(group, { clusterRole });
    await Promise.resolve();
  }

  async unbindGroup(name: string, group: string): Promise<void> {
    this.of(name).groups.delete(group);
    await Promise.resolve();
  }

  adminKubeconfig(name: string): string {
    throw new Error(`EKS has no business with the kubeconfig of ${name}.`);
  }
}
