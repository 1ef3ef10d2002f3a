/** The live inventory, read from a real API server. */
import assert from "node:assert/strict";
import { AuthenticationV1TokenRequest, KubeConfig } from "@kubernetes/client-node";
import { UserError } from "../../../src/errors.ts";
import { ClusterApi } from "../../../src/kubernetes/api.ts";
import { Interrupted } from "../../../src/plugin/failures.ts";
import { objectsOf } from "../../../src/teardown/inventory/inventory.ts";
import { readCluster, readInventory } from "../../../src/teardown/inventory/read-inventory.ts";
import { startTestCluster, until, type TestCluster } from "../../../local/test/kubelet/sandbox.ts";
import { queueDefinition } from "./queues.ts";

const { signal } = new AbortController();
const status = (): void => undefined;

describe("readInventory", function () {
  this.timeout(180_000);
  let cluster: TestCluster;

  before(async () => {
    cluster = await startTestCluster();
    await cluster.apply(`${queueDefinition}---
apiVersion: v1
kind: Namespace
metadata: { name: app-a }
---
apiVersion: team.example.com/v1
kind: Queue
metadata: { name: orders, namespace: app-a, finalizers: [team.example.com/queue] }
---
apiVersion: v1
kind: Service
metadata: { name: web, namespace: app-a }
spec: { type: LoadBalancer, ports: [{ port: 80 }] }
---
apiVersion: v1
kind: Secret
metadata: { name: password, namespace: app-a }
stringData: { password: no-business-of-a-teardown }
---
apiVersion: v1
kind: Secret
metadata: { name: sh.helm.release.v1.web.v1, namespace: app-a }
type: helm.sh/release.v1
---
apiVersion: v1
kind: ServiceAccount
metadata: { name: narrow, namespace: app-a }
`);
  });
  after(() => cluster.stop());

  it("reads built-in kinds whole, custom ones by their metadata, and no secret's content", async () => {
    const lines: string[] = [];
    const inventory = await readInventory(cluster.kubeconfig, { signal, status: (line) => lines.push(line) });
    const service = inventory.objects.get("Service app-a/web");
    assert.ok(service?.detail.type === "service" && service.detail.loadBalancer);
    assert.deepEqual(inventory.objects.get("Queue.team.example.com app-a/orders")?.finalizers, [
      "team.example.com/queue",
    ]);
    assert.ok(inventory.objects.has("Secret app-a/password"));
    assert.ok(
      !inventory.objects.has("Secret app-a/sh.helm.release.v1.web.v1"),
      "Helm's records are left out",
    );
    assert.doesNotMatch(JSON.stringify([...inventory.objects.values()]), /no-business/);
    assert.equal(objectsOf(inventory, "definition").length, 1);
    assert.match(lines.at(-1) ?? "", /^reading what is in the cluster: \d+ of \d+ kinds, \d+ objects$/);
  });

  it("asks in pages, and counts its requests", async () => {
    const many = Array.from({ length: 510 }, (_, index) => ({
      apiVersion: "team.example.com/v1",
      kind: "Queue",
      metadata: { name: `q-${index}`, namespace: "default" },
    }));
    for (let start = 0; start < many.length; start += 50) {
      await Promise.all(many.slice(start, start + 50).map((object) => cluster.client.create(object)));
    }
    const api = new ClusterApi(cluster.kubeconfig, signal);
    const { inventory, kinds } = await readCluster(api, status);
    api.close();
    const queues = [...inventory.objects.values()].filter(({ kind }) => kind === "Queue");
    assert.equal(queues.length, 511);
    // Two for the kinds, one for the APIServices, one a kind, and two more pages of Queues.
    assert.ok(api.requests <= kinds.size + 5, `${api.requests} requests for ${kinds.size} kinds`);
  });

  it("is not broken by an APIService whose service is gone", async () => {
    await cluster.apply(`
apiVersion: apiregistration.k8s.io/v1
kind: APIService
metadata: { name: v1beta1.dead.example.com }
spec:
  group: dead.example.com
  version: v1beta1
  groupPriorityMinimum: 100
  versionPriority: 100
  insecureSkipTLSVerify: true
  service: { name: gone, namespace: default }
`);
    const found = await until("the APIService counts as unavailable", async () => {
      const { objects } = await readInventory(cluster.kubeconfig, { signal, status });
      const service = objects.get("APIService.apiregistration.k8s.io v1beta1.dead.example.com");
      return service?.detail.type === "api-service" && !service.detail.available && service.detail;
    });
    assert.deepEqual(found.service, { namespace: "default", name: "gone" });
    await cluster.remove("APIService", "v1beta1.dead.example.com", "", "apiregistration.k8s.io/v1");
  });

  it("names the permissions that are missing", async () => {
    const { status: issued } = await cluster.client.core.createNamespacedServiceAccountToken({
      name: "narrow",
      namespace: "app-a",
      body: new AuthenticationV1TokenRequest(),
    });
    const config = new KubeConfig();
    config.loadFromString(cluster.kubeconfig);
    const server = config.getCurrentCluster();
    assert.ok(server);
    config.loadFromClusterAndUser(server, { name: "narrow", token: issued?.token ?? "" });
    await assert.rejects(readInventory(config.exportConfig(), { signal, status }), (error) => {
      assert.ok(error instanceof UserError);
      assert.match(error.message, /^The cluster refuses to list \d+ of its kinds:/);
      assert.match(
        error.message,
        /system:serviceaccount:app-a:narrow" cannot list resource "\w+" in API group/,
      );
      return true;
    });
  });

  it("ends when it is interrupted", async () => {
    const stopped = new AbortController();
    stopped.abort();
    await assert.rejects(readInventory(cluster.kubeconfig, { signal: stopped.signal, status }), Interrupted);
  });
});
