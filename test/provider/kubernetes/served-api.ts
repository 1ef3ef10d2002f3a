/** An API of a cluster that a test answers for, over plain HTTP as `kubectl proxy` has it. */
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { ClusterApi } from "../../../provider/kubernetes/api.ts";

export interface ServedApi {
  readonly api: ClusterApi;
  stop(): void;
}

export async function serveApi(answer: RequestListener): Promise<ServedApi> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const kubeconfig = JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [
      { name: "c", cluster: { server: `http://127.0.0.1:${port}`, "insecure-skip-tls-verify": true } },
    ],
    users: [{ name: "u", user: {} }],
    contexts: [{ name: "x", context: { cluster: "c", user: "u" } }],
    "current-context": "x",
  });
  const api = new ClusterApi(kubeconfig, new AbortController().signal);
  return {
    api,
    stop: () => {
      api.close();
      server.closeAllConnections();
      server.close();
    },
  };
}
