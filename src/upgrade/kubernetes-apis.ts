/**
 * Versions of Kubernetes' own APIs that were or will be taken away.
 *
 * As of 2026-11-28, from the life cycles that Kubernetes v1.37.1 declares of its own types (k8s.io/api,
 * `zz_generated.prerelease-lifecycle.go`), and for what it no longer has from the deprecation guide
 * (kubernetes.io/docs/reference/using-api/deprecation-guide). To be looked through again with each new minor.
 */
import { minorsAhead, parseMinor, type Minor } from "../versions/minor.ts";

export interface ApiLife {
  readonly apiVersion: string;
  readonly kinds: readonly string[];
  /** Minors: from then on there is a warning, and no answer any more. */
  readonly deprecatedIn: string;
  readonly removedIn: string;
  /** What to write instead; undefined where nothing took its place. */
  readonly replacement?: string;
}

const life = (
  apiVersion: string,
  kinds: string,
  deprecatedIn: string,
  removedIn: string,
  replacement?: string,
): ApiLife => ({
  apiVersion,
  kinds: kinds.split(" "),
  deprecatedIn,
  removedIn,
  ...(replacement === undefined ? {} : { replacement }),
});

const webhooks = "MutatingWebhookConfiguration ValidatingWebhookConfiguration";
const validating = "ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding";
const mutating = "MutatingAdmissionPolicy MutatingAdmissionPolicyBinding";
const roles = "ClusterRole ClusterRoleBinding Role RoleBinding";
const fairness = "FlowSchema PriorityLevelConfiguration";
const devices = "DeviceClass ResourceClaim ResourceClaimTemplate ResourceSlice";
const reviews = "LocalSubjectAccessReview SelfSubjectAccessReview SelfSubjectRulesReview SubjectAccessReview";

