/**
 * When the official provider counts an object as ready, by kind. Kinds that are not here (CustomResourceDefinitions and custom
 * objects among them) are ready once they are stored. Source: pulumi-kubernetes, `provider/pkg/await`.
 */
import { isRecord, type Properties } from "../../product.ts";
import type { KubernetesObject } from "./object.ts";
import { annotation, at, conditionOf } from "./object.ts";

export interface Readiness {
  readonly ready: boolean;
  /** What is waited for, for people. */
  readonly message?: string;
  /** The object cannot become ready any more. */
  readonly failed?: boolean;
}

/** Reads another object of the cluster; undefined where it is not there. */
export type Lookup = (object: KubernetesObject) => Promise<KubernetesObject | undefined>;

type Check = (object: KubernetesObject, lookup: Lookup, created: boolean) => Readiness | Promise<Readiness>;

const number = (value: unknown): number => (typeof value === "number" ? value : 0);
const status = (object: Properties, key: string): unknown => at(object, "status", key);
const isTrue = (condition: Properties | undefined): boolean => condition?.["status"] === "True";

function said(condition: Properties | undefined): string {
  const message = condition?.["message"];
  return typeof message === "string" && message ? `: ${message}` : "";
}

const observed = (object: KubernetesObject): boolean =>
  number(status(object, "observedGeneration")) >= number(object.metadata.generation);

const when = (ready: boolean, message: string): Readiness => (ready ? { ready } : { ready, message });

const deployment: Check = (object) => {
  const progressing = conditionOf(object, "Progressing");
  const rolledOut = isTrue(progressing) && progressing?.["reason"] === "NewReplicaSetAvailable";
  const available = conditionOf(object, "Available");
  const replicas = number(at(object, "spec", "replicas"));
  const ready = observed(object) && rolledOut && isTrue(available);
  const why = said(isTrue(available) ? progressing : available);
  return when(
    ready,
    `Waiting for app ReplicaSet to be available (${number(status(object, "availableReplicas"))}/${replicas} Pods available)${why}`,
  );
};

const statefulSet: Check = (object) => {
  const replicas = number(at(object, "spec", "replicas"));
  const current = status(object, "currentRevision") === status(object, "updateRevision");
  const readyReplicas = number(status(object, "readyReplicas"));
  const ready = observed(object) && current && readyReplicas === replicas;
  return when(ready, `Waiting for StatefulSet Pods (${readyReplicas}/${replicas} Pods ready)`);
};

const daemonSet: Check = (object) => {
  const desired = number(status(object, "desiredNumberScheduled"));
  const updated = number(status(object, "updatedNumberScheduled"));
  const ready =
    observed(object) && updated === desired && number(status(object, "numberAvailable")) === desired;
  return when(
    ready,
    `Waiting for DaemonSet Pods (${number(status(object, "numberAvailable"))}/${desired} Pods available)`,
  );
};

const job: Check = (object) => {
  const failed = conditionOf(object, "Failed");
  if (isTrue(failed))
    return { ready: false, failed: true, message: `[${String(failed?.["reason"])}]${said(failed)}` };
  const counts = ["active", "succeeded", "failed"].map((key) => `${key}: ${number(status(object, key))}`);
  return when(isTrue(conditionOf(object, "Complete")), `Waiting for Job to succeed (${counts.join(", ")})`);
};

const pod: Check = (object) => {
  const ready = conditionOf(object, "Ready");
  return when(
    isTrue(ready) || status(object, "phase") === "Succeeded",
    `Waiting for Pod to be ready${said(ready)}`,
  );
};

const hasLoadBalancer = (object: KubernetesObject): boolean => {
  const ingress = at(object, "status", "loadBalancer", "ingress");
  return Array.isArray(ingress) && ingress.length > 0;
};

