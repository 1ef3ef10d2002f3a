/** The drain on a real control plane, with Flux's and KEDA's own controllers. */
import assert from "node:assert/strict";
import { Interrupted } from "../../../src/plugin/failures.ts";
import { thaw } from "../../../src/flux/thaw.ts";
import { fluxInstallPath } from "../../../local/internet/flux-release.ts";
import { folderWith } from "../../../local/test/internet/support.ts";
import { kedaFromItsChart } from "../../../local/test/kubelet/keda.ts";
import { condition, startTestCluster, until, type TestCluster } from "../../../local/test/kubelet/sandbox.ts";
import { queueDefinition } from "./queues.ts";
import { moment, runDrain, type Drained } from "./support.ts";

const kustomize = "kustomize.toolkit.fluxcd.io/v1";
const home = "flux-system";

const child = (name: string, path: string, spec = ""): string => `
---
apiVersion: ${kustomize}
kind: Kustomization
metadata: { name: ${name}, namespace: ${home} }
spec:
  interval: 5s
  retryInterval: 2s
  path: ./${path}
  prune: true
  sourceRef: { kind: GitRepository, name: flux-system }
  ${spec}
`;

const queue = (name: string, finalizers = ""): string => `
---
apiVersion: team.example.com/v1
kind: Queue
metadata: { name: ${name}, namespace: app-q, finalizers: [${finalizers}] }
`;

const files = {
  "keda/cluster/platform.yaml": child("platform", "keda/platform"),
  "keda/cluster/apps.yaml": child("apps", "keda/apps"),
  "keda/platform/keda.yaml": kedaFromItsChart,
  "keda/apps/app.yaml": `
apiVersion: v1
kind: Namespace
metadata: { name: app-a }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: podinfo, namespace: app-a }
spec:
  selector: { matchLabels: { app: podinfo } }
  template:
    metadata: { labels: { app: podinfo } }
    spec: { containers: [{ name: podinfo, image: podinfo, resources: { requests: { cpu: 50m } } }] }
---
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: { name: cpu, namespace: app-a }
spec:
  scaleTargetRef: { name: podinfo }
  minReplicaCount: 1
  maxReplicaCount: 5
  triggers: [{ type: cpu, metricType: Utilization, metadata: { value: "90" } }]
`,
  "nested/cluster/parent.yaml": child("parent", "nested/parent"),
  "nested/cluster/asleep.yaml": child("asleep", "nested/asleep"),
  "nested/parent/child.yaml": child("child", "nested/child"),
  "nested/child/namespace.yaml": "apiVersion: v1\nkind: Namespace\nmetadata: { name: app-n }\n",
  "nested/asleep/namespace.yaml": "apiVersion: v1\nkind: Namespace\nmetadata: { name: app-s }\n",
  "queues/cluster/queues.yaml": child("queues", "queues/all"),
  "queues/all/all.yaml": `${queueDefinition}---
apiVersion: v1
kind: Namespace
metadata: { name: app-q }
`,
};

