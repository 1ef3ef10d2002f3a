/** GitHub's REST API as the real provider speaks it: refusals are worded as its Go client words them. */
import { createHash } from "node:crypto";
import { load, type Properties } from "../../product.ts";

/** A refusal: `GET https://api.github.com/…: 404 Not Found []`. */
export class GitHubError extends Error {
  readonly status: number;

  constructor(method: string, url: string, status: number, message: string) {
    super(`${method} ${url}: ${status} ${message} []`);
    this.status = status;
  }
}

export class GitHub {
  readonly #owner: string;
  readonly #token: string | undefined;
  readonly #base: string;

  constructor(owner: string, token: string | undefined, base: string) {
    this.#owner = owner;
    this.#token = token;
    this.#base = base.replace(/\/$/, "");
  }

  get owner(): string {
    return this.#owner;
  }

  /** @throws {GitHubError} on any refusal. `path` is below the repository's own. */
  async call(method: string, repository: string, path: string, body?: unknown): Promise<Properties> {
    const url = `${this.#base}/repos/${this.#owner}/${repository}${path}`;
    const { request } = await load.web();
    const response = await request(url, {
      method,
      headers: {
        accept: "application/vnd.github+json",
        "user-agent": "kubernetes-sdlc",
        ...(this.#token === undefined ? {} : { authorization: `Bearer ${this.#token}` }),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const answer = text === "" ? {} : (JSON.parse(text) as Properties);
    if (response.ok) return answer;
    throw new GitHubError(method, url, response.status, String(answer["message"]));
  }

  /** As `call`, with undefined for what is not there. */
  async find(repository: string, path: string): Promise<Properties | undefined> {
    try {
      return await this.call("GET", repository, path);
    } catch (error) {
      if (error instanceof GitHubError && error.status === 404) return undefined;
      throw error;
    }
  }
}

export interface ContentsAnswer {
  readonly sha: string;
  readonly content: string;
  readonly url: string;
}

/** `/contents/<file>?ref=<ref>`, each part of the path encoded by itself. */
export function contentsPath(file: string, ref?: string): string {
  const path = file.split("/").map(encodeURIComponent).join("/");
  return `/contents/${path}${ref === undefined ? "" : `?ref=${encodeURIComponent(ref)}`}`;
}

export function decoded({ content }: ContentsAnswer): string {
  return Buffer.from(content, "base64").toString();
}

/** The commit of a reference, as `/git/ref/…` answers it. */
export function commitOf(answer: Properties): string {
  return (answer["object"] as { sha: string }).sha;
}

/** GitHub's etags stand for the content of an answer. */
export function etagOf(answer: Properties): string {
  return `W/"${createHash("sha256").update(JSON.stringify(answer)).digest("hex")}"`;
}