const service: Check = async (object, lookup) => {
  const type = at(object, "spec", "type");
  if (type === "LoadBalancer" && !hasLoadBalancer(object)) {
    return {
      ready: false,
      message: "Service was not allocated an IP address; does your cloud provider support this?",
    };
  }
  const selector = at(object, "spec", "selector");
  const targetsPods = isRecord(selector) && Object.keys(selector).length > 0;
  if (type === "ExternalName" || at(object, "spec", "clusterIP") === "None" || !targetsPods)
    return { ready: true };
  const { name = "", namespace = "default" } = object.metadata;
  const endpoints = await lookup({ apiVersion: "v1", kind: "Endpoints", metadata: { name, namespace } });
  const subsets = endpoints?.["subsets"];
  const pending = (Array.isArray(subsets) ? subsets : []).some((subset) => {
    const addresses = at(subset, "notReadyAddresses");
    return Array.isArray(addresses) && addresses.length > 0;
  });
  return when(
    endpoints !== undefined && !pending,
    "Waiting for the Pods that the Service selects to be ready",
  );
};

const ingress: Check = (object) =>
  when(
    hasLoadBalancer(object),
    "Ingress .status.loadBalancer field was not updated with a hostname/IP address",
  );

const persistentVolume: Check = (object) =>
  when(
    ["Available", "Bound"].includes(String(status(object, "phase"))),
    "Waiting for the volume to be available",
  );

const persistentVolumeClaim: Check = async (object, lookup, created) => {
  const phase = status(object, "phase");
  const name = at(object, "spec", "storageClassName");
  const storageClass =
    created && phase === "Pending" && typeof name === "string" && name
      ? await lookup({ apiVersion: "storage.k8s.io/v1", kind: "StorageClass", metadata: { name } })
      : undefined;
  // Nothing binds such a claim before the first pod that uses it.
  const waitsForConsumer = storageClass?.["volumeBindingMode"] === "WaitForFirstConsumer";
  return when(phase === "Bound" || waitsForConsumer, "Waiting for the claim to be bound");
};

const replicationController: Check = (object) =>
  when(
    number(status(object, "availableReplicas")) === number(at(object, "spec", "replicas")),
    "Waiting for the desired replicas",
  );

const resourceQuota: Check = (object) =>
  when(
    JSON.stringify(at(object, "status", "hard")) === JSON.stringify(at(object, "spec", "hard")),
    "Waiting for the quota to be counted",
  );

const secret: Check = (object) => {
  const filledLater = object["type"] === "kubernetes.io/service-account-token";
  const data = object["data"];
  return when(!filledLater || (isRecord(data) && Object.keys(data).length > 0), "Waiting for the token");
};

const checks: Readonly<Record<string, Check>> = {
  "apps/v1/DaemonSet": daemonSet,
  "apps/v1/Deployment": deployment,
  "apps/v1/StatefulSet": statefulSet,
  "batch/v1/Job": job,
  "networking.k8s.io/v1/Ingress": ingress,
  "v1/PersistentVolume": persistentVolume,
  "v1/PersistentVolumeClaim": persistentVolumeClaim,
  "v1/Pod": pod,
  "v1/ReplicationController": replicationController,
  "v1/ResourceQuota": resourceQuota,
  "v1/Secret": secret,
  "v1/Service": service,
};

/** `created` tells a fresh object from one that was updated. */
export async function readiness(
  object: KubernetesObject,
  lookup: Lookup,
  created: boolean,
): Promise<Readiness> {
  return (await checks[`${object.apiVersion}/${object.kind}`]?.(object, lookup, created)) ?? { ready: true };
}

export function skipsAwait(object: KubernetesObject): boolean {
  return annotation(object, "pulumi.com/skipAwait") === "true";
}

/** Kinds whose deletion the official provider does not await either when `pulumi.com/skipAwait` is set. */
export const skipsDeletionAwait = new Set([
  "apps/v1/DaemonSet",
  "apps/v1/Deployment",
  "apps/v1/StatefulSet",
  "batch/v1/Job",
  "v1/Namespace",
  "v1/Pod",
  "v1/ReplicationController",
]);