describe("the drain of a cluster", function () {
  this.timeout(400_000);
  let cluster: TestCluster;

  before(async () => {
    cluster = await startTestCluster();
    const { net } = cluster;
    await net.internet.addRepository("team", "platform", await folderWith(net.folder, files));
    await cluster.apply((await net.request(`https://github.com${fluxInstallPath}`)).body.toString());
    await cluster.apply(`
apiVersion: v1
kind: Secret
metadata: { name: platform, namespace: ${home} }
stringData: { username: git, password: ${net.internet.accounts.get("flux").token} }
---
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: { name: flux-system, namespace: ${home} }
spec:
  interval: 1m
  url: https://github.com/team/platform.git
  ref: { branch: main }
  secretRef: { name: platform }
`);
  });
  after(() => cluster.stop());

  /** A root Kustomization that has applied one of the folders above. */
  async function startFrom(folder: string, ...ready: string[]): Promise<void> {
    await cluster.remove("Kustomization", "flux-system", home, kustomize);
    await until("the root of the case before is gone", async () => {
      const root = await cluster.read("Kustomization", "flux-system", home, kustomize);
      return root === undefined;
    });
    await cluster.apply(child("flux-system", `${folder}/cluster`));
    for (const name of ["flux-system", ...ready]) await running(name);
  }

  const running = (name: string): Promise<unknown> =>
    until(`Kustomization ${name} is ready`, async () => {
      const found = await cluster.read("Kustomization", name, home, kustomize);
      return found !== undefined && condition(found, "Ready")?.status === "True";
    });
  const namespace = (name: string): Promise<unknown> => cluster.read("Namespace", name, "", "v1");

  async function assertEmpty(drained: Drained, ...namespaces: string[]): Promise<void> {
    assert.equal(drained.error, undefined, drained.error?.stack);
    const left = await Promise.all(
      ["platform", "apps", "parent", "child", "asleep", "queues"].map((name) =>
        cluster.read("Kustomization", name, home, kustomize),
      ),
    );
    assert.deepEqual(left.filter(Boolean), []);
    for (const name of namespaces) assert.equal(await namespace(name), undefined, name);
    const root = await cluster.read("Kustomization", "flux-system", home, kustomize);
    assert.equal((root as { spec?: { suspend?: boolean } } | undefined)?.spec?.suspend, true);
  }

  it("takes ScaledObjects before KEDA, whoever owns them, with nothing declared", async () => {
    await startFrom("keda", "platform", "apps");
    await cluster.apply(`
apiVersion: v1
kind: Namespace
metadata: { name: by-hand }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: podinfo, namespace: by-hand }
spec:
  selector: { matchLabels: { app: podinfo } }
  template:
    metadata: { labels: { app: podinfo } }
    spec: { containers: [{ name: podinfo, image: podinfo, resources: { requests: { cpu: 50m } } }] }
---
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: { name: cpu, namespace: by-hand }
spec: { scaleTargetRef: { name: podinfo }, triggers: [{ type: cpu, metricType: Utilization, metadata: { value: "90" } }] }
`);
    await until("KEDA has put its finalizer on both", async () => {
      const found = await Promise.all(
        ["app-a", "by-hand"].map((name) => cluster.read("ScaledObject", "cpu", name, "keda.sh/v1alpha1")),
      );
      return found.every((object) => object?.metadata?.finalizers?.includes("finalizer.keda.sh"));
    });
    const drained = await runDrain(cluster.kubeconfig);
    await assertEmpty(drained, "app-a", "keda");
    const release = moment(drained, "deleting", "HelmRelease.helm.toolkit.fluxcd.io keda/keda");
    const byHand = moment(drained, "gone", "ScaledObject.keda.sh by-hand/cpu");
    assert.ok(byHand >= 0 && byHand < release, JSON.stringify(drained.events));
    const apps = moment(drained, "gone", "Kustomization.kustomize.toolkit.fluxcd.io flux-system/apps");
    assert.ok(apps >= 0 && apps < release, "the applications go before KEDA");
    assert.deepEqual(
      drained.events.filter(({ type }) => type === "forced" || type === "left"),
      [],
    );
  });

  it("has a suspended child prune, and no parent bring its child back", async () => {
    await startFrom("nested", "parent", "child", "asleep");
    await cluster.apply(child("asleep", "nested/asleep", "suspend: true"));
    const drained = await runDrain(cluster.kubeconfig);
    await assertEmpty(drained, "app-n", "app-s");
    const deletions = drained.events.filter(
      (event) => event.type === "deleting" && event.id.endsWith(" flux-system/child"),
    );
    assert.equal(deletions.length, 1);
  });

  it("finishes what a run that was interrupted has begun", async () => {
    await startFrom("nested", "parent", "child", "asleep");
    const first = await runDrain(cluster.kubeconfig, {
      onEvent: (event, abort) => {
        if (event.type === "gone" && event.id.endsWith("/child")) abort();
      },
    });
    assert.ok(first.error instanceof Interrupted, first.error?.stack);
    assert.match(first.error.message, /run the command again to go on/);
    const second = await runDrain(cluster.kubeconfig);
    await assertEmpty(second, "app-n", "app-s");
    assert.equal(
      moment(second, "deleting", "Kustomization.kustomize.toolkit.fluxcd.io flux-system/child"),
      -1,
    );
  });

  it("is undone by a thaw, which leaves suspended what its owner had suspended", async () => {
    await startFrom("nested", "parent", "child", "asleep");
    await cluster.apply(child("asleep", "nested/asleep", "suspend: true"));
    const abandoned = await runDrain(cluster.kubeconfig, {
      onEvent: (event, abort) => {
        if (event.type === "gone" && event.id.endsWith("/child")) abort();
      },
    });
    assert.ok(abandoned.error instanceof Interrupted, abandoned.error?.stack);
    const thawed = await thaw(cluster.kubeconfig, new AbortController().signal);
    assert.ok(thawed.includes("Kustomization flux-system/flux-system"), thawed.join());
    for (const name of ["flux-system", "parent", "child"]) await running(name);
    assert.ok(await namespace("app-n"));
    assert.deepEqual(await thaw(cluster.kubeconfig, new AbortController().signal), []);
    await assertEmpty(await runDrain(cluster.kubeconfig), "app-n", "app-s");
  });

  it("stops by name where the controller of a finalizer is gone, and strips it when it may", async () => {
    await startFrom("queues", "queues");
    await cluster.apply(queue("orders", "team.example.com/queue"));
    const stopped = await runDrain(cluster.kubeconfig, { deadlineSeconds: 10 });
    assert.match(
      stopped.error?.message ?? "",
      /Queue app-q\/orders is being deleted since \S+ and waits for team\.example\.com\/queue/,
    );
    assert.match(stopped.error?.message ?? "", /SDLC_TEARDOWN_ON_STUCK=force/);
    assert.ok(await cluster.read("Queue", "orders", "app-q", "team.example.com/v1"));
    const forced = await runDrain(cluster.kubeconfig, { deadlineSeconds: 10, onStuck: "force" });
    await assertEmpty(forced, "app-q");
    const event = forced.events.find(({ type }) => type === "forced");
    assert.deepEqual(event, {
      type: "forced",
      id: "Queue.team.example.com app-q/orders",
      what: "stripped of team.example.com/queue",
      checked: "nothing is known that a Queue.team.example.com holds in AWS",
    });
  });

  it("names a webhook without its service, and removes it when it may", async () => {
    await startFrom("queues", "queues");
    await cluster.apply(`${queue("orders", "team.example.com/queue")}
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: { name: guard }
webhooks:
  - name: guard.team.example.com
    clientConfig: { service: { namespace: guard, name: gone } }
    rules: [{ apiGroups: [team.example.com], apiVersions: [v1], operations: [DELETE], resources: [queues] }]
    sideEffects: None
    admissionReviewVersions: [v1]
    timeoutSeconds: 1
`);
    const stopped = await runDrain(cluster.kubeconfig, { deadlineSeconds: 10 });
    assert.match(
      stopped.error?.message ?? "",
      /ValidatingWebhookConfiguration guard refuses requests: the service guard\/gone of its webhook guard\.team\.example\.com is gone/,
    );
    const forced = await runDrain(cluster.kubeconfig, { deadlineSeconds: 10, onStuck: "force" });
    await assertEmpty(forced, "app-q");
    const what = forced.events.flatMap((event) => (event.type === "forced" ? [event.id] : []));
    assert.deepEqual(what, [
      "ValidatingWebhookConfiguration.admissionregistration.k8s.io guard",
      "Queue.team.example.com app-q/orders",
    ]);
  });

  it("names an APIService that holds up a namespace, and removes it when it may", async () => {
    await startFrom("queues", "queues");
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
    const stopped = await runDrain(cluster.kubeconfig, { deadlineSeconds: 15 });
    assert.match(
      stopped.error?.message ?? "",
      /APIService v1beta1\.dead\.example\.com is not available: its service default\/gone is gone/,
    );
    // The namespace controller tries again after pauses that grow to a minute.
    const forced = await runDrain(cluster.kubeconfig, { onStuck: "force" });
    await assertEmpty(forced, "app-q");
    assert.deepEqual(
      forced.events.flatMap((event) => (event.type === "forced" ? [event.id] : [])),
      ["APIService.apiregistration.k8s.io v1beta1.dead.example.com"],
    );
  });
});
