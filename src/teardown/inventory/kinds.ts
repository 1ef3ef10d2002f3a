/** Which reader reads which kind. */
import type { Detail } from "./detail.ts";
import { readHelmRelease, readKustomization } from "./flux.ts";
import { readNodeClaim, readNodeClass, readNodePool } from "./karpenter.ts";
import {
  readGateway,
  readGatewayClass,
  readIngress,
  readIngressClass,
  readService,
  readTargetBinding,
} from "./networking.ts";
import { kindId, type ObjectIdentity } from "./object-id.ts";
import { readAwsResource, isAwsResource } from "./operators.ts";
import { readClaim, readSnapshot, readSnapshotContent, readVolume } from "./storage.ts";
import {
  readApiService,
  readBinding,
  readDefinition,
  readRole,
  readWebhooks,
  readWorkload,
} from "./workloads.ts";

type Reader = (identity: ObjectIdentity, manifest: unknown) => Detail;

const readers: Readonly<Record<string, Reader>> = {
  "Kustomization.kustomize.toolkit.fluxcd.io": readKustomization,
  "HelmRelease.helm.toolkit.fluxcd.io": readHelmRelease,
  "CustomResourceDefinition.apiextensions.k8s.io": readDefinition,
  "ValidatingWebhookConfiguration.admissionregistration.k8s.io": readWebhooks,
  "MutatingWebhookConfiguration.admissionregistration.k8s.io": readWebhooks,
  "APIService.apiregistration.k8s.io": readApiService,
  Pod: readWorkload,
  "Deployment.apps": readWorkload,
  "StatefulSet.apps": readWorkload,
  "DaemonSet.apps": readWorkload,
  "ReplicaSet.apps": readWorkload,
  "Job.batch": readWorkload,
  "CronJob.batch": readWorkload,
  Service: readService,
  "Ingress.networking.k8s.io": readIngress,
  "IngressClass.networking.k8s.io": readIngressClass,
  "Gateway.gateway.networking.k8s.io": readGateway,
  "GatewayClass.gateway.networking.k8s.io": readGatewayClass,
  "TargetGroupBinding.elbv2.k8s.aws": readTargetBinding,
  PersistentVolumeClaim: readClaim,
  PersistentVolume: readVolume,
  "VolumeSnapshot.snapshot.storage.k8s.io": readSnapshot,
  "VolumeSnapshotContent.snapshot.storage.k8s.io": readSnapshotContent,
  "NodePool.karpenter.sh": readNodePool,
  "NodeClaim.karpenter.sh": readNodeClaim,
  "EC2NodeClass.karpenter.k8s.aws": readNodeClass,
  "Role.rbac.authorization.k8s.io": readRole,
  "ClusterRole.rbac.authorization.k8s.io": readRole,
  "RoleBinding.rbac.authorization.k8s.io": readBinding,
  "ClusterRoleBinding.rbac.authorization.k8s.io": readBinding,
};

export function readDetail(identity: ObjectIdentity, manifest: unknown): Detail {
  const kind = kindId(identity.group, identity.kind);
  const reader = readers[kind] ?? (isAwsResource(kind) ? readAwsResource : undefined);
  return reader === undefined ? { type: "other" } : reader(identity, manifest);
}

/** Whether more of an object is read than its metadata. @param kind `<Kind>.<group>` */
export function isReadWhole(kind: string): boolean {
  return Object.hasOwn(readers, kind) || isAwsResource(kind);
}
