/** How often the API of a cluster is asked for one thing. */
import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { ApiRefusal, ClusterApi } from "../../../provider/kubernetes/api.ts";

describe("a request to a cluster's API", () => {
  let server: Server;
  let api: ClusterApi;
  let asked = 0;

  beforeEach(async () => {
    asked = 0;
    // As the log of a pod whose node cannot be reached: a fault at first.
    server = createServer((_request, response) => {
      asked += 1;
      response.writeHead(asked === 1 ? 500 : 200, { "Content-Type": "application/json" });
      response.end(JSON.stringify(asked === 1 ? { message: "dial tcp: no route to host" } : { kind: "Pod" }));
    });
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
    api = new ClusterApi(kubeconfig, new AbortController().signal);
  });

  afterEach(() => {
    api.close();
    server.close();
  });

  it("is made again where the server fails by chance", async () => {
    assert.deepEqual(await api.get("/api/v1/pods"), { kind: "Pod" });
    assert.equal(asked, 2);
  });

  it("is made once where it is worth no wait", async () => {
    await assert.rejects(api.send({ path: "/api/v1/pods", once: true }), ApiRefusal);
    assert.equal(asked, 1);
  });
});
