/** A client of one repository in a registry, by the OCI distribution specification. */
import { UserError } from "../errors.ts";
import { request } from "../web.ts";
import type { Response } from "undici";
import { manifestMediaType, type Blob, type Image } from "./blob.ts";
import type { RegistryCredentials } from "./docker-config.ts";
import { repositoryText, type OciRepository } from "./reference.ts";

interface Call {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
}

export class Registry {
  readonly #repository: OciRepository;
  readonly #credentials: RegistryCredentials | undefined;
  #authorization: string | undefined;

  /** @param credentials absent: what everybody may do. */
  constructor(repository: OciRepository, credentials?: RegistryCredentials) {
    this.#repository = repository;
    this.#credentials = credentials;
  }

  /** Digest of what a tag leads to; undefined where there is no such tag. */
  async digest(tag: string): Promise<string | undefined> {
    const response = await this.#call(`manifests/${tag}`, {
      method: "HEAD",
      headers: { accept: manifestMediaType },
    });
    if (response.status === 404) return undefined;
    await this.#expect(response, [200], `looking for ${tag}`);
    return response.headers.get("docker-content-digest") ?? undefined;
  }

  /** None for a repository that is not there yet. */
  async tags(): Promise<string[]> {
    const tags: string[] = [];
    let path: string | undefined = "tags/list?n=1000";
    while (path !== undefined) {
      const response: Response = await this.#call(path, {});
      if (response.status === 404) return tags;
      await this.#expect(response, [200], "listing the tags");
      const { tags: page } = (await response.json()) as { tags: readonly string[] | null };
      tags.push(...(page ?? []));
      path = /<[^>]*\/(tags\/list\?[^>]*)>;\s*rel="?next"?/.exec(response.headers.get("link") ?? "")?.[1];
    }
    return tags;
  }

  /** Pushes the blobs and the manifest under its digest: nothing that is followed by a tag changes. */
  async push({ manifest, blobs }: Image): Promise<void> {
    for (const blob of blobs) await this.#pushBlob(blob);
    await this.#putManifest(manifest.digest, manifest);
  }

  /** Lets a tag lead to a manifest that was pushed. */
  async tag(tag: string, { manifest }: Image): Promise<void> {
    await this.#putManifest(tag, manifest);
  }

  async #putManifest(reference: string, manifest: Blob): Promise<void> {
    const response = await this.#call(`manifests/${reference}`, {
      method: "PUT",
      headers: { "content-type": manifest.mediaType },
      body: manifest.bytes,
    });
    await this.#expect(response, [201], `pushing ${reference}`);
  }

  async #pushBlob({ digest, bytes }: Blob): Promise<void> {
    const there = await this.#call(`blobs/${digest}`, { method: "HEAD" });
    if (there.status === 200) return;
    const started = await this.#call("blobs/uploads/", { method: "POST" });
    await this.#expect(started, [202], "starting an upload");
    const location = new URL(started.headers.get("location") ?? "", this.#address("blobs/uploads/"));
    location.searchParams.set("digest", digest);
    const headers = { "content-type": "application/octet-stream" };
    const done = await this.#send(location.href, { method: "PUT", headers, body: bytes });
    await this.#expect(done, [201], `uploading ${digest}`);
  }

  #address(path: string): string {
    return `https://${this.#repository.host}/v2/${this.#repository.name}/${path}`;
  }

  /** Logs in when the registry asks for it, in the way in which it asks. */
  async #call(path: string, call: Call): Promise<Response> {
    const address = this.#address(path);
    const response = await this.#send(address, call);
    if (response.status !== 401 || this.#authorization !== undefined) return response;
    const authorization = await this.#logIn(response.headers.get("www-authenticate") ?? "");
    if (authorization === undefined) return response;
    this.#authorization = authorization;
    return this.#send(address, call);
  }

  async #send(address: string, { method = "GET", headers = {}, body }: Call): Promise<Response> {
    // A registry may take blobs at another host, to which the login is of no concern.
    const isOwn = new URL(address).host === this.#repository.host;
    const authorization =
      isOwn && this.#authorization !== undefined ? { authorization: this.#authorization } : {};
    try {
      return await request(address, {
        method,
        headers: { ...authorization, ...headers },
        ...(body === undefined ? {} : { body }),
      });
    } catch (error) {
      throw new UserError({
        what: `${this.#repository.host}: does not answer: ${error instanceof Error ? error.message : String(error)}`,
        remedy: "Look at the address of the registry, and at HTTPS_PROXY.",
      });
    }
  }

  /** The header for what follows; undefined where there is nothing to log in with. */
  async #logIn(challenge: string): Promise<string | undefined> {
    const basic = this.#credentials && `Basic ${encoded(this.#credentials)}`;
    if (!/^bearer /i.test(challenge)) return basic;
    const part = (name: string): string | undefined => new RegExp(`${name}="([^"]*)"`).exec(challenge)?.[1];
    const realm = part("realm");
    if (realm === undefined) return undefined;
    const url = new URL(realm);
    const service = part("service");
    if (service !== undefined) url.searchParams.set("service", service);
    const actions = this.#credentials === undefined ? "pull" : "pull,push";
    url.searchParams.set("scope", `repository:${this.#repository.name}:${actions}`);
    const response = await this.#send(
      url.href,
      basic === undefined ? {} : { headers: { authorization: basic } },
    );
    await this.#expect(response, [200], "logging in");
    const answer = (await response.json()) as { readonly token?: string; readonly access_token?: string };
    const token = answer.token ?? answer.access_token;
    return token === undefined ? undefined : `Bearer ${token}`;
  }

  async #expect(response: Response, statuses: readonly number[], step: string): Promise<void> {
    if (statuses.includes(response.status)) return;
    const where = repositoryText(this.#repository);
    const said = errorsIn(await response.text());
    const isDenied = response.status === 401 || response.status === 403;
    const who = this.#credentials === undefined ? "without credentials" : `as ${this.#credentials.username}`;
    throw new UserError({
      what: `${where}: ${step} ${who}: the registry answers ${response.status}${said === "" ? "" : ` (${said})`}.`,
      remedy: isDenied
        ? `Log in with an account that may do this: docker login ${this.#repository.host}, or REGISTRY_USERNAME and REGISTRY_PASSWORD.`
        : "Run it again; if it goes on, look at the registry.",
    });
  }
}

function encoded({ username, password }: RegistryCredentials): string {
  return Buffer.from(`${username}:${password}`).toString("base64");
}

/** The errors of the distribution specification, and nothing of an answer that is none of them. */
function errorsIn(body: string): string {
  try {
    const { errors = [] } = JSON.parse(body) as {
      readonly errors?: readonly { readonly code?: string; readonly message?: string }[];
    };
    return errors.map(({ code = "", message = "" }) => `${code} ${message}`.trim()).join("; ");
  } catch {
    return "";
  }
}
