/** The platform's own access to one cluster's API. */
import {
  ApiException,
  AppsV1Api,
  CoreV1Api,
  KubeConfig,
  KubernetesObjectApi,
  PatchStrategy,
  RbacAuthorizationV1Api,
  makeInformer,
  setHeaderOptions,
  type Informer,
  type KubernetesListObject,
  type KubernetesObject,
  type ObjectCache,
} from "@kubernetes/client-node";
import type { Manifest } from "./manifest.ts";

/** Milliseconds before a watch that broke off is begun again. */
const watchAgainAfter = 250;

export interface Watched<T extends KubernetesObject> extends ObjectCache<T> {
  stop(): Promise<void>;
}

/** The status of objects of any kind, as a resource of its own. */
class StatusApi extends KubernetesObjectApi {
  protected override async specUriPath(
    ...[spec, action]: Parameters<KubernetesObjectApi["specUriPath"]>
  ): Promise<string> {
    return `${await super.specUriPath(spec, action)}/status`;
  }
}

export class ClusterClient {
  readonly core: CoreV1Api;
  readonly apps: AppsV1Api;
  readonly rbac: RbacAuthorizationV1Api;
  /** Objects of any kind. */
  readonly objects: KubernetesObjectApi;
  readonly statuses: KubernetesObjectApi;
  readonly #config: KubeConfig;

  constructor(kubeconfig: string | KubeConfig) {
    if (typeof kubeconfig === "string") {
      this.#config = new KubeConfig();
      this.#config.loadFromFile(kubeconfig);
    } else {
      this.#config = kubeconfig;
    }
    this.core = this.#config.makeApiClient(CoreV1Api);
    this.apps = this.#config.makeApiClient(AppsV1Api);
    this.rbac = this.#config.makeApiClient(RbacAuthorizationV1Api);
    this.objects = KubernetesObjectApi.makeApiClient(this.#config);
    this.statuses = this.#config.makeApiClient(StatusApi);
  }

  async create(object: Manifest): Promise<void> {
    await this.objects.create(object);
  }

  /** Creates the object, or makes it what it should be. @param manager `eks` for what EKS applies, such as an add-on */
  async apply(object: Manifest, manager = "a-person"): Promise<void> {
    await this.objects.patch(object, undefined, undefined, manager, true, PatchStrategy.ServerSideApply);
  }

  /** Deletes the object; what it owns is collected afterwards. One that is not there is no failure. */
  async remove(object: Manifest): Promise<void> {
    await unlessMissing(
      this.objects.delete(object, undefined, undefined, undefined, undefined, "Background"),
    );
  }

  /** Lets no more pods onto a node; whether there is such a node. */
  async cordon(name: string): Promise<boolean> {
    const merge = setHeaderOptions("Content-Type", PatchStrategy.MergePatch);
    const cordoned = { name, body: { spec: { unschedulable: true } } };
    return (await unlessMissing(this.core.patchNode(cordoned, merge))) !== undefined;
  }

  /** Keeps a list of objects up to date and calls `changed` with each that appears, changes or goes. */
  async watch<T extends KubernetesObject>(
    path: string,
    list: () => Promise<KubernetesListObject<T>>,
    changed: (object: T, gone: boolean) => void,
    labelSelector?: string,
  ): Promise<Watched<T>> {
    const informer: Informer<T> & ObjectCache<T> = makeInformer(this.#config, path, list, labelSelector);
    let timer: NodeJS.Timeout | undefined;
    let stopped = false;
    const again = (): void => {
      // The API server may be away for a while, when its version changes.
      if (!stopped) timer = setTimeout(() => void informer.start().catch(again), watchAgainAfter);
    };
    // The library's "change" would include deletions.
    for (const verb of ["add", "update"] as const) {
      informer.on(verb, (object) => {
        changed(object, false);
      });
    }
    informer.on("delete", (object) => {
      changed(object, true);
    });
    informer.on("error", again);
    await informer.start();
    return {
      get: (name, namespace) => informer.get(name, namespace),
      list: (namespace) => informer.list(namespace),
      stop: async () => {
        stopped = true;
        clearTimeout(timer);
        await informer.stop();
      },
    };
  }
}

export const hasStatus = (error: unknown, code: number): boolean =>
  error instanceof ApiException && error.code === code;

/** The answer, or undefined if the API server has no such object. */
export async function unlessMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (hasStatus(error, 404)) return undefined;
    throw error;
  }
}
