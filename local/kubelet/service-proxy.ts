/**
 * The cluster's Services, for programs that run on this machine and not in the cluster: an HTTP_PROXY that answers for
 * `<service>.<namespace>.svc…` from the ready pods that the Service selects.
 */
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { passOn } from "../internet/host.ts";
import { loopback } from "../ports.ts";

/** The port on this machine behind a port of a Service; undefined if no ready pod serves it. */
export type ServiceResolver = (
  service: string,
  namespace: string,
  port: number,
) => Promise<number | undefined>;

export interface ServiceProxy {
  readonly url: string;
  close(): Promise<void>;
}

export async function startServiceProxy(resolve: ServiceResolver): Promise<ServiceProxy> {
  const server = createServer((request, response) => {
    serve(resolve, request, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else response.writeHead(502).end(`${String(error)}\n`);
    });
  });
  server.listen(0, loopback);
  await once(server, "listening");
  return {
    url: `http://${loopback}:${(server.address() as AddressInfo).port}`,
    close: async () => {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function serve(
  resolve: ServiceResolver,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? "", "http://none.invalid");
  const [, service = "", namespace = ""] =
    /^([^.]+)\.([^.]+)\.svc(?:\.cluster\.local)?\.?$/.exec(url.hostname) ?? [];
  const port = service ? await resolve(service, namespace, Number(url.port || 80)) : undefined;
  if (port === undefined) {
    response.writeHead(502).end(`${url.host} is not a Service with a ready pod in this cluster.\n`);
    return;
  }
  await passOn(request, response, { port, path: url.pathname + url.search });
}
