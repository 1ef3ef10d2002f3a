/** Reads of a cluster's API, and annotations, with the kubeconfig's own way of obtaining credentials at the time. */
import {
  ApiException,
  ApisApi,
  CustomObjectsApi,
  KubeConfig,
  PatchStrategy,
  setHeaderOptions,
  VersionApi,
} from "@kubernetes/client-node";

export interface ServedVersions {
  /** As the API server says it: `v1.35.2-eks-1234567`. */
  readonly version: string;
  /** Such as `v1`, `autoscaling/v2`. */
  readonly apiVersions: readonly string[];
}

export class ClusterReader {
  readonly #config = new KubeConfig();
  #signedIn: Promise<unknown> | undefined;

  /** @throws {Error} on a kubeconfig that is none. */
  constructor(kubeconfig: string) {
    this.#config.loadFromString(kubeconfig);
  }

  /** All objects of a kind, in all namespaces; none where the API server does not know the kind (yet). */
  async list(apiVersion: string, plural: string): Promise<unknown[]> {
    const [group = "", version = ""] = apiVersion.split("/");
    await this.#signIn();
    try {
      const api = this.#config.makeApiClient(CustomObjectsApi);
      const list = (await api.listCustomObjectForAllNamespaces({
        group,
        version,
        resourcePlural: plural,
      })) as {
        items: unknown[];
      };
      return list.items;
    } catch (error) {
      if (error instanceof ApiException && error.code === 404) return [];
      throw error;
    }
  }

  async annotate(
    {
      apiVersion,
      plural,
      namespace,
      name,
    }: { apiVersion: string; plural: string; namespace: string; name: string },
    annotations: Readonly<Record<string, string>>,
  ): Promise<void> {
    const [group = "", version = ""] = apiVersion.split("/");
    await this.#config
      .makeApiClient(CustomObjectsApi)
      .patchNamespacedCustomObject(
        { group, version, plural, namespace, name, body: { metadata: { annotations } } },
        setHeaderOptions("Content-Type", PatchStrategy.MergePatch),
      );
  }

  /**
   * One request by itself. The kubeconfig's program for credentials takes seconds on a busy machine, and its answer is kept:
   * requests that begin together would each run it.
   */
  async #signIn(): Promise<void> {
    this.#signedIn ??= this.#config.makeApiClient(VersionApi).getCode();
    await this.#signedIn.catch((error: unknown) => {
      this.#signedIn = undefined;
      throw error;
    });
  }

  async served(): Promise<ServedVersions> {
    await this.#signIn();
    const [{ gitVersion }, { groups }] = await Promise.all([
      this.#config.makeApiClient(VersionApi).getCode(),
      this.#config.makeApiClient(ApisApi).getAPIVersions(),
    ]);
    return {
      version: gitVersion,
      apiVersions: [
        "v1",
        ...groups.flatMap(({ versions }) => versions.map(({ groupVersion }) => groupVersion)),
      ],
    };
  }
}

/** One line: what the API server answered, or why it did not. */
export function readFault(error: unknown): string {
  if (error instanceof ApiException) {
    const body = error.body as unknown;
    return `the API server answers ${error.code}: ${typeof body === "string" ? body.trim().slice(0, 300) : error.message}`;
  }
  if (error instanceof AggregateError && error.message === "") return error.errors.map(readFault).join("; ");
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message} (${readFault(error.cause)})`;
}
