import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import {
  AuthenticationV1Api,
  KubeConfig,
  PatchStrategy,
  setHeaderOptions,
  V1SelfSubjectReview,
  type V1Pod,
} from "@kubernetes/client-node";
import { fluxInstallPath } from "../../internet/flux-release.ts";
import { recordedProcesses } from "../../process-records.ts";
import { folderWith } from "../internet/support.ts";
import { kedaFromItsChart } from "./keda.ts";
import { condition, startTestCluster, until, type Condition, type TestCluster } from "./sandbox.ts";

const flux = "flux-system";
const controllers = ["helm", "kustomize", "notification", "source"].map((name) => `${name}-controller`);

describe("Flux and KEDA as pods of a local cluster", function () {
  this.timeout(240_000);
  let cluster: TestCluster;

  const pods = async (namespace: string, app: string): Promise<V1Pod[]> =>
    (await cluster.client.core.listNamespacedPod({ namespace, labelSelector: `app=${app}` })).items;
  const programs = async (name: string): Promise<number[]> =>
    (await recordedProcesses(cluster.net.processes.stateFolder))
      .filter((record) => record.alive && record.name.includes(`.${name}-`))
      .map(({ pid }) => pid);
  const available = (namespace: string, name: string): Promise<unknown> =>
    until(`Deployment ${name} is available`, async () => {
      const { status } = await cluster.client.apps.readNamespacedDeployment({ name, namespace });
      return status?.availableReplicas === status?.replicas && (status?.availableReplicas ?? 0) > 0;
    });
  const ready = (
    apiVersion: string,
    kind: string,
    name: string,
    namespace: string,
    status = "True",
  ): Promise<Condition> =>
    until(`${kind} ${name} has Ready ${status}`, async () => {
      const found = condition(await cluster.read(kind, name, namespace, apiVersion), "Ready");
      return found?.status === status ? found : undefined;
    });

  before(async () => {
    cluster = await startTestCluster();
    const { net } = cluster;
    const configs = "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: proof, namespace: default }\n";
    await net.internet.addRepository(
      "team",
      "platform",
      await folderWith(net.folder, { "configs/proof.yaml": configs }),
    );
    await cluster.apply((await net.request(`https://github.com${fluxInstallPath}`)).body.toString());
  });
  after(() => cluster.stop());

  const source = (name: string, password: string): string => `
apiVersion: v1
kind: Secret
metadata: { name: ${name}, namespace: ${flux} }
stringData: { username: git, password: ${password} }
---
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: { name: ${name}, namespace: ${flux} }
spec:
  interval: 1m
  url: https://github.com/team/platform.git
  ref: { branch: main }
  secretRef: { name: ${name} }
`;

  it("makes a controller's Deployment available when its program is ready, with one program each", async () => {
    await Promise.all(controllers.map((name) => available(flux, name)));
    for (const name of controllers) assert.equal((await programs(name)).length, 1, name);
  });

  it("gives a program the token of its own account", async () => {
    const [pod] = await pods(flux, "source-controller");
    const folder = path.join(cluster.podsFolder, pod?.metadata?.uid ?? "");
    const config = new KubeConfig();
    config.loadFromFile(path.join(folder, "kubeconfig.json"));
    // The client library does not follow a token's file as the controllers do.
    const [user] = config.users;
    assert.ok(user);
    config.users = [{ ...user, token: readFileSync(path.join(folder, "token"), "utf8") }];
    const review = await config
      .makeApiClient(AuthenticationV1Api)
      .createSelfSubjectReview({ body: new V1SelfSubjectReview() });
    assert.equal(review.status?.userInfo?.username, `system:serviceaccount:${flux}:source-controller`);
  });

  it("reads a private repository with the right secret and applies what it holds", async () => {
    await cluster.apply(source("platform", cluster.net.internet.accounts.get("flux").token));
    await ready("source.toolkit.fluxcd.io/v1", "GitRepository", "platform", flux);
    await cluster.apply(`
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: { name: configs, namespace: ${flux} }
spec: { interval: 1m, path: ./configs, prune: true, sourceRef: { kind: GitRepository, name: platform } }
`);
    await ready("kustomize.toolkit.fluxcd.io/v1", "Kustomization", "configs", flux);
    assert.ok(await cluster.read("ConfigMap", "proof", "default", "v1"));
  });

  it("shows the source's own message for a wrong secret", async () => {
    await cluster.apply(source("wrong", "wrong"));
    const found = await ready("source.toolkit.fluxcd.io/v1", "GitRepository", "wrong", flux, "False");
    assert.match(found.message ?? "", /authentication required: Invalid username or token/);
  });

  it("installs KEDA from its chart and runs its operator, which serves and releases a ScaledObject", async () => {
    await cluster.apply(kedaFromItsChart);
    await ready("helm.toolkit.fluxcd.io/v2", "HelmRelease", "keda", "keda");
    await cluster.apply(`
apiVersion: apps/v1
kind: Deployment
metadata: { name: podinfo, namespace: default }
spec:
  selector: { matchLabels: { app: podinfo } }
  template:
    metadata: { labels: { app: podinfo } }
    spec:
      containers: [{ name: podinfo, image: podinfo, resources: { requests: { cpu: 50m } } }]
---
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: { name: cpu-scaledobject, namespace: default }
spec:
  scaleTargetRef: { name: podinfo }
  minReplicaCount: 1
  maxReplicaCount: 5
  triggers: [{ type: cpu, metricType: Utilization, metadata: { value: "90" } }]
`);
    await ready("keda.sh/v1alpha1", "ScaledObject", "cpu-scaledobject", "default");
    const scaler = (): Promise<unknown> =>
      cluster.read("HorizontalPodAutoscaler", "keda-hpa-cpu-scaledobject", "default", "autoscaling/v2");
    assert.ok(await scaler());
    await cluster.remove("ScaledObject", "cpu-scaledobject", "default", "keda.sh/v1alpha1");
    await until(
      "the ScaledObject's finalizer was lifted",
      async () =>
        (await cluster.read("ScaledObject", "cpu-scaledobject", "default", "keda.sh/v1alpha1")) === undefined,
    );
  });

  it("starts a program again that was killed, and counts the restart", async () => {
    const [pid = 0] = await programs("source-controller");
    process.kill(pid, "SIGKILL");
    await until("the pod is ready again after one restart", async () => {
      const [status] = (await pods(flux, "source-controller"))[0]?.status?.containerStatuses ?? [];
      return status?.restartCount === 1 && status.ready;
    });
    assert.notEqual((await programs("source-controller"))[0], pid);
  });

  it("ends a program with its pod, and starts none while there is no replica", async () => {
    const scale = (replicas: number): Promise<unknown> =>
      cluster.client.apps.patchNamespacedDeploymentScale(
        { name: "kustomize-controller", namespace: flux, body: { spec: { replicas } } },
        setHeaderOptions("Content-Type", PatchStrategy.MergePatch),
      );
    await scale(0);
    await until("the program ended", async () => (await programs("kustomize-controller")).length === 0);
    assert.deepEqual(await pods(flux, "kustomize-controller"), []);
    await scale(1);
    await available(flux, "kustomize-controller");
    assert.equal((await programs("kustomize-controller")).length, 1);
  });
});
