import assert from "node:assert/strict";
import { ProofCluster } from "../../../commands/prove/cluster.ts";
import { loadTest, proofLabel, scaledObject } from "../../../src/prove/objects.ts";
import { serveApi, type ServedApi } from "../../support/served-api.ts";

const job = loadTest(30);
const jobs = "/apis/batch/v1/namespaces/default/jobs";
const measures = "/apis/metrics.k8s.io/v1beta1/namespaces/app-a/pods";

describe("a proof's requests", () => {
  let served: ServedApi;
  let cluster: ProofCluster;
  /** By path; what is not there is not found. */
  let answers: Record<string, { readonly code: number; readonly body: object }>;
  let asked: string[];

  beforeEach(async () => {
    answers = {};
    asked = [];
    served = await serveApi((request, response) => {
      const { pathname } = new URL(request.url ?? "", "http://any");
      asked.push(`${request.method ?? ""} ${pathname}`);
      const { code, body } = answers[pathname] ?? { code: 404, body: { message: "not found" } };
      response.writeHead(code, { "Content-Type": "application/json" });
      response.end(JSON.stringify(body));
    });
    cluster = new ProofCluster(served.api);
  });

  afterEach(() => {
    served.stop();
  });

  it("find an object under the regular plural of its kind, or nothing", async () => {
    const path = "/apis/keda.sh/v1alpha1/namespaces/app-a/scaledobjects/cpu-scaledobject";
    assert.equal(await cluster.read(scaledObject), undefined);
    answers[path] = { code: 200, body: scaledObject };
    assert.deepEqual(await cluster.read(scaledObject), scaledObject);
    assert.deepEqual(asked, [`GET ${path}`, `GET ${path}`]);
  });

  it("make an object once, so that no second try is refused", async () => {
    answers[jobs] = { code: 503, body: { message: "not now" } };
    await assert.rejects(cluster.create(job), /not now/);
    assert.deepEqual(asked, [`POST ${jobs}`]);
  });

  it("delete what a proof has made, and nothing else", async () => {
    const path = `${jobs}/load-tester`;
    answers[path] = { code: 200, body: { metadata: { uid: "1", labels: { team: "a" } } } };
    await assert.rejects(cluster.remove(job), /load-tester bears no label .*, so that it is somebody else's/);
    answers[path] = { code: 200, body: { metadata: { uid: "1", labels: proofLabel } } };
    await cluster.remove(job);
    Reflect.deleteProperty(answers, path);
    await cluster.remove(job);
    assert.deepEqual(asked, [`GET ${path}`, `GET ${path}`, `DELETE ${path}`, `GET ${path}`]);
  });

  it("see that nothing measures, whether the API is unknown or nobody answers behind it", async () => {
    assert.equal(await cluster.measuresPods("app-a"), false);
    answers[measures] = { code: 503, body: { message: "no endpoints" } };
    assert.equal(await cluster.measuresPods("app-a"), false);
    answers[measures] = { code: 200, body: { items: [] } };
    assert.equal(await cluster.measuresPods("app-a"), true);
    answers[measures] = { code: 403, body: { message: "forbidden" } };
    await assert.rejects(cluster.measuresPods("app-a"), /forbidden/);
  });
});
