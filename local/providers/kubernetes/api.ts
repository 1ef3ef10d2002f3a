/** The part of the Kubernetes API that the stand-in uses, for objects of any kind, as plain JSON. */
import http from "node:http";
import https from "node:https";
import type { KubeConfig } from "@kubernetes/client-node";
import { isRecord, type Properties } from "../../product.ts";
import type { KubernetesObject } from "./object.ts";
import { at } from "./object.ts";

/** A refusal by the API server: `code` is the HTTP status, `reason` Kubernetes' own word for it. */
export class ApiError extends Error {
  readonly code: number;
  readonly reason: string;
  readonly details: unknown;

  constructor(code: number, status: unknown) {
    const message = at(status, "message");
    super(typeof message === "string" && message ? message : `the API server answered with status ${code}`);
    this.name = "ApiError";
    this.code = code;
    const reason = at(status, "reason");
    this.reason = typeof reason === "string" ? reason : "";
    this.details = at(status, "details");
  }
}

/** The API server does not serve the kind: its CustomResourceDefinition is not there (yet, or any more). */
export class NoSuchKind extends Error {
  constructor(apiVersion: string, kind: string) {
    super(`no matches for kind "${kind}" in version "${apiVersion}"`);
    this.name = "NoSuchKind";
  }
}

export interface WriteOptions {
  readonly fieldManager: string;
  /** Nothing is stored; the answer is what would have been. */
  readonly dryRun?: boolean;
  /** Takes over fields that another manager set. */
  readonly force?: boolean;
}

interface Request {
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly contentType?: string;
}

interface ServedKind {
  readonly plural: string;
  readonly namespaced: boolean;
}

/** A silent API server counts as unreachable after this many milliseconds. */
const answerDeadline = 30_000;

function queryOf({ fieldManager, dryRun, force }: WriteOptions): Record<string, string> {
  return {
    fieldManager,
    ...(dryRun && { dryRun: "All" }),
    ...(force !== undefined && { force: String(force) }),
  };
}

export class KubernetesApi {
  readonly #config: KubeConfig;
  readonly #kinds = new Map<string, Promise<ReadonlyMap<string, ServedKind>>>();
  #authenticated: Promise<void> | undefined;

  constructor(config: KubeConfig) {
    this.#config = config;
  }

  /** Throws what made the API server unreachable: a refused connection, a credential plugin that failed. */
  async probe(): Promise<void> {
    await this.#request("GET", "/apis");
  }

  async isNamespaced(apiVersion: string, kind: string): Promise<boolean> {
    return (await this.#served(apiVersion, kind)).namespaced;
  }

  async serves(apiVersion: string, kind: string): Promise<boolean> {
    return this.#served(apiVersion, kind).then(
      () => true,
      (error: unknown) => {
        if (error instanceof NoSuchKind) return false;
        throw error;
      },
    );
  }

  async get(object: KubernetesObject): Promise<KubernetesObject> {
    return this.#object("GET", await this.#path(object, true));
  }

  async create(object: KubernetesObject, options: WriteOptions): Promise<KubernetesObject> {
    return this.#object("POST", await this.#path(object, false), { query: queryOf(options), body: object });
  }

  /** Server-side apply. */
  async apply(object: KubernetesObject, options: WriteOptions): Promise<KubernetesObject> {
    const contentType = "application/apply-patch+yaml";
    return this.#object("PATCH", await this.#path(object, true), {
      query: queryOf(options),
      body: object,
      contentType,
    });
  }

  async replace(object: KubernetesObject, options: WriteOptions): Promise<KubernetesObject> {
    return this.#object("PUT", await this.#path(object, true), { query: queryOf(options), body: object });
  }

  async jsonPatch(object: KubernetesObject, operations: readonly Properties[]): Promise<KubernetesObject> {
    const contentType = "application/json-patch+json";
    return this.#object("PATCH", await this.#path(object, true), { body: operations, contentType });
  }

  async delete(object: KubernetesObject, propagationPolicy: string): Promise<void> {
    await this.#request("DELETE", await this.#path(object, true), { body: { propagationPolicy } });
  }

  async #object(method: string, path: string, request: Request = {}): Promise<KubernetesObject> {
    return (await this.#request(method, path, request)) as KubernetesObject;
  }

  async #path(object: KubernetesObject, named: boolean): Promise<string> {
    const { plural, namespaced } = await this.#served(object.apiVersion, object.kind);
    const { name = "", namespace = "default" } = object.metadata;
    const scope = namespaced ? `/namespaces/${encodeURIComponent(namespace)}` : "";
    return `${root(object.apiVersion)}${scope}/${plural}${named ? `/${encodeURIComponent(name)}` : ""}`;
  }

  async #served(apiVersion: string, kind: string): Promise<ServedKind> {
    const known = (await this.#kinds.get(apiVersion))?.get(kind);
    if (known) return known;
    // A kind that is missing may have come since: only what was found is remembered.
    const listing = this.#list(apiVersion);
    this.#kinds.set(apiVersion, listing);
    try {
      const found = (await listing).get(kind);
      if (found) return found;
    } catch (error) {
      this.#kinds.delete(apiVersion);
      if (!(error instanceof ApiError && error.code === 404)) throw error;
    }
    throw new NoSuchKind(apiVersion, kind);
  }

  async #list(apiVersion: string): Promise<ReadonlyMap<string, ServedKind>> {
    const resources = at(await this.#request("GET", root(apiVersion)), "resources");
    const kinds = (Array.isArray(resources) ? resources : []).filter(isRecord);
    return new Map(
      kinds
        .filter(({ name }) => !String(name).includes("/"))
        .map(({ kind, name, namespaced }) => [
          String(kind),
          { plural: String(name), namespaced: namespaced === true },
        ]),
    );
  }

  async #request(method: string, path: string, { query, body, contentType }: Request = {}): Promise<unknown> {
    // The credential plugin is run once even if many resources start at the same time; afterwards its token is cached.
    await (this.#authenticated ??= this.#config.applyToHTTPSOptions({}));
    const options: https.RequestOptions = { method, timeout: answerDeadline };
    await this.#config.applyToHTTPSOptions(options);
    const url = new URL((this.#config.getCurrentCluster()?.server ?? "").replace(/\/$/, "") + path);
    for (const [key, value] of Object.entries(query ?? {})) url.searchParams.set(key, value);
    const text = body === undefined ? undefined : JSON.stringify(body);
    options.headers = {
      ...(options.headers as http.OutgoingHttpHeaders),
      Accept: "application/json",
      ...(text !== undefined && {
        "Content-Type": contentType ?? "application/json",
        "Content-Length": String(Buffer.byteLength(text)),
      }),
    };
    const { code, answer } = await send(url, options, text);
    if (code >= 400) throw new ApiError(code, answer);
    return answer;
  }
}

function root(apiVersion: string): string {
  return apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}

function send(
  url: URL,
  options: https.RequestOptions,
  text: string | undefined,
): Promise<{ code: number; answer: unknown }> {
  return new Promise((resolve, reject) => {
    const request = (url.protocol === "http:" ? http : https).request(url, options, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        const received = Buffer.concat(chunks).toString();
        const code = response.statusCode ?? 0;
        try {
          resolve({ code, answer: JSON.parse(received) as unknown });
        } catch {
          resolve({ code, answer: { message: received.trim() } });
        }
      });
    });
    request.on("timeout", () =>
      request.destroy(new Error(`no answer from ${url.host} within ${answerDeadline / 1000} s`)),
    );
    request.on("error", reject);
    request.end(text);
  });
}
