import type { Server } from "node:http";
import type { AddressInfo } from "node:net";

/** Of a server that listens on 127.0.0.1 and answers as the API of a cluster, over plain HTTP. */
export function kubeconfigFor(server: Server): string {
  const { port } = server.address() as AddressInfo;
  // The client takes plain HTTP only where nothing is to be verified.
  const cluster = { server: `http://127.0.0.1:${port}`, "insecure-skip-tls-verify": true };
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "c", cluster }],
    contexts: [{ name: "c", context: { cluster: "c", user: "u" } }],
    users: [{ name: "u", user: {} }],
    "current-context": "c",
  });
}
