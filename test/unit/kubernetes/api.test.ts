/** How often the API of a cluster is asked for one thing. */
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { ApiRefusal } from "../../../src/kubernetes/api.ts";
import { serveApi, type ServedApi } from "../../support/served-api.ts";

describe("a request to a cluster's API", () => {
  let served: ServedApi;
  let asked = 0;

  beforeEach(async () => {
    asked = 0;
    // As the log of a pod whose node cannot be reached: a fault at first.
    served = await serveApi((_request, response) => {
      asked += 1;
      response.writeHead(asked === 1 ? 500 : 200, { "Content-Type": "application/json" });
      response.end(JSON.stringify(asked === 1 ? { message: "dial tcp: no route to host" } : { kind: "Pod" }));
    });
  });

  afterEach(() => {
    served.stop();
  });

  it("is made again where the server fails by chance", async () => {
    assert.deepEqual(await served.api.get("/api/v1/pods"), { kind: "Pod" });
    assert.equal(asked, 2);
  });

  it("is made once where it is worth no wait", async () => {
    await assert.rejects(served.api.send({ path: "/api/v1/pods", once: true }), ApiRefusal);
    assert.equal(asked, 1);
  });
});

describe("a deletion without a permit of the laws", () => {
  it("is for commands alone", () => {
    const checkout = path.join(import.meta.dirname, "..", "..", "..");
    const files = globSync("{src,provider}/**/*.ts", { cwd: checkout });
    const users = files.filter((file) =>
      readFileSync(path.join(checkout, file), "utf8").includes("deleteOwn("),
    );
    assert.deepEqual(users, ["src/kubernetes/api.ts"]);
  });
});
