/** What a proof asks of a cluster, and does there. */
import type {
  KubernetesObject as LiveObject,
  V1Deployment,
  V1Job,
  V1Pod,
  V2HorizontalPodAutoscaler,
} from "@kubernetes/client-node";
import { ApiRefusal, type ClusterApi } from "../../src/kubernetes/api.ts";
import { pathOf } from "../../src/kubernetes/discovery.ts";
import type { KubernetesObject } from "../../src/kubernetes-object.ts";
import { proofLabel } from "../../src/prove/objects.ts";

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
  readonly #api: ClusterApi;

  constructor(api: ClusterApi) {
    this.#api = api;
  }

  /** Undefined where there is no such object, or the cluster does not know its kind. */
  async read<T = LiveObject>(object: Header): Promise<T | undefined> {
    return (await unlessRefused([404], this.#api.get(placeOf(object).path))) as T | undefined;
  }

  /** Not tried again: an answer that was lost would make the second try fail. */
  async create(object: KubernetesObject): Promise<void> {
    await this.#api.send({ method: "POST", path: placeOf(object).folder, body: object, once: true });
  }

  /** Asks for the deletion of what a proof has made, with what it owns; one that is not there is no failure. */
  async remove(object: Header): Promise<void> {
    await unlessRefused([404], this.#api.deleteOwn(placeOf(object).path, proofLabel));
  }

  deployment(name: string, namespace: string): Promise<V1Deployment | undefined> {
    return this.read({ apiVersion: "apps/v1", kind: "Deployment", metadata: { name, namespace } });
  }

  autoscaler(name: string, namespace: string): Promise<V2HorizontalPodAutoscaler | undefined> {
    const kind = "HorizontalPodAutoscaler";
    return this.read({ apiVersion: "autoscaling/v2", kind, metadata: { name, namespace } });
  }

  job(name: string, namespace: string): Promise<V1Job | undefined> {
    return this.read({ apiVersion: "batch/v1", kind: "Job", metadata: { name, namespace } });
  }

  /** Whether a pod of the Job runs or has done its work, and why none does, if a container says so. */
  async jobPod(name: string, namespace: string): Promise<JobPod> {
    const pods = `/api/v1/namespaces/${namespace}/pods`;
    const answer = await this.#api.get(pods, { labelSelector: `job-name=${name}` });
    const { items } = answer as { readonly items: readonly V1Pod[] };
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
    const path = `/apis/metrics.k8s.io/v1beta1/namespaces/${namespace}/pods`;
    // 503: the API is registered, and nothing answers behind it.
    return (await unlessRefused([404, 503], this.#api.send({ path, once: true }))) !== undefined;
  }
}

export interface JobPod {
  readonly runs: boolean;
  readonly succeeded: boolean;
  readonly waitsFor: string;
}

type Header = Pick<KubernetesObject, "apiVersion" | "kind" | "metadata">;

/** The plural of every kind that a proof is about is a regular one. */
function placeOf({ apiVersion, kind, metadata }: Header): { readonly folder: string; readonly path: string } {
  const { name, namespace = "" } = metadata;
  const path = pathOf({ apiVersion, plural: `${kind.toLowerCase()}s` }, { namespace, name });
  return { folder: path.slice(0, path.lastIndexOf("/")), path };
}

async function unlessRefused<T>(codes: readonly number[], answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ApiRefusal && codes.includes(error.code)) return undefined;
    throw error;
  }
}
