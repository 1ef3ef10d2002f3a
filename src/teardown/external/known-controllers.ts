/** The controllers that make AWS resources for objects of Kubernetes, and how each is recognised in a cluster. */

export type ControllerName = keyof typeof knownControllers;

interface KnownController {
  readonly title: string;
  /**
   * Its workload is named so, or ends so after a release's name, or has this as its label `app.kubernetes.io/name`. Empty
   * for one that runs beside the control plane, where nobody can remove it.
   */
  readonly workloads: readonly string[];
}

export const knownControllers = {
  "aws-load-balancer-controller": {
    title: "the AWS Load Balancer Controller",
    workloads: ["aws-load-balancer-controller"],
  },
  "aws-gateway-api-controller": {
    title: "the AWS Gateway API Controller",
    workloads: ["aws-gateway-controller-chart", "aws-gateway-api-controller"],
  },
  "cloud-controller-manager": { title: "the cloud controller of the EKS control plane", workloads: [] },
  "ebs-csi-driver": { title: "the EBS CSI driver", workloads: ["ebs-csi-controller", "aws-ebs-csi-driver"] },
  "efs-csi-driver": { title: "the EFS CSI driver", workloads: ["efs-csi-controller", "aws-efs-csi-driver"] },
  "snapshot-controller": { title: "the snapshot controller", workloads: ["snapshot-controller"] },
  karpenter: { title: "Karpenter", workloads: ["karpenter"] },
  "external-dns": { title: "external-dns", workloads: ["external-dns"] },
} as const satisfies Readonly<Record<string, KnownController>>;

export function isControllerName(name: string): name is ControllerName {
  return Object.hasOwn(knownControllers, name);
}
