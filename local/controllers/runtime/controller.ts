/** The loop that the controllers share: watch objects of a kind, hold those of interest by a finalizer, clear up, let go. */
import { createHash } from "node:crypto";
import {
  CoreV1Event,
  PatchStrategy,
  type KubernetesListObject,
  type KubernetesObject,
  type V1ObjectMeta,
} from "@kubernetes/client-node";
import {
  hasStatus,
  unlessMissing,
  type ClusterClient,
  type Watched,
} from "../../kubernetes/cluster-client.ts";
import type { Manifest } from "../../kubernetes/manifest.ts";
import { knobsOf } from "./knobs.ts";
import { NotYet, WorkQueue } from "./queue.ts";

export interface Kind {
  readonly apiVersion: string;
  readonly kind: string;
  readonly plural: string;
}

export type Live = KubernetesObject & { readonly metadata?: V1ObjectMeta };

/** What the API sends as metadata: an object of no class. */
export type Metadata = { readonly [Key in keyof V1ObjectMeta]: V1ObjectMeta[Key] | undefined };

export const metadataOf = ({ metadata }: Live): Metadata => metadata ?? {};

export interface Behaviour<T extends Live> {
  /** Whether the object, or the state it is in, is this controller's business. */
  readonly wants: (object: T) => boolean;
  /** Holds the object while it is wanted; none: `sync` and `remove` set and lift what they need themselves. */
  readonly finalizer?: (object: T) => string;
  /** Makes the world what the object says. */
  readonly sync: (object: T) => Promise<void>;
  /** Takes it away again; the finalizer is lifted after it. */
  readonly remove: (object: T) => Promise<void>;
  /** Objects that are looked at, at the same time. */
  readonly concurrency?: number;
  /** Reason of the event that tells of a failure. */
  readonly failure: string;
}

const keyOf = ({ metadata }: Live): string => `${metadata?.namespace ?? ""}/${metadata?.name ?? ""}`;

export class Controller {
  readonly client: ClusterClient;
  readonly #component: string;
  readonly #told = new Set<string>();
  readonly #deletedAt = new Map<string, number>();

  constructor(client: ClusterClient, component: string) {
    this.client = client;
    this.#component = component;
  }

  /** Keeps an up-to-date list of a kind, and calls `changed` with each change. */
  async watch<T extends Live>(
    kind: Kind,
    changed: (object: T) => void = () => undefined,
  ): Promise<Watched<T>> {
    const { apiVersion, plural } = kind;
    const path = `${apiVersion.includes("/") ? "/apis" : "/api"}/${apiVersion}/${plural}`;
    const list = (): Promise<KubernetesListObject<T>> => this.client.objects.list<T>(apiVersion, kind.kind);
    return this.client.watch<T>(path, list, changed);
  }

  /** Looks after a kind; the answer puts one of its objects on the list again. */
  async manage<T extends Live>(kind: Kind, behaviour: Behaviour<T>): Promise<Watched<T>> {
    const find = (key: string): T | undefined => {
      const [namespace = "", name = ""] = key.split("/");
      return watched.get(name, namespace === "" ? undefined : namespace);
    };
    const queue = new WorkQueue(
      behaviour.concurrency ?? 3,
      async (key) => {
        const object = find(key);
        if (object) await this.#reconcile(kind, behaviour, object);
      },
      (key, error) => {
        // Somebody else wrote the object: its news are on their way.
        if (!hasStatus(error, 409)) void this.#tell(kind, find(key), behaviour.failure, error);
      },
    );
    let begun = false;
    const watched: Watched<T> = await this.watch<T>(kind, (object) => {
      if (begun) queue.add(keyOf(object));
    });
    begun = true;
    // Not before the caller has the list.
    setImmediate(() => {
      for (const object of watched.list()) queue.add(keyOf(object));
    });
    return watched;
  }

  /** Writes the finalizers if nobody wrote the object since it was read. */
  async setFinalizers(kind: Kind, object: Live, finalizers: readonly string[]): Promise<void> {
    const { name, namespace, resourceVersion } = metadataOf(object);
    await unlessMissing(this.merge(kind, { name, namespace, resourceVersion, finalizers: [...finalizers] }));
  }

