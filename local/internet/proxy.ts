/**
 * The way to the local internet: a proxy for HTTPS_PROXY that answers for the hosts it knows with certificates of
 * a local authority, so that manifests keep their real addresses, and refuses every other host by name.
 */
import { once } from "node:events";
import { createServer } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { createSecureContext, type SecureContext } from "node:tls";
import { issueCertificate, type Authority } from "../pki.ts";
import { loopback } from "../ports.ts";
import { reply, type Host } from "./host.ts";

export interface Proxy {
  /** For HTTPS_PROXY. */
  readonly url: string;
  close(): Promise<void>;
}

/** @param hostNamed the host of that name, or undefined if it is not on the local internet. */
export async function startProxy(
  authority: Authority,
  hostNamed: (name: string) => Host | undefined,
): Promise<Proxy> {
  const sockets = new Set<Duplex>();
  const contexts = new Map<string, Promise<SecureContext>>();
  const contextFor = (name: string): Promise<SecureContext> => {
    const context = contexts.get(name) ?? secureContext(authority, name);
    contexts.set(name, context);
    return context;
  };

  // It never listens: the proxy hands it the connections that clients tunnel.
  const secure = createSecureServer({
    SNICallback: (name, done) => {
      contextFor(name).then((context) => {
        done(null, context);
      }, done);
    },
  });
  secure.on("request", (request, response) => {
    const name = (request.headers.host ?? "").replace(/:\d+$/, "");
    const host = hostNamed(name);
    if (!host) {
      reply(response, 421, refusal(name));
      return;
    }
    Promise.resolve(host(request, response)).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else reply(response, 500, `${name} failed on the local internet: ${String(error)}\n`);
    });
  });

  const proxy = createServer((request, response) => {
    const name = URL.parse(request.url ?? "")?.hostname ?? "a request without a host";
    reply(response, 403, `${refusal(name)} Only https is served.\n`);
  });
  proxy.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  proxy.on("connect", (request, socket, head) => {
    socket.on("error", () => socket.destroy());
    const name = (request.url ?? "").replace(/:\d+$/, "");
    if (!hostNamed(name)) {
      // Go's HTTP client shows the reason phrase and nothing else of a refused CONNECT.
      socket.end(`HTTP/1.1 502 ${refusal(name)}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`);
      return;
    }
    socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
    if (head.length > 0) socket.unshift(head);
    secure.emit("connection", socket);
  });

  proxy.listen(0, loopback);
  await once(proxy, "listening");
  return {
    url: `http://${loopback}:${(proxy.address() as AddressInfo).port}`,
    close: async () => {
      const closed = once(proxy, "close");
      proxy.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

const refusal = (name: string): string => `${name.replace(/[^\w.:-]/g, "")} is not on the local internet.`;

async function secureContext(authority: Authority, name: string): Promise<SecureContext> {
  const { certificate, privateKey } = await issueCertificate(authority, {
    commonName: name,
    hosts: [name],
    usage: "server",
  });
  return createSecureContext({ cert: certificate, key: privateKey });
}
