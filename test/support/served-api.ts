/** An API of a cluster that a test answers for, over plain HTTP as `kubectl proxy` has it. */
import { createServer, type RequestListener } from "node:http";
import { ClusterApi } from "../../src/kubernetes/api.ts";
import { kubeconfigFor } from "./kubeconfig.ts";

export interface ServedApi {
  readonly api: ClusterApi;
  stop(): void;
}

export async function serveApi(answer: RequestListener): Promise<ServedApi> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const api = new ClusterApi(kubeconfigFor(server), new AbortController().signal);
  return {
    api,
    stop: () => {
      api.close();
      server.closeAllConnections();
      server.close();
    },
  };
}