  async merge({ apiVersion, kind }: Kind, metadata: Metadata): Promise<void> {
    const body = {
      apiVersion,
      kind,
      metadata: { ...metadata, name: metadata.name ?? "" } as Manifest["metadata"],
    };
    await this.client.objects.patch(
      body,
      undefined,
      undefined,
      this.#component,
      undefined,
      PatchStrategy.MergePatch,
    );
  }

  async mergeStatus({ apiVersion, kind }: Kind, object: Live, status: object): Promise<void> {
    const { name = "", namespace } = metadataOf(object);
    const body: Manifest & { status: object } = {
      apiVersion,
      kind,
      metadata: { name, ...(namespace !== undefined && { namespace }) },
      status,
    };
    await unlessMissing(
      this.client.statuses.patch(
        body,
        undefined,
        undefined,
        this.#component,
        undefined,
        PatchStrategy.MergePatch,
      ),
    );
  }

  /** @throws NotYet until the delay is over that a scenario wants before this object's clean-up */
  delay(object: Live): void {
    const metadata = metadataOf(object);
    const { uid = "" } = metadata;
    const since = this.#deletedAt.get(uid) ?? Date.now();
    this.#deletedAt.set(uid, since);
    const left = since + knobsOf(metadata).deleteDelay * 1000 - Date.now();
    if (left > 0) throw new NotYet("the delay of the scenario", left);
  }

  async #reconcile<T extends Live>(kind: Kind, behaviour: Behaviour<T>, object: T): Promise<void> {
    const metadata = metadataOf(object);
    const { deletionTimestamp, finalizers = [] } = metadata;
    const { ignores, deleteDelay, liftsFirst } = knobsOf(metadata);
    if (ignores) return;
    const finalizer = behaviour.finalizer?.(object);
    if (!deletionTimestamp && behaviour.wants(object)) {
      if (finalizer !== undefined && !finalizers.includes(finalizer)) {
        await this.setFinalizers(kind, object, [...finalizers, finalizer]);
        // The change brings the object back here.
        return;
      }
      await behaviour.sync(object);
      return;
    }
    if (finalizer === undefined) {
      if (behaviour.wants(object)) await behaviour.remove(object);
      return;
    }
    if (!finalizers.includes(finalizer)) return;
    if (!liftsFirst) this.delay(object);
    const lift = (): Promise<void> =>
      this.setFinalizers(
        kind,
        object,
        finalizers.filter((each) => each !== finalizer),
      );
    if (liftsFirst) {
      await lift();
      setTimeout(() => void this.#retry(() => behaviour.remove(object)), deleteDelay * 1000);
    } else {
      await behaviour.remove(object);
      await lift();
    }
  }

  async #retry(work: () => Promise<void>): Promise<void> {
    await new Promise<void>((resolve) => {
      const queue = new WorkQueue(
        1,
        () => work().then(resolve),
        (_key, error) => {
          console.error(error);
        },
      );
      queue.add("clean-up");
    });
  }

  /** Logs a failure, and tells of it once in an event of the object. */
  async #tell(kind: Kind, object: Live | undefined, reason: string, error: unknown): Promise<void> {
    const message = error instanceof Error ? error.message : String(error);
    const { name = "", namespace, uid = "" } = metadataOf(object ?? {});
    console.error(`${kind.kind} ${namespace === undefined ? "" : `${namespace}/`}${name}: ${message}`);
    const told = createHash("sha256").update(`${uid} ${message}`).digest("hex").slice(0, 16);
    if (!object || this.#told.has(told)) return;
    this.#told.add(told);
    const now = new Date();
    const event = Object.assign(new CoreV1Event(), {
      metadata: { name: `${name}.${told}`, namespace: namespace ?? "default" },
      involvedObject: { apiVersion: kind.apiVersion, kind: kind.kind, name, namespace, uid },
      reason,
      message: message.slice(0, 1000),
      type: "Warning",
      source: { component: this.#component },
      firstTimestamp: now,
      lastTimestamp: now,
      count: 1,
    });
    await this.client.core
      .createNamespacedEvent({ namespace: namespace ?? "default", body: event })
      .catch((failure: unknown) => {
        console.error(`The event could not be written: ${String(failure)}`);
      });
  }
}
