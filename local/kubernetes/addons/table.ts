/**
 * What each EKS add-on puts into a cluster: the workloads, accounts and roles of the real ones, by their
 * names and labels. The containers are simulated; the roles are those that the real programs need first.
 */
import { z } from "zod";
import { UserError } from "../../user-error.ts";
import type { Manifest } from "../manifest.ts";
import { addressIn } from "../service-address.ts";
import {
  clusterRole,
  clusterRoleBinding,
  configMap,
  csiDriver,
  daemonSet,
  deployment,
  disruptionBudget,
  service,
  serviceAccount,
  type Workload,
} from "./builders.ts";

export interface Addon {
  readonly workloads: readonly Workload[];
  readonly others: readonly Manifest[];
}

export interface AddonSettings {
  readonly version: string;
  readonly serviceCidr: string;
  readonly cluster: string;
  /** Its configuration values in JSON. */
  readonly configuration: string;
}

type AddonBuilder = (settings: AddonSettings) => Addon;

const vpcCni: AddonBuilder = ({ version }) => ({
  workloads: [
    daemonSet({
      name: "aws-node",
      labels: { "app.kubernetes.io/name": "aws-node", "k8s-app": "aws-node" },
      containers: ["aws-node", "aws-eks-nodeagent"],
      initContainers: ["aws-vpc-cni-init"],
      version,
      serviceAccount: "aws-node",
      hostNetwork: true,
    }),
  ],
  others: [
    serviceAccount("aws-node"),
    configMap("amazon-vpc-cni", { "enable-network-policy-controller": "false" }),
    clusterRole(
      "aws-node",
      "get,list,watch namespaces,pods,nodes,crd.k8s.amazonaws.com/eniconfigs",
      "get,list,watch,update,patch vpcresources.k8s.aws/cninodes,networking.k8s.aws/policyendpoints",
      "create,patch,list events.k8s.io/events",
    ),
    clusterRoleBinding("aws-node", "aws-node", "aws-node"),
  ],
});

const kubeProxy: AddonBuilder = ({ version }) => ({
  workloads: [
    daemonSet({
      name: "kube-proxy",
      labels: { "k8s-app": "kube-proxy" },
      containers: ["kube-proxy"],
      version,
      serviceAccount: "kube-proxy",
      hostNetwork: true,
    }),
  ],
  others: [
    serviceAccount("kube-proxy"),
    configMap("kube-proxy-config", { config: "kind: KubeProxyConfiguration\nmode: iptables\n" }),
    clusterRoleBinding("eks:kube-proxy", "system:node-proxier", "kube-proxy"),
  ],
});

const podIdentityAgent: AddonBuilder = ({ version }) => ({
  workloads: [
    daemonSet({
      name: "eks-pod-identity-agent",
      labels: { "app.kubernetes.io/name": "eks-pod-identity-agent" },
      containers: ["eks-pod-identity-agent"],
      initContainers: ["eks-pod-identity-agent-init"],
      version,
      hostNetwork: true,
    }),
  ],
  others: [],
});

const dnsLabels = { "k8s-app": "kube-dns", "eks.amazonaws.com/component": "coredns" };

const coredns: AddonBuilder = ({ version, serviceCidr }) => ({
  workloads: [
    deployment({
      name: "coredns",
      labels: dnsLabels,
      containers: ["coredns"],
      version,
      serviceAccount: "coredns",
    }),
  ],
  others: [
    serviceAccount("coredns"),
    configMap("coredns", {
      Corefile:
        ".:53 {\n    kubernetes cluster.local in-addr.arpa ip6.arpa\n    forward . /etc/resolv.conf\n}\n",
    }),
    clusterRole(
      "system:coredns",
      "list,watch services,pods,namespaces",
      "list,watch discovery.k8s.io/endpointslices",
    ),
    clusterRoleBinding("system:coredns", "system:coredns", "coredns"),
    disruptionBudget("coredns", dnsLabels),
    service(
      "kube-dns",
      { "k8s-app": "kube-dns", "kubernetes.io/name": "CoreDNS" },
      {
        clusterIP: addressIn(serviceCidr, 10),
        selector: { "k8s-app": "kube-dns" },
        ports: [
          { name: "dns", port: 53, protocol: "UDP" },
          { name: "dns-tcp", port: 53, protocol: "TCP" },
          { name: "metrics", port: 9153, protocol: "TCP" },
        ],
      },
    ),
  ],
});

