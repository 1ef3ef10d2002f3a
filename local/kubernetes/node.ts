/** The Node object that a kubelet on an EKS instance registers. */
import type { V1Node, V1NodeCondition } from "@kubernetes/client-node";
import type { Manifest } from "./manifest.ts";
import { kwokAnnotation } from "./programs/kwok.ts";
import type { NodeRequest } from "./types.ts";

/**
 * What the kubelet finds on an instance: CPUs, memory in MiB (the instance's, less what firmware and kernel
 * take), and pods, by the VPC CNI's limit (interfaces x (addresses - 1) + 2).
 */
const instanceTypes: Readonly<Record<string, { cpu: number; memory: number; pods: number }>> = {
  "t3.medium": { cpu: 2, memory: 3_836, pods: 17 },
  "t3.large": { cpu: 2, memory: 7_836, pods: 35 },
  "m5.large": { cpu: 2, memory: 7_628, pods: 29 },
  "m6i.large": { cpu: 2, memory: 7_628, pods: 29 },
};
const otherInstance = { cpu: 4, memory: 15_636, pods: 58 };

/** What EKS's images set aside for kubelet and system: 80 millicores, and memory by the number of pods. */
const reserved = (pods: number): { cpu: number; memory: number } => ({
  cpu: 80,
  memory: 255 + 11 * pods + 100,
});

const graviton = /^[a-z]+\d+g[a-z]*\./;

interface NodeCondition {
  readonly type: string;
  readonly status: "True" | "False";
  readonly reason: string;
  readonly message: string;
  readonly lastHeartbeatTime: Date;
  readonly lastTransitionTime: Date;
}

/** Whether the node may take pods, as the kubelet reports it with and without a CNI plugin. */
export function readyCondition(ready: boolean, now = new Date()): NodeCondition {
  return {
    type: "Ready",
    status: ready ? "True" : "False",
    reason: ready ? "KubeletReady" : "KubeletNotReady",
    message: ready
      ? "kubelet is posting ready status"
      : "container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized",
    lastHeartbeatTime: now,
    lastTransitionTime: now,
  };
}

/**
 * When a node's next report is sent; its last one is in what it reported before (a watch gives times as text). The node
 * lifecycle controller takes no notice of a report whose time, to the second, is that of the one before: it would hold a node
 * that becomes Ready in its first second for NotReady for ever (`tryUpdateNodeHealth` in
 * kubernetes/pkg/controller/nodelifecycle).
 */
export function nextReport(last: Date | string | undefined, now = new Date()): Date {
  return last === undefined ? now : new Date(Math.max(now.getTime(), new Date(last).getTime() + 1000));
}

/** The condition of its readiness, as it was last reported. */
export function reportedReadiness(node: V1Node): V1NodeCondition | undefined {
  return node.status?.conditions?.find(({ type }) => type === "Ready");
}

export const isReady = (node: V1Node): boolean => reportedReadiness(node)?.status === "True";

export function nodeObject(request: NodeRequest): Manifest {
  const { cpu, memory, pods } = instanceTypes[request.instanceType] ?? otherInstance;
  const kept = reserved(pods);
  const architecture = graviton.test(request.instanceType) ? "arm64" : "amd64";
  const kubelet = `v${request.version}.0-eks-local`;
  const now = new Date();
  const sufficient = (type: string, reason: string): NodeCondition => ({
    ...readyCondition(true, now),
    type,
    status: "False",
    reason,
    message: "",
  });
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name: request.name,
      annotations: {
        ...kwokAnnotation,
        // As every kubelet sets it: volumes are attached by the controller manager.
        "volumes.kubernetes.io/controller-managed-attach-detach": "true",
      },
      labels: {
        "kubernetes.io/os": "linux",
        "kubernetes.io/arch": architecture,
        "kubernetes.io/hostname": request.name,
        "node.kubernetes.io/instance-type": request.instanceType,
        "topology.kubernetes.io/region": request.region,
        "topology.kubernetes.io/zone": request.zone,
        ...(request.nodeGroup !== undefined && { "eks.amazonaws.com/nodegroup": request.nodeGroup }),
        ...request.labels,
      },
    },
    spec: {
      providerID: `aws:///${request.zone}/${request.instanceId}`,
      taints: request.taints.map((taint) => ({ ...taint })),
    },
    status: {
      addresses: [
        { type: "InternalIP", address: request.privateIp },
        { type: "InternalDNS", address: request.name },
        { type: "Hostname", address: request.name },
      ],
      capacity: { cpu: String(cpu), memory: `${memory}Mi`, pods: String(pods) },
      allocatable: {
        cpu: `${cpu * 1000 - kept.cpu}m`,
        memory: `${memory - kept.memory}Mi`,
        pods: String(pods),
      },
      conditions: [
        sufficient("MemoryPressure", "KubeletHasSufficientMemory"),
        sufficient("DiskPressure", "KubeletHasNoDiskPressure"),
        sufficient("PIDPressure", "KubeletHasSufficientPID"),
        readyCondition(false, now),
      ],
      nodeInfo: {
        architecture,
        operatingSystem: "linux",
        osImage: "Amazon Linux 2023 (local stand-in)",
        kernelVersion: "local",
        containerRuntimeVersion: "kwok://local",
        kubeletVersion: kubelet,
        kubeProxyVersion: kubelet,
        machineID: request.instanceId,
        systemUUID: request.instanceId,
        bootID: request.instanceId,
      },
    },
  };
}
