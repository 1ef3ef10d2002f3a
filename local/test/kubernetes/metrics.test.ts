/** The metrics API of a local cluster, as an autoscaler meets it: through the API server, with real load test Jobs. */
import assert from "node:assert/strict";
import { request } from "node:https";
import { AutoscalingV2Api, CustomObjectsApi, KubeConfig } from "@kubernetes/client-node";
import { ClusterClient } from "../../kubernetes/cluster-client.ts";
import type { Manifest } from "../../kubernetes/manifest.ts";
import { startBarePlanes, type BarePlanes } from "./bare-planes.ts";
import { eventually } from "./eventually.ts";

const name = "measured";
const labels = { app: "web" };

const web: readonly Manifest[] = [
  {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "web", namespace: "default" },
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          containers: [
            {
              name: "web",
              image: "none",
              resources: { requests: { cpu: "50m" }, limits: { cpu: "100m" } },
            },
          ],
        },
      },
    },
  },
  {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "web", namespace: "default" },
    spec: { selector: labels, ports: [{ port: 80 }] },
  },
];

const loadTest = (connections: number, seconds: number): Manifest => ({
  apiVersion: "batch/v1",
  kind: "Job",
  metadata: { name: "load", namespace: "default" },
  spec: {
    template: {
      spec: {
        restartPolicy: "Never",
        containers: [
          {
            name: "wrk",
            image: "elswork/wrk",
            args: ["-t", "4", "-c", String(connections), "-d", String(seconds), "http://web.default:80"],
          },
        ],
      },
    },
  },
});

interface PodMetrics {
  readonly containers: readonly { readonly usage: { readonly cpu: string } }[];
}

describe("The metrics API of a local cluster", function () {
  this.timeout(180_000);
  let bare: BarePlanes;
  let client: ClusterClient;
  let config: KubeConfig;

  const cpu = async (): Promise<string[]> => {
    const list = (await config.makeApiClient(CustomObjectsApi).listNamespacedCustomObject({
      group: "metrics.k8s.io",
      version: "v1beta1",
      namespace: "default",
      plural: "pods",
      labelSelector: "app=web",
    })) as { items: PodMetrics[] };
    return list.items.map(({ containers }) => containers[0]?.usage.cpu ?? "");
  };

  before(async () => {
    bare = await startBarePlanes(name);
    const { planes } = bare;
    config = new KubeConfig();
    config.loadFromFile(planes.adminKubeconfig(name));
    client = new ClusterClient(planes.adminKubeconfig(name));
    await planes.installAddon(name, "vpc-cni", "v1.20.1-eksbuild.3");
    await planes.addNode(name, {
      name: "node-1",
      instanceId: "i-00000000000000001",
      instanceType: "t3.medium",
      zone: "eu-west-1a",
      region: "eu-west-1",
      privateIp: "10.0.0.11",
      nodeGroup: "default",
      version: "1.34",
      labels: {},
      taints: [],
    });
    for (const object of web) await client.apply(object);
  });

  after(() => bare.stop());

  it("is available behind the API server, and answers nobody else", async () => {
    const objects = config.makeApiClient(CustomObjectsApi);
    const service = (await objects.getClusterCustomObject({
      group: "apiregistration.k8s.io",
      version: "v1",
      plural: "apiservices",
      name: "v1beta1.metrics.k8s.io",
    })) as { spec: { service: { port: number } } };
    const { port } = service.spec.service;
    await assert.rejects(
      new Promise((resolve, reject) => {
        request({ host: "127.0.0.1", port, rejectUnauthorized: false }, resolve).on("error", reject).end();
      }),
    );
    await eventually("the pod is measured", async () => (await cpu()).length === 1);
    assert.deepEqual(await cpu(), ["1m"]);
  });

  it("measures nodes as the sum of their pods", async () => {
    const objects = config.makeApiClient(CustomObjectsApi);
    const node = (await objects.getClusterCustomObject({
      group: "metrics.k8s.io",
      version: "v1beta1",
      plural: "nodes",
      name: "node-1",
    })) as { usage: { cpu: string } };
    // The two containers of vpc-cni, and the one of web.
    assert.equal(node.usage.cpu, "3m");
  });

  it("loads the pods behind the Service while the Job's pod runs, up to their limit, and no longer", async () => {
    await client.create(loadTest(12, 5));
    await eventually("the one pod is at its limit", async () => (await cpu()).join() === "100m");
    await eventually("the load is over", async () => (await cpu()).join() === "1m");
    await client.remove(loadTest(12, 5));
  });

  it("makes a real autoscaler add replicas, which share the load, and take them away", async () => {
    await client.apply({
      apiVersion: "autoscaling/v2",
      kind: "HorizontalPodAutoscaler",
      metadata: { name: "web", namespace: "default" },
      spec: {
        scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "web" },
        minReplicas: 1,
        maxReplicas: 5,
        behavior: {
          scaleUp: { stabilizationWindowSeconds: 0 },
          scaleDown: { stabilizationWindowSeconds: 0 },
        },
        metrics: [
          {
            type: "Resource",
            resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 90 } },
          },
        ],
      },
    });
    await eventually("the earlier load test is gone", async () => {
      const { items } = await client.core.listNamespacedPod({
        namespace: "default",
        labelSelector: "job-name=load",
      });
      return items.length === 0;
    });
    await client.create(loadTest(4, 60));
    const replicas = async (): Promise<number> =>
      (await client.apps.readNamespacedDeployment({ name: "web", namespace: "default" })).spec?.replicas ?? 0;
    await eventually("there are more replicas", async () => (await replicas()) > 1, 90);
    await eventually("they share the load", async () => {
      const usage = await cpu();
      return usage.length > 1 && usage.every((each) => each === `${Math.round(1 + 100 / usage.length)}m`);
    });
    const autoscaler = await config
      .makeApiClient(AutoscalingV2Api)
      .readNamespacedHorizontalPodAutoscaler({ name: "web", namespace: "default" });
    assert.equal(autoscaler.status?.currentMetrics?.[0]?.resource?.name, "cpu");
    await client.remove(loadTest(4, 60));
    await eventually("there is one replica again", async () => (await replicas()) === 1, 90);
  });
});
