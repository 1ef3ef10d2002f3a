/** Free TCP ports of the loopback address, chosen by the kernel. */
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";

/** The only address that anything of the local platform listens on. */
export const loopback = "127.0.0.1";

/** `count` different ports that were free a moment ago; another program may still take one of them first. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer().listen(0, loopback);
      await once(server, "listening");
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => once(server.close(), "close")));
  return ports;
}

export async function freePort(): Promise<number> {
  const [port] = await freePorts(1);
  if (port === undefined) throw new Error("The kernel gave no port.");
  return port;
}
