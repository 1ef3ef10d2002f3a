/**
 * Fields that the official provider does not change in place: the API server refuses it, or (for the data of
 * ConfigMaps and Secrets) pods would not notice. Source: pulumi-kubernetes, `provider/pkg/provider/diff.go`.
 */
import type { KubernetesObject } from "./object.ts";
import { at } from "./object.ts";

export interface Mutability {
  readonly configMaps: boolean;
  readonly secrets: boolean;
}

const container = (
  "args command env image imagePullPolicy lifecycle livenessProbe ports readinessProbe resources securityContext " +
  "stdin stdinOnce terminationMessagePath terminationMessagePolicy tty volumeDevices volumeMounts workingDir"
).split(" ");

const pod = (
  "affinity automountServiceAccountToken dnsConfig dnsPolicy enableServiceLinks hostAliases hostIPC hostNetwork hostPID " +
  "hostname imagePullSecrets nodeName nodeSelector overhead preemptionPolicy priority priorityClassName readinessGates " +
  "restartPolicy runtimeClassName schedulerName securityContext serviceAccount serviceAccountName shareProcessNamespace " +
  "subdomain terminationGracePeriodSeconds volumes"
).split(" ");

const volumeSources = (
  "awsElasticBlockStore azureDisk azureFile cephfs cinder csi fc flexVolume flocker gcePersistentDisk glusterfs hostPath " +
  "iscsi local nfs photonPersistentDisk portworxVolume quobyte rbd scaleIO storageos vsphereVolume"
).split(" ");

const inSpec = (names: readonly string[]): string[] => names.map((name) => `spec.${name}`);

/** By group and kind; the paths are without list indices and cover all below them. */
const immutable: Readonly<Record<string, readonly string[]>> = {
  "/PersistentVolume": inSpec(volumeSources),
  "/PersistentVolumeClaim": inSpec(["accessModes", "selector", "storageClassName", "volumeName"]),
  "/Pod": inSpec([
    ...pod,
    ...["containers", "initContainers"].flatMap((list) => container.map((field) => `${list}.${field}`)),
  ]),
  "/ResourceQuota": ["spec.scopes"],
  "/Service": ["spec.clusterIP"],
  "apps/DaemonSet": ["spec.selector"],
  "apps/Deployment": ["spec.selector"],
  "apps/StatefulSet": inSpec([
    "podManagementPolicy",
    "revisionHistoryLimit",
    "selector",
    "serviceName",
    "volumeClaimTemplates",
  ]),
  "batch/Job": inSpec(["completions", "parallelism", "selector", "template"]),
  "rbac.authorization.k8s.io/ClusterRoleBinding": ["roleRef"],
  "rbac.authorization.k8s.io/RoleBinding": ["roleRef"],
  "storage.k8s.io/StorageClass": ["parameters", "provisioner"],
};

export function forceNewPaths(object: KubernetesObject, mutability: Mutability): readonly string[] {
  const { apiVersion, kind } = object;
  const group = apiVersion.includes("/") ? (apiVersion.split("/")[0] ?? "") : "";
  const identity = ["metadata.name", "metadata.namespace", ...(immutable[`${group}/${kind}`] ?? [])];
  const frozen = at(object, "immutable") === true;
  if (apiVersion === "v1" && kind === "Secret") {
    return [...identity, "type", ...(mutability.secrets && !frozen ? [] : ["data", "stringData"])];
  }
  if (apiVersion === "v1" && kind === "ConfigMap" && (!mutability.configMaps || frozen)) {
    return [...identity, "data", "binaryData"];
  }
  return identity;
}
