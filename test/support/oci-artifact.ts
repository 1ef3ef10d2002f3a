/** Pushes a folder to the local ghcr.io as `flux push artifact` does: one layer of files, by the distribution API. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { Agent, request as send } from "node:https";
import { buffer } from "node:stream/consumers";
import { create } from "tar";
import type { PlatformInfo } from "../../local/platform/info.ts";

interface Reply {
  readonly status: number;
  readonly location: string;
  readonly body: string;
}

const mediaTypes = {
  manifest: "application/vnd.oci.image.manifest.v1+json",
  config: "application/vnd.cncf.flux.config.v1+json",
  content: "application/vnd.cncf.flux.content.v1.tar+gzip",
} as const;

/** @param parent the folder that holds `name`, which is at the root of the artifact with all that is in it. */
export async function pushArtifact(
  info: PlatformInfo,
  { artifact, tag, parent, name }: { artifact: string; tag: string; parent: string; name: string },
): Promise<void> {
  const { HTTPS_PROXY = "", SSL_CERT_FILE = "" } = info.internet;
  const agent = new Agent({ proxyEnv: { HTTPS_PROXY }, ca: await readFile(SSL_CERT_FILE, "utf8") });
  const authorization = `Basic ${Buffer.from(`x:${info.engineerToken}`).toString("base64")}`;
  const call = (method: string, url: string, body: Buffer, type: string): Promise<Reply> =>
    new Promise((resolve, reject) => {
      const headers = { authorization, "content-type": type, "content-length": body.length };
      const sending = send(url, { agent, method, headers }, (response) => {
        buffer(response).then((received) => {
          const { location = "" } = response.headers;
          resolve({ status: response.statusCode ?? 0, location, body: received.toString() });
        }, reject);
      });
      sending.on("error", reject);
      sending.end(body);
    });
  const expect = async (reply: Promise<Reply>, status: number): Promise<Reply> => {
    const received = await reply;
    if (received.status !== status) throw new Error(`ghcr.io answers ${received.status}: ${received.body}`);
    return received;
  };
  const repository = `https://ghcr.io/v2/${artifact}`;
  const blob = async (
    content: Buffer,
    mediaType: string,
  ): Promise<{ mediaType: string; digest: string; size: number }> => {
    const digest = `sha256:${createHash("sha256").update(content).digest("hex")}`;
    const started = await expect(
      call("POST", `${repository}/blobs/uploads/`, Buffer.alloc(0), "text/plain"),
      202,
    );
    const target = new URL(started.location, repository);
    target.searchParams.set("digest", digest);
    await expect(call("PUT", target.href, content, "application/octet-stream"), 201);
    return { mediaType, digest, size: content.length };
  };

  try {
    const layer = await buffer(create({ cwd: parent, gzip: true, portable: true }, [name]));
    const manifest = {
      schemaVersion: 2,
      mediaType: mediaTypes.manifest,
      config: await blob(Buffer.from("{}"), mediaTypes.config),
      layers: [await blob(layer, mediaTypes.content)],
      annotations: { "org.opencontainers.image.revision": tag },
    };
    const content = Buffer.from(JSON.stringify(manifest));
    await expect(call("PUT", `${repository}/manifests/${tag}`, content, mediaTypes.manifest), 201);
  } finally {
    agent.destroy();
  }
}
