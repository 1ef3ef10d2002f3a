/**
 * What the official EKS plugin (pulumi-eks 4.3.0) asks through HTTPS_PROXY, whatever NO_PROXY says: the certificates of the
 * issuer of pods' tokens, and whether the API server is well. Run with `<issuer> <endpoint>`; prints an {@link Answers}.
 */
import type { Agent } from "node:http";
import { get, type RequestOptions } from "node:https";
import { createRequire } from "node:module";
import { TLSSocket, type DetailedPeerCertificate } from "node:tls";

export interface Answers {
  /** SHA-1 of the last certificate below the root, as IAM wants it; or why there is none. */
  readonly thumbprint: string;
  /** Status of /healthz; or why there is none. */
  readonly health: number | string;
}

type ProxyAgent = (options: { host: string; port: number; protocol: string }) => Agent;
// The plugin's own agent, at the plugin's own version.
const proxyAgent = createRequire(import.meta.resolve("@pulumi/eks"))("https-proxy-agent") as ProxyAgent;

const proxy = new URL(process.env["HTTPS_PROXY"] ?? "");
const agent = proxyAgent({ host: proxy.hostname, port: Number(proxy.port), protocol: proxy.protocol });

function belowRoot(certificate: DetailedPeerCertificate): DetailedPeerCertificate {
  const { issuerCertificate: issuer } = certificate;
  return issuer.fingerprint === issuer.issuerCertificate.fingerprint ? certificate : belowRoot(issuer);
}

function thumbprint(issuer: string): Promise<string> {
  return new Promise((resolve, reject) => {
    get(issuer, { agent })
      .on("socket", (socket) => {
        if (!(socket instanceof TLSSocket)) {
          reject(new Error("the proxy made no way to the issuer"));
          return;
        }
        socket.on("secureConnect", () => {
          if (!socket.authorized) reject(new Error(`not trusted: ${String(socket.authorizationError)}`));
          const { fingerprint } = belowRoot(socket.getPeerCertificate(true));
          resolve(fingerprint.replaceAll(":", "").toLowerCase());
        });
      })
      .on("error", reject);
  });
}

function health(endpoint: string): Promise<number> {
  const options: RequestOptions = { agent, rejectUnauthorized: false, timeout: 1000 };
  return new Promise((resolve, reject) => {
    get(`${endpoint}/healthz`, options, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    })
      .on("timeout", () => {
        reject(new Error("no answer within a second"));
      })
      .on("error", reject);
  });
}

const [, , issuer = "", endpoint = ""] = process.argv;
const [read, asked] = await Promise.allSettled([thumbprint(issuer), health(endpoint)]);
const answers: Answers = {
  thumbprint: read.status === "fulfilled" ? read.value : String(read.reason),
  health: asked.status === "fulfilled" ? asked.value : String(asked.reason),
};
console.log(JSON.stringify(answers));
process.exit(0);