const ebsLabels = (app: string): Record<string, string> => ({
  app,
  "app.kubernetes.io/name": "aws-ebs-csi-driver",
});
const ebsController = "ebs-csi-controller-sa";

const ebsConfiguration = z.object({
  controller: z.object({ extraVolumeTags: z.record(z.string(), z.string()).optional() }).optional(),
});

function ebsTags({ cluster, configuration }: AddonSettings): string[] {
  const { controller } = ebsConfiguration.parse(JSON.parse(configuration));
  const tags = Object.entries(controller?.extraVolumeTags ?? {}).map(([key, value]) => `${key}=${value}`);
  return [`--k8s-tag-cluster-id=${cluster}`, ...(tags.length > 0 ? [`--extra-tags=${tags.join(",")}`] : [])];
}

const ebsCsiDriver: AddonBuilder = (settings) => ({
  workloads: [
    deployment({
      name: "ebs-csi-controller",
      labels: ebsLabels("ebs-csi-controller"),
      containers: ["ebs-plugin", "csi-provisioner", "csi-attacher", "csi-resizer", "liveness-probe"],
      args: { "csi-provisioner": ebsTags(settings) },
      version: settings.version,
      serviceAccount: ebsController,
    }),
    daemonSet({
      name: "ebs-csi-node",
      labels: ebsLabels("ebs-csi-node"),
      containers: ["ebs-plugin", "node-driver-registrar", "liveness-probe"],
      version: settings.version,
      serviceAccount: "ebs-csi-node-sa",
    }),
  ],
  others: [
    serviceAccount(ebsController),
    serviceAccount("ebs-csi-node-sa"),
    csiDriver("ebs.csi.aws.com"),
    disruptionBudget("ebs-csi-controller", ebsLabels("ebs-csi-controller")),
    clusterRole(
      "ebs-external-provisioner-role",
      "get,list,watch,create,patch,delete persistentvolumes",
      "get,list,watch,update persistentvolumeclaims",
      "get,list,watch storage.k8s.io/storageclasses,storage.k8s.io/csinodes,storage.k8s.io/volumeattachments",
      "list,watch,create,update,patch events",
      "get,list,watch nodes",
    ),
    clusterRoleBinding("ebs-csi-provisioner-binding", "ebs-external-provisioner-role", ebsController),
    clusterRole(
      "ebs-external-attacher-role",
      "get,list,watch,patch persistentvolumes,storage.k8s.io/volumeattachments",
      "get,list,watch storage.k8s.io/csinodes",
      "patch storage.k8s.io/volumeattachments/status",
    ),
    clusterRoleBinding("ebs-csi-attacher-binding", "ebs-external-attacher-role", ebsController),
    clusterRole(
      "ebs-external-resizer-role",
      "get,list,watch,patch persistentvolumes",
      "get,list,watch persistentvolumeclaims,pods",
      "patch persistentvolumeclaims/status",
      "list,watch,create,update,patch events",
    ),
    clusterRoleBinding("ebs-csi-resizer-binding", "ebs-external-resizer-role", ebsController),
    clusterRole("ebs-csi-node-role", "get,patch nodes", "get,list,watch storage.k8s.io/volumeattachments"),
    clusterRoleBinding("ebs-csi-node-getter-binding", "ebs-csi-node-role", "ebs-csi-node-sa"),
  ],
});

const table: Readonly<Record<string, AddonBuilder>> = {
  "vpc-cni": vpcCni,
  "kube-proxy": kubeProxy,
  "eks-pod-identity-agent": podIdentityAgent,
  coredns,
  "aws-ebs-csi-driver": ebsCsiDriver,
};

/** Enough to find the objects again that were made with other settings. */
const anySettings: AddonSettings = {
  version: "",
  serviceCidr: "10.100.0.0/16",
  cluster: "",
  configuration: "{}",
};

/** @throws UserError if the local platform has no such add-on. */
export function addonObjects(name: string, settings = anySettings): Addon {
  const build = table[name];
  if (build) return build(settings);
  throw new UserError(
    `The local platform has no EKS add-on ${name}.`,
    `It has ${Object.keys(table).join(", ")}; leave ${name} out, or use AWS.`,
  );
}
