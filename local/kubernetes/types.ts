/** What the EKS stand-in asks of the Kubernetes control planes that stand behind its clusters. */

export interface ControlPlaneRequest {
  /** EKS cluster name; also the audience of its tokens (`x-k8s-aws-id`). */
  readonly name: string;
  readonly arn: string;
  /** Minor version to serve, such as "1.35". */
  readonly version: string;
  /** Such as "10.100.0.0/16". */
  readonly serviceCidr: string;
}

export interface ControlPlaneAddress {
  /** Such as https://127.0.0.1:40123. */
  readonly endpoint: string;
  /** PEM bundle in base64, as in DescribeCluster's certificateAuthority.data. */
  readonly certificateAuthority: string;
}

export interface NodeRequest {
  /** Private DNS name, as EKS names nodes. */
  readonly name: string;
  readonly instanceId: string;
  readonly instanceType: string;
  readonly zone: string;
  readonly region: string;
  readonly privateIp: string;
  /** Of a managed node group. */
  readonly nodeGroup?: string;
  /** kubelet version's minor, such as "1.35". */
  readonly version: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly { readonly key: string; readonly value: string; readonly effect: string }[];
}

export interface NodeStatus {
  readonly name: string;
  readonly ready: boolean;
}

export interface AddonHealth {
  /** Whether every workload of the add-on has the replicas that it wants. */
  readonly healthy: boolean;
  /** What is missing, for people. */
  readonly reason: string;
}

/** Who a verified token is, as access entries map it. */
export interface KubernetesIdentity {
  readonly username: string;
  readonly groups: readonly string[];
}

/** Answers the API server's TokenReview for one cluster; undefined means that the token is refused. */
export type Authenticator = (clusterName: string, token: string) => Promise<KubernetesIdentity | undefined>;

export interface ControlPlanes {
  /** Starts etcd, the API server, the controller manager, the scheduler and kwok; resolves when the API is ready. */
  create(request: ControlPlaneRequest): Promise<ControlPlaneAddress>;
  /** Serves another minor version over the same data. */
  updateVersion(name: string, version: string): Promise<void>;
  /** Stops every process of the cluster and removes its data; a cluster that is not there is no failure. */
  delete(name: string): Promise<void>;
  /** Registers a node; it turns Ready only once vpc-cni's DaemonSet is in the cluster. */
  addNode(name: string, node: NodeRequest): Promise<void>;
  /** Evicts what runs on the node, then removes it, as a managed node group does. */
  removeNode(name: string, nodeName: string): Promise<void>;
  nodes(name: string): Promise<NodeStatus[]>;
  /** Puts the workloads of an EKS add-on into kube-system; `configuration` is its configuration values in JSON. */
  installAddon(name: string, addon: string, version: string, configuration?: string): Promise<void>;
  /** Takes them out again. */
  removeAddon(name: string, addon: string): Promise<void>;
  addonHealth(name: string, addon: string): Promise<AddonHealth>;
  /** Makes a group mean a built-in ClusterRole, in the whole cluster, for access policies. */
  bindGroup(name: string, group: string, clusterRole: string): Promise<void>;
  unbindGroup(name: string, group: string): Promise<void>;
  /** Path of a kubeconfig with full rights, for the platform's own use. */
  adminKubeconfig(name: string): string;
}
