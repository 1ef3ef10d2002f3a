/**
 * A cluster's API for work that makes many requests: as plain JSON, limited in number, tried again where that may help, with
 * credentials that are obtained anew when they have expired.
 */
import {
  Agent as PlainAgent,
  request as sendPlainly,
  type IncomingMessage,
  type OutgoingHttpHeaders,
} from "node:http";
import { Agent, request as sendSecurely, type RequestOptions } from "node:https";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { KubeConfig } from "@kubernetes/client-node";
import pLimit from "p-limit";
import { at, text } from "../fields.ts";
import { Interrupted } from "../plugin/failures.ts";
import type { Permit } from "../teardown/laws/cluster-deletions.ts";

/** What the API server refused: `code` is the HTTP status, `reason` Kubernetes' own word for it. */
export class ApiRefusal extends Error {
  readonly code: number;
  readonly reason: string;

  constructor(code: number, status: unknown) {
    super(text(status, "message") ?? `the API server answers with status ${code}`);
    this.name = "ApiRefusal";
    this.code = code;
    this.reason = text(status, "reason") ?? "";
  }
}

/** The API server gave no answer, in spite of several attempts. */
export class ApiUnreachable extends Error {
  constructor(server: string, cause: unknown) {
    super(`${server} does not answer: ${faultText(cause)}`, { cause });
    this.name = "ApiUnreachable";
  }
}

export interface ApiRequest {
  /** Deletions go by {@link ClusterApi.delete} and {@link ClusterApi.deleteOwn}, which ask by what right. */
  readonly method?: "GET" | "PATCH" | "POST";
  /** Absolute, without the server: `/api/v1/pods`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly contentType?: string;
  readonly accept?: string;
  /** Not tried again where it fails: for what is worth no wait. */
  readonly once?: boolean;
}

type Sent = Omit<ApiRequest, "method"> & { readonly method?: ApiRequest["method"] | "DELETE" };

/** In milliseconds. */
export interface ApiPatience {
  /** For one answer. */
  readonly answer: number;
  /** After which a request is given up that fails by chance, or because credentials have expired that were good before. */
  readonly retrying: number;
  /** Receives why an answer is waited for, when that takes more than a moment. */
  readonly tell?: (line: string) => void;
}

/** For whoever looks again by itself, and says meanwhile why it has to. */
export const noRetries: ApiPatience = { answer: 30_000, retrying: 0 };

export const usualPatience: ApiPatience = { answer: 30_000, retrying: 60_000 };

/** The server's own fairness would slow down anything beyond this. */
const requestsAtATime = 24;

const shortestPause = 100;
const longestPause = 5_000;

/** In milliseconds, where none were good yet. The credential plugin asks AWS, and tries again itself. */
const credentialPatience = 5_000;

/** In milliseconds: shorter waits are nobody's business. */
const aMoment = 1_000;

/** Too many requests; the server or its store is away for a moment, as in a change of its version. */
const passingCodes = [429, 502, 503, 504];

export class ClusterApi {
  /** As the kubeconfig has it, without a slash at its end. */
  readonly server: string;
  readonly signal: AbortSignal;
  readonly #kubeconfig: string;
  readonly #limit = pLimit(requestsAtATime);
  /** Many requests at the same time ask the credential plugin once. */
  readonly #oneByOne = pLimit(1);
  readonly #patience: ApiPatience;
  #config: KubeConfig;
  #agent: PlainAgent | undefined;
  #requests = 0;
  /** Whether the server has accepted the credentials before: somebody who logs in again makes them good again. */
  #accepted = false;

