/** What a proof asks of a cluster, and does there: with one kubeconfig, and no other context than its own. */
import {
  ApiException,
  AppsV1Api,
  AutoscalingV2Api,
  BatchV1Api,
  CoreV1Api,
  CustomObjectsApi,
  KubernetesObjectApi,
  type KubeConfig,
  type KubernetesObject as LiveObject,
  type V1Deployment,
  type V1Job,
  type V2HorizontalPodAutoscaler,
} from "@kubernetes/client-node";
import type { KubernetesObject } from "../../src/kubernetes-object.ts";

export interface LiveScaledObject extends LiveObject {
  readonly status?: {
    /** Of the autoscaler that KEDA has made. */
    readonly hpaName?: string;
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly message?: string;
    }[];
  };
}

export class ProofCluster {
  readonly #config: KubeConfig;
  readonly #objects: KubernetesObjectApi;

  constructor(config: KubeConfig) {
    this.#config = config;
    this.#objects = KubernetesObjectApi.makeApiClient(config);
  }

  /** Undefined where there is no such object, or the cluster does not know its kind. */
  read<T extends LiveObject>({ apiVersion, kind, metadata }: KubernetesObject): Promise<T | undefined> {
    const { name, namespace = "" } = metadata;
    return found(this.#objects.read<T>({ apiVersion, kind, metadata: { name, namespace } }));
  }

  async create(object: KubernetesObject): Promise<void> {
    await this.#objects.create(object);
  }

  /** Asks for the deletion of the object and of what it owns; one that is not there is no failure. */
  async remove(object: KubernetesObject): Promise<void> {
    await found(this.#objects.delete(object, undefined, undefined, undefined, undefined, "Background"));
  }

  deployment(name: string, namespace: string): Promise<V1Deployment | undefined> {
    return found(this.#config.makeApiClient(AppsV1Api).readNamespacedDeployment({ name, namespace }));
  }

  autoscaler(name: string, namespace: string): Promise<V2HorizontalPodAutoscaler | undefined> {
    const api = this.#config.makeApiClient(AutoscalingV2Api);
    return found(api.readNamespacedHorizontalPodAutoscaler({ name, namespace }));
  }

  job(name: string, namespace: string): Promise<V1Job | undefined> {
    return found(this.#config.makeApiClient(BatchV1Api).readNamespacedJob({ name, namespace }));
  }

  /** Whether a pod of the Job runs or has done its work, and why none does, if a container says so. */
  async jobPod(name: string, namespace: string): Promise<JobPod> {
    const api = this.#config.makeApiClient(CoreV1Api);
    const { items } = await api.listNamespacedPod({ namespace, labelSelector: `job-name=${name}` });
    const [waiting] = items.flatMap(({ status }) => status?.containerStatuses?.[0]?.state?.waiting ?? []);
    const has = (phase: string): boolean => items.some(({ status }) => status?.phase === phase);
    return {
      runs: has("Running"),
      // The Job says so a moment later.
      succeeded: has("Succeeded"),
      waitsFor: [waiting?.reason, waiting?.message].filter((text) => text !== undefined).join(": "),
    };
  }

  /** Whether the cluster measures the CPU of pods: an autoscaler has nothing to go by otherwise. */
  async measuresPods(namespace: string): Promise<boolean> {
    const api = this.#config.makeApiClient(CustomObjectsApi);
    const asked = { group: "metrics.k8s.io", version: "v1beta1", plural: "pods", namespace };
    try {
      return (await found<unknown>(api.listNamespacedCustomObject(asked))) !== undefined;
    } catch (error) {
      // The API is registered, and nothing answers behind it.
      if (error instanceof ApiException && error.code === 503) return false;
      throw error;
    }
  }
}

export interface JobPod {
  readonly runs: boolean;
  readonly succeeded: boolean;
  readonly waitsFor: string;
}

async function found<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ApiException && error.code === 404) return undefined;
    // The library's own error for a kind that the API server does not serve.
    if (error instanceof Error && error.message.startsWith("Unrecognized API version and kind"))
      return undefined;
    throw error;
  }
}
