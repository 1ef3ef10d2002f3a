/** One kind's objects, kept up to date: a list, and from there on what the server reports. */
import { setTimeout as sleep } from "node:timers/promises";
import { text } from "../fields.ts";
import { type InventoryObject, readObject } from "../teardown/inventory/inventory.ts";
import { isReadWhole } from "../teardown/inventory/kinds.ts";
import { type ObjectId, kindId } from "../teardown/inventory/object-id.ts";
import type { KubernetesObject } from "../kubernetes-object.ts";
import { ApiRefusal, type ClusterApi } from "./api.ts";
import { pathOf, type ServedKind } from "./discovery.ts";
import { listAll, metadataOf } from "./list.ts";

/** Undefined is an object that was not there before, or is gone. */
export type Changed = (
  id: ObjectId,
  before: InventoryObject | undefined,
  after: InventoryObject | undefined,
) => void;

/** Seconds until the server ends a watch that nobody has ended; it is begun again then. */
const watchSeconds = 300;
/** In milliseconds, before a watch that broke off is begun again. */
const againAfter = 500;

export class KindWatch {
  readonly #api: ClusterApi;
  readonly #kind: ServedKind;
  readonly #changed: Changed;
  readonly #whole: boolean;
  readonly #objects = new Map<ObjectId, InventoryObject>();
  readonly #stopped = new AbortController();
  #following: Promise<void> = Promise.resolve();

  private constructor(api: ClusterApi, kind: ServedKind, changed: Changed) {
    this.#api = api;
    this.#kind = kind;
    this.#changed = changed;
    this.#whole = isReadWhole(kindId(kind.group, kind.kind)) && kind.group.endsWith(".toolkit.fluxcd.io");
  }

  /** Resolves when the objects of now are known; `changed` has been called for each of them. */
  static async start(api: ClusterApi, kind: ServedKind, changed: Changed): Promise<KindWatch> {
    const watch = new KindWatch(api, kind, changed);
    const version = await watch.#list();
    watch.#following = watch.#follow(version);
    return watch;
  }

  get(id: ObjectId): InventoryObject | undefined {
    return this.#objects.get(id);
  }

  get objects(): IterableIterator<InventoryObject> {
    return this.#objects.values();
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#following;
  }

  async #list(): Promise<string | undefined> {
    const found = new Set<ObjectId>();
    const version = await listAll(this.#api, this.#kind, { metadataOnly: !this.#whole }, (item) => {
      found.add(this.#put(item));
    });
    for (const id of this.#objects.keys()) if (!found.has(id)) this.#remove(id);
    return version;
  }

  async #follow(listed: string | undefined): Promise<void> {
    const signal = AbortSignal.any([this.#stopped.signal, this.#api.signal]);
    let version = listed;
    while (!signal.aborted) {
      try {
        // A kind that is not served any more may be served again; what is listed then is new.
        if (version === undefined) await sleep(againAfter, undefined, { signal });
        version = version === undefined ? await this.#list() : await this.#watch(version, signal);
      } catch (error) {
        const isGone = error instanceof ApiRefusal && (error.code === 404 || error.code === 410);
        if (isGone) version = undefined;
        else await sleep(againAfter, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  /** @returns the version from which to go on; undefined if everything has to be listed again. */
  async #watch(from: string, signal: AbortSignal): Promise<string | undefined> {
    let version: string | undefined = from;
    const query = {
      watch: "true",
      allowWatchBookmarks: "true",
      resourceVersion: from,
      timeoutSeconds: String(watchSeconds),
    };
    const accept = this.#whole ? "application/json" : metadataOf("PartialObjectMetadata");
    const request = { path: pathOf(this.#kind), query, accept };
    const ended = await this.#api
      .stream(
        request,
        (line) => {
          const event = JSON.parse(line) as { readonly type: string; readonly object: unknown };
          if (event.type === "ERROR") {
            version = undefined;
            return;
          }
          version = text(event.object, "metadata", "resourceVersion") ?? version;
          if (event.type === "DELETED") this.#remove(this.#read(event.object).id);
          else if (event.type !== "BOOKMARK") this.#put(event.object);
        },
        signal,
      )
      .then(
        () => undefined,
        (error: unknown) => error,
      );
    if (ended instanceof ApiRefusal) throw ended;
    // A broken connection loses nothing: the watch goes on where it stood.
    if (ended !== undefined) await sleep(againAfter, undefined, { signal });
    return version;
  }

  #read(item: unknown): InventoryObject {
    const { apiVersion, kind } = this.#kind;
    return readObject({ ...(item as KubernetesObject), apiVersion, kind });
  }

  #put(item: unknown): ObjectId {
    const after = this.#read(item);
    const before = this.#objects.get(after.id);
    this.#objects.set(after.id, after);
    this.#changed(after.id, before, after);
    return after.id;
  }

  #remove(id: ObjectId): void {
    const before = this.#objects.get(id);
    if (before === undefined) return;
    this.#objects.delete(id);
    this.#changed(id, before, undefined);
  }
}