  /** @throws {Error} on a kubeconfig that is none. */
  constructor(kubeconfig: string, signal: AbortSignal, patience: ApiPatience = usualPatience) {
    this.#kubeconfig = kubeconfig;
    this.#config = parse(kubeconfig);
    this.#patience = patience;
    this.signal = signal;
    this.server = (this.#config.getCurrentCluster()?.server ?? "").replace(/\/$/, "");
  }

  /** All that were sent, watches and repetitions included. */
  get requests(): number {
    return this.#requests;
  }

  async get(path: string, query?: ApiRequest["query"], accept?: string): Promise<unknown> {
    return this.send({ path, ...(query && { query }), ...(accept !== undefined && { accept }) });
  }

  /** @throws {ApiRefusal} {@link ApiUnreachable} {@link Interrupted} */
  send(request: ApiRequest): Promise<unknown> {
    return this.#send(request);
  }

  #send(request: Sent): Promise<unknown> {
    const attempt = async (): Promise<unknown> => readAnswer(await this.#open(request));
    return this.#limit(() => (request.once === true ? attempt() : this.#retry(attempt)));
  }

  /** @param permit what the laws of a destroy have said about the object at this path. */
  async delete(
    permit: Permit,
    path: string,
    preconditions: { readonly uid: string; readonly resourceVersion?: string },
  ): Promise<void> {
    if (permit.object.uid !== preconditions.uid)
      throw new Error(`the permit is for ${permit.object.id}, not for ${path}`);
    await this.#delete(path, preconditions);
  }

  /**
   * For commands, of what they have made: an object that bears the labels that they alone give. A teardown has no use for it.
   * @throws {Error} for an object without them.
   */
  async deleteOwn(path: string, labels: Readonly<Record<string, string>>): Promise<void> {
    const live = await this.get(path);
    for (const [key, value] of Object.entries(labels)) {
      if (text(live, "metadata", "labels", key) !== value) {
        throw new Error(`${path} bears no label ${key}: ${value}, so that it is somebody else's`);
      }
    }
    await this.#delete(path, { uid: text(live, "metadata", "uid") ?? "" });
  }

  #delete(path: string, preconditions: object): Promise<unknown> {
    const body = { apiVersion: "v1", kind: "DeleteOptions", propagationPolicy: "Background", preconditions };
    return this.#send({ method: "DELETE", path, body });
  }

  /**
   * Calls `line` with each line of an answer that does not end, until the server ends it.
   * @throws {ApiRefusal} or why the connection broke.
   */
  async stream(request: ApiRequest, line: (text: string) => void, signal: AbortSignal): Promise<void> {
    const used = this.#config;
    const response = await this.#open(request, signal);
    if (response.statusCode === 401) this.#renew(used);
    if ((response.statusCode ?? 0) >= 400) await readAnswer(response);
    // The server is silent for as long as nothing happens.
    response.socket.setTimeout(0);
    const lines = createInterface({ input: response, crlfDelay: Infinity });
    const broken = new Promise<never>((_, reject) => response.once("error", reject));
    const read = async (): Promise<void> => {
      for await (const text of lines) if (text !== "") line(text);
    };
    await Promise.race([read(), broken]);
  }

  close(): void {
    this.#agent?.destroy();
  }

