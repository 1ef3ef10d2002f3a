/**
 * The way to the local internet: a proxy for HTTPS_PROXY that answers for the hosts it knows with certificates of
 * a local authority, so that manifests keep their real addresses, lets connections to the clusters' API servers through,
 * because not every program minds NO_PROXY, and refuses everything else by name.
 */
import { once } from "node:events";
import { createServer } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { connect, type AddressInfo } from "node:net";
import { pipeline, type Duplex } from "node:stream";
import { createSecureContext, type SecureContext } from "node:tls";
import { issueCertificate, type Authority } from "../pki.ts";
import { loopback } from "../ports.ts";
import { reply, type Host } from "./host.ts";

export interface Proxy {
  /** For HTTPS_PROXY. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * @param authority what issues the hosts' certificates; each host shows its certificate, too.
 * @param hostNamed the host of that name, or undefined if it is not on the local internet.
 * @param apiServers addresses on this machine, such as 127.0.0.1:40123, that may be reached as they are.
 */
export async function startProxy(
  authority: Authority,
  hostNamed: (name: string) => Host | undefined,
  apiServers: ReadonlySet<string> = new Set(),
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
    const address = request.url ?? "";
    if (apiServers.has(address)) {
      passThrough(socket, head, address);
      return;
    }
    const name = address.replace(/:\d+$/, "");
    if (!hostNamed(name)) {
      refuse(socket, refusal(name));
      return;
    }
    socket.write(established);
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

const established = "HTTP/1.1 200 Connection established\r\n\r\n";

function refuse(socket: Duplex, reason: string): void {
  // Go's HTTP client shows the reason phrase and nothing else of a refused CONNECT.
  socket.end(`HTTP/1.1 502 ${reason}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`);
}

/** Joins a client with a server on this machine; what they say to each other stays theirs. */
function passThrough(socket: Duplex, head: Buffer, address: string): void {
  const { hostname, port } = new URL(`tcp://${address}`);
  const server = connect(Number(port), hostname);
  const failed = (error: Error): void => {
    refuse(socket, `${address} does not answer: ${error.message}.`);
  };
  server.once("error", failed);
  server.once("connect", () => {
    server.off("error", failed);
    socket.write(established);
    if (head.length > 0) server.write(head);
    // Either side's end is the other's; an error of one ends both.
    pipeline(socket, server, socket, () => undefined);
  });
  socket.once("close", () => server.destroy());
}

const refusal = (name: string): string => `${name.replace(/[^\w.:-]/g, "")} is not on the local internet.`;

async function secureContext(authority: Authority, name: string): Promise<SecureContext> {
  const { certificate, privateKey } = await issueCertificate(authority, {
    commonName: name,
    hosts: [name],
    usage: "server",
  });
  return createSecureContext({ cert: `${certificate}\n${authority.certificate}`, key: privateKey });
}