export const kubernetesApis: readonly ApiLife[] = [
  life("extensions/v1beta1", "DaemonSet Deployment ReplicaSet", "1.8", "1.16", "apps/v1"),
  life("extensions/v1beta1", "NetworkPolicy", "1.9", "1.16", "networking.k8s.io/v1"),
  life("extensions/v1beta1", "PodSecurityPolicy", "1.10", "1.16"),
  life("extensions/v1beta1", "Ingress", "1.14", "1.22", "networking.k8s.io/v1"),
  life("apps/v1beta1", "ControllerRevision Deployment StatefulSet", "1.8", "1.16", "apps/v1"),
  life(
    "apps/v1beta2",
    "ControllerRevision DaemonSet Deployment ReplicaSet StatefulSet",
    "1.9",
    "1.16",
    "apps/v1",
  ),
  life("admissionregistration.k8s.io/v1beta1", webhooks, "1.16", "1.22", "admissionregistration.k8s.io/v1"),
  life("apiextensions.k8s.io/v1beta1", "CustomResourceDefinition", "1.16", "1.22", "apiextensions.k8s.io/v1"),
  life("apiregistration.k8s.io/v1beta1", "APIService", "1.19", "1.22", "apiregistration.k8s.io/v1"),
  life("authentication.k8s.io/v1beta1", "TokenReview", "1.19", "1.22", "authentication.k8s.io/v1"),
  life("authorization.k8s.io/v1beta1", reviews, "1.19", "1.22", "authorization.k8s.io/v1"),
  life("certificates.k8s.io/v1beta1", "CertificateSigningRequest", "1.19", "1.22", "certificates.k8s.io/v1"),
  life("coordination.k8s.io/v1beta1", "Lease", "1.19", "1.22", "coordination.k8s.io/v1"),
  life("networking.k8s.io/v1beta1", "Ingress IngressClass", "1.19", "1.22", "networking.k8s.io/v1"),
  life("rbac.authorization.k8s.io/v1beta1", roles, "1.17", "1.22", "rbac.authorization.k8s.io/v1"),
  life("scheduling.k8s.io/v1beta1", "PriorityClass", "1.14", "1.22", "scheduling.k8s.io/v1"),
  life(
    "storage.k8s.io/v1beta1",
    "CSIDriver CSINode StorageClass VolumeAttachment",
    "1.19",
    "1.22",
    "storage.k8s.io/v1",
  ),
  life("storage.k8s.io/v1alpha1", "CSIStorageCapacity VolumeAttachment", "1.21", "1.24", "storage.k8s.io/v1"),
  life("autoscaling/v2beta1", "HorizontalPodAutoscaler", "1.22", "1.25", "autoscaling/v2"),
  life("batch/v1beta1", "CronJob", "1.21", "1.25", "batch/v1"),
  life("discovery.k8s.io/v1beta1", "EndpointSlice", "1.21", "1.25", "discovery.k8s.io/v1"),
  life("events.k8s.io/v1beta1", "Event", "1.22", "1.25", "events.k8s.io/v1"),
  life("node.k8s.io/v1beta1", "RuntimeClass", "1.22", "1.25", "node.k8s.io/v1"),
  life("policy/v1beta1", "Eviction PodDisruptionBudget", "1.21", "1.25", "policy/v1"),
  life("policy/v1beta1", "PodSecurityPolicy", "1.21", "1.25"),
  life("autoscaling/v2beta2", "HorizontalPodAutoscaler", "1.23", "1.26", "autoscaling/v2"),
  life("flowcontrol.apiserver.k8s.io/v1beta1", fairness, "1.23", "1.26", "flowcontrol.apiserver.k8s.io/v1"),
  life("storage.k8s.io/v1beta1", "CSIStorageCapacity", "1.24", "1.27", "storage.k8s.io/v1"),
  life("flowcontrol.apiserver.k8s.io/v1beta2", fairness, "1.26", "1.29", "flowcontrol.apiserver.k8s.io/v1"),
  life("flowcontrol.apiserver.k8s.io/v1beta3", fairness, "1.29", "1.32", "flowcontrol.apiserver.k8s.io/v1"),
  life(
    "admissionregistration.k8s.io/v1alpha1",
    validating,
    "1.29",
    "1.32",
    "admissionregistration.k8s.io/v1",
  ),
  life("authentication.k8s.io/v1alpha1", "SelfSubjectReview", "1.29", "1.32", "authentication.k8s.io/v1"),
  life("authentication.k8s.io/v1beta1", "SelfSubjectReview", "1.30", "1.33", "authentication.k8s.io/v1"),
  life("admissionregistration.k8s.io/v1beta1", validating, "1.31", "1.34", "admissionregistration.k8s.io/v1"),
  life("storage.k8s.io/v1alpha1", "VolumeAttributesClass", "1.32", "1.35", "storage.k8s.io/v1"),
  life("networking.k8s.io/v1beta1", "IPAddress ServiceCIDR", "1.34", "1.37", "networking.k8s.io/v1"),
  life("storage.k8s.io/v1beta1", "VolumeAttributesClass", "1.34", "1.37", "storage.k8s.io/v1"),
  life("certificates.k8s.io/v1alpha1", "ClusterTrustBundle", "1.34", "1.37", "certificates.k8s.io/v1beta1"),
  life(
    "admissionregistration.k8s.io/v1alpha1",
    mutating,
    "1.35",
    "1.38",
    "admissionregistration.k8s.io/v1beta1",
  ),
  life("coordination.k8s.io/v1alpha2", "LeaseCandidate", "1.35", "1.38", "coordination.k8s.io/v1beta1"),
  life("resource.k8s.io/v1beta1", devices, "1.35", "1.38", "resource.k8s.io/v1"),
  life("resource.k8s.io/v1beta2", devices, "1.36", "1.39", "resource.k8s.io/v1"),
  life("coordination.k8s.io/v1beta1", "LeaseCandidate", "1.36", "1.39"),
  life("resource.k8s.io/v1alpha3", "DeviceTaintRule", "1.36", "1.39", "resource.k8s.io/v1beta2"),
  life("admissionregistration.k8s.io/v1beta1", mutating, "1.37", "1.40", "admissionregistration.k8s.io/v1"),
  life(
    "certificates.k8s.io/v1beta1",
    "ClusterTrustBundle PodCertificateRequest",
    "1.37",
    "1.40",
    "certificates.k8s.io/v1",
  ),
  life(
    "storagemigration.k8s.io/v1beta1",
    "StorageVersionMigration",
    "1.37",
    "1.40",
    "storagemigration.k8s.io/v1",
  ),
  life("resource.k8s.io/v1alpha3", "ResourcePoolStatusRequest", "1.39", "1.42"),
  life("resource.k8s.io/v1beta2", "DeviceTaintRule", "1.39", "1.42"),
];

export function findApi(apiVersion: string, kind: string): ApiLife | undefined {
  return kubernetesApis.find((api) => api.apiVersion === apiVersion && api.kinds.includes(kind));
}

export type ApiState = "served" | "deprecated" | "removed";

export function stateIn(api: ApiLife, target: Minor): ApiState {
  const since = (minor: string): boolean => {
    const from = parseMinor(minor);
    return from !== undefined && minorsAhead(target, from) >= 0;
  };
  if (since(api.removedIn)) return "removed";
  return since(api.deprecatedIn) ? "deprecated" : "served";
}