  async #retry<T>(attempt: () => Promise<T>): Promise<T> {
    const started = Date.now();
    let renewed = false;
    for (let pause = shortestPause; ; pause = Math.min(pause * 2, longestPause)) {
      this.#throwIfInterrupted();
      const used = this.#config;
      try {
        const answer = await attempt();
        this.#accepted = true;
        return answer;
      } catch (error) {
        this.#throwIfInterrupted();
        const isUnknown = error instanceof ApiRefusal && error.code === 401;
        if (isUnknown) {
          // A token that was revoked, or a clock that differs: what was cached is no longer good.
          this.#renew(used);
          if (!renewed) {
            renewed = true;
            continue;
          }
        }
        if (error instanceof ApiRefusal && !isPassing(error) && !(isUnknown && this.#accepted)) throw error;
        const isFault = error instanceof CredentialFault;
        const patience = patienceWith(error, isUnknown, isFault && !this.#accepted, this.#patience.retrying);
        if (Date.now() - started >= patience) {
          throw error instanceof ApiRefusal || isFault ? error : new ApiUnreachable(this.server, error);
        }
        if (Date.now() - started >= aMoment) this.#patience.tell?.(whyItWaits(error, patience));
      }
      await sleep(pause * (0.5 + Math.random()), undefined, { signal: this.signal }).catch(() => undefined);
    }
  }

  #throwIfInterrupted(): void {
    if (this.signal.aborted) throw new Interrupted(`asking ${this.server}`);
  }

  /** @param used with what the server refuses; another request may have renewed it meanwhile. */
  #renew(used: KubeConfig): void {
    if (used !== this.#config) return;
    this.#config = parse(this.#kubeconfig);
    const agent = this.#agent;
    this.#agent = undefined;
    // What is under way on it may still end.
    setTimeout(() => agent?.destroy(), this.#patience.answer).unref();
  }

  async #open(request: Sent, signal: AbortSignal = this.signal): Promise<IncomingMessage> {
    const { method = "GET", path, query, body, contentType, accept } = request;
    const { headers, ...access } = await this.#oneByOne(() => this.#obtain());
    const url = new URL(this.server + path);
    for (const [key, value] of Object.entries(query ?? {})) url.searchParams.set(key, value);
    const payload = body === undefined ? undefined : JSON.stringify(body);
    this.#requests += 1;
    const send = isPlain(this.server) ? sendPlainly : sendSecurely;
    return new Promise((resolve, reject) => {
      const options: RequestOptions = {
        ...access,
        method,
        signal,
        timeout: this.#patience.answer,
        headers: {
          ...(headers as OutgoingHttpHeaders),
          Accept: accept ?? "application/json",
          "User-Agent": "kubernetes-sdlc",
          ...(payload !== undefined && {
            "Content-Type": contentType ?? "application/json",
            "Content-Length": String(Buffer.byteLength(payload)),
          }),
        },
      };
      const sending = send(url, options, resolve);
      sending.on("timeout", () =>
        sending.destroy(new Error(`no answer within ${this.#patience.answer / 1000} s`)),
      );
      sending.on("error", reject);
      sending.end(payload);
    });
  }

  async #obtain(): Promise<RequestOptions> {
    const options: RequestOptions = {};
    try {
      await this.#config.applyToHTTPSOptions(options);
    } catch (error) {
      throw new CredentialFault(error);
    }
    if (this.#config.getCurrentCluster()?.proxyUrl !== undefined) return options;
    const { ca, cert, key, rejectUnauthorized, servername, headers, auth } = options;
    // The library's agent opens a connection for each request, and knows no proxy but the kubeconfig's.
    const shared = { keepAlive: true, ...(!isHere(this.server) && { proxyEnv: process.env }) };
    this.#agent ??= isPlain(this.server)
      ? new PlainAgent(shared)
      : new Agent({
          ...shared,
          ca,
          cert,
          key,
          ...(rejectUnauthorized !== undefined && { rejectUnauthorized }),
          ...(servername !== undefined && { servername }),
        });
    return { agent: this.#agent, ...(headers && { headers }), ...(auth != null && { auth }) };
  }
}

/** A kubeconfig may lead through a proxy on this machine, as `kubectl proxy` is one: that speaks plain HTTP. */
function isPlain(server: string): boolean {
  return server.startsWith("http:");
}

/** No proxy leads to this machine, whatever NO_PROXY says; kubectl knows that, too. */
function isHere(server: string): boolean {
  return /^https?:[/][/](localhost|127[.][0-9.]+|\[::1\])(:|[/]|$)/.test(server);
}

/** The kubeconfig's way of obtaining credentials failed. */
export class CredentialFault extends Error {
  constructor(cause: unknown) {
    super(`no credentials for the cluster: ${faultText(cause).trim()}`, { cause });
    this.name = "CredentialFault";
  }
}

/**
 * In milliseconds. A server that answers, and refuses for the moment, may do so for one kind alone, whose requests must not keep
 * the others waiting for as long as a server that is away.
 */
function patienceWith(error: unknown, isUnknown: boolean, isFirstFault: boolean, retrying: number): number {
  if (isFirstFault) return credentialPatience;
  const isPassing = error instanceof ApiRefusal && !isUnknown;
  return isPassing ? Math.min(retrying, usualPatience.retrying) : retrying;
}

function whyItWaits(error: unknown, patience: number): string {
  const expired = error instanceof CredentialFault || (error instanceof ApiRefusal && error.code === 401);
  if (expired) return "the credentials for the cluster have expired: log in again, and it goes on";
  const server = error instanceof ApiRefusal ? "cannot answer now" : "does not answer";
  return `the API server ${server}, and is waited for up to ${patience / 1000} s: ${faultText(error)}`;
}

/** A refusal by an admission webhook is an error 500, and no chance. */
function isPassing({ code, message }: ApiRefusal): boolean {
  return passingCodes.includes(code) || (code === 500 && !/webhook/.test(message));
}

function parse(kubeconfig: string): KubeConfig {
  const config = new KubeConfig();
  config.loadFromString(kubeconfig);
  return config;
}

async function readAnswer(response: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  const received = Buffer.concat(chunks).toString();
  const code = response.statusCode ?? 0;
  let answer: unknown;
  try {
    answer = JSON.parse(received);
  } catch {
    answer = code >= 400 ? { message: received.trim().slice(0, 300) } : received;
  }
  if (code >= 400) throw new ApiRefusal(code, at(answer, "message") === "" ? undefined : answer);
  return answer;
}

/** One line. An error of several addresses has no message of its own. */
export function faultText(error: unknown): string {
  if (error instanceof AggregateError && error.message === "") return error.errors.map(faultText).join("; ");
  if (!(error instanceof Error)) return String(error);
  const code = (error as NodeJS.ErrnoException).code;
  return error.message === "" ? (code ?? error.name) : error.message;
}
