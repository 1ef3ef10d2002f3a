/** Free TCP ports of the loopback address, chosen by the kernel. */
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { UserError } from "./user-error.ts";

/** The only address that anything of the local platform listens on. */
export const loopback = "127.0.0.1";

/** How many times other ports are chosen because a chosen one was taken. */
const choices = 5;

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

/**
 * Starts what listens on `count` ports of the kernel's choice, and again on others where a program says that another one
 * has taken its port: any connection that goes out may get it before the program binds it.
 * @param start leaves nothing behind where it fails, and fails with the program's last words.
 */
export async function onFreePorts<T>(
  count: number,
  start: (ports: readonly number[]) => Promise<T>,
  choose: (count: number) => Promise<readonly number[]> = freePorts,
): Promise<T> {
  for (let left = choices; ; left -= 1) {
    try {
      return await start(await choose(count));
    } catch (error) {
      if (left === 0 || !saysPortTaken(error)) throw error;
    }
  }
}

/** In the words of the kernel, which Go's and Python's programs pass on. */
const saysPortTaken = (error: unknown): boolean =>
  error instanceof UserError && /address already in use/i.test(error.details);
