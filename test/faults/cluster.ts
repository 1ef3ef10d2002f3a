/** What kubectl is to a person: plants things in a sandbox's cluster, breaks them, and looks at them. */
import { setTimeout as sleep } from "node:timers/promises";
import { KubernetesObjectApi, PatchStrategy } from "@kubernetes/client-node";
import pLimit from "p-limit";
import { parseAllDocuments } from "yaml";
import { clusterConfig, writeContext } from "../../local/cli/kubeconfig.ts";
import type { EngineRun } from "../../local/engine/run.ts";
import { hasStatus, unlessMissing } from "../../local/kubernetes/cluster-client.ts";
import type { KubernetesObject } from "../../src/kubernetes-object.ts";

export interface LiveObject extends KubernetesObject {
  readonly metadata: KubernetesObject["metadata"] & {
    readonly uid: string;
    readonly finalizers?: readonly string[];
    readonly deletionTimestamp?: string;
  };
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly status?: Readonly<Record<string, unknown>>;
}

/** An object's address: `helm.toolkit.fluxcd.io/v2 HelmRelease app-a/podinfo`. */
export type Address = `${string} ${string} ${string}`;

/** The contexts of all sandboxes are in one file. */
const oneByOne = pLimit(1);

/** Milliseconds. */
const usualPatience = 90_000;
const pause = 250;

export class SandboxCluster {
  readonly #objects: KubernetesObjectApi;

  private constructor(objects: KubernetesObjectApi) {
    this.#objects = objects;
  }

  /** With the credentials of whoever made the sandbox, as `aws eks update-kubeconfig` gives them. */
  static async connect(run: EngineRun, region: string): Promise<SandboxCluster> {
    const config = await oneByOne(async () => {
      await writeContext(run, run.stack, region);
      return clusterConfig(run);
    });
    return new SandboxCluster(KubernetesObjectApi.makeApiClient(config));
  }

  /** Applies manifests, in YAML, one after the other. */
  async apply(manifests: string): Promise<void> {
    for (const document of parseAllDocuments(manifests)) {
      const object = document.toJS() as KubernetesObject | null;
      if (object === null) continue;
      await this.#objects.patch(
        object,
        undefined,
        undefined,
        "a-person",
        true,
        PatchStrategy.ServerSideApply,
      );
    }
  }

  async read(address: Address): Promise<LiveObject | undefined> {
    return (await unlessMissing(this.#objects.read(header(address)))) as LiveObject | undefined;
  }

  /** @throws {Error} if it is not there. */
  async get(address: Address): Promise<LiveObject> {
    const found = await this.read(address);
    if (found === undefined) throw new Error(`${address} is not in the cluster.`);
    return found;
  }

  /** Of all namespaces; none where the kind is unknown. */
  async list(apiVersion: string, kind: string): Promise<readonly LiveObject[]> {
    try {
      const { items } = await this.#objects.list(apiVersion, kind);
      // The client's own models are classes without the fields of a kind.
      return items as unknown as LiveObject[];
    } catch (error) {
      if (hasStatus(error, 404) || /Unrecognized API version and kind/.test(String(error))) return [];
      throw error;
    }
  }

  /** A merge patch. */
  async patch(address: Address, change: Readonly<Record<string, unknown>>): Promise<void> {
    const body = { ...header(address), ...change, metadata: mergedMetadata(address, change) };
    await this.#objects.patch(body, undefined, undefined, "a-person", undefined, PatchStrategy.MergePatch);
  }

  async scale(deployment: Address, replicas: number): Promise<void> {
    await this.patch(deployment, { spec: { replicas } });
  }

  /** Asks for the deletion and does not wait for it. */
  async remove(address: Address): Promise<void> {
    await unlessMissing(
      this.#objects.delete(header(address), undefined, undefined, undefined, undefined, "Background"),
    );
  }

  /** Waits until the object is as wanted. */
  async until(
    address: Address,
    what: string,
    test: (object: LiveObject | undefined) => boolean,
    patience = usualPatience,
  ): Promise<void> {
    await eventually(`${address} ${what}`, async () => test(await this.read(address)), patience);
  }
}

/** @throws {Error} that says what did not come true. */
export async function eventually(
  what: string,
  test: () => Promise<boolean>,
  patience = usualPatience,
): Promise<void> {
  const deadline = Date.now() + patience;
  let fault = "";
  while (Date.now() < deadline) {
    try {
      if (await test()) return;
      fault = "";
    } catch (error) {
      fault = `: ${String(error)}`;
    }
    await sleep(pause);
  }
  throw new Error(`Not within ${Math.round(patience / 1000)} s: ${what}${fault}`);
}

export function conditionOf(
  object: LiveObject | undefined,
  type: string,
): { readonly status: string; readonly reason: string; readonly message: string } | undefined {
  const conditions = object?.status?.["conditions"] as
    | readonly {
        readonly type: string;
        readonly status: string;
        readonly reason: string;
        readonly message: string;
      }[]
    | undefined;
  return conditions?.find((condition) => condition.type === type);
}

export function isReady(object: LiveObject | undefined): boolean {
  return conditionOf(object, "Ready")?.status === "True";
}

interface Header {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

function header(address: Address): Header {
  const [apiVersion = "", kind = "", path = ""] = address.split(" ");
  const [first = "", second] = path.split("/");
  const metadata = second === undefined ? { name: first } : { namespace: first, name: second };
  return { apiVersion, kind, metadata };
}

function mergedMetadata(address: Address, change: Readonly<Record<string, unknown>>): Header["metadata"] {
  return { ...(change["metadata"] as object | undefined), ...header(address).metadata };
}
