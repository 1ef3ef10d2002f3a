import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { ControlPlane } from "../../../kubernetes/control-plane.ts";
import { Processes } from "../../../processes.ts";
import { kubernetesProvider } from "../../../providers/kubernetes/provider.ts";
import { KubernetesApi } from "../../../providers/kubernetes/api.ts";
import { serveStandIn } from "../../../providers/serve.ts";
import {
  CoreV1Api,
  KubeConfig,
  PatchStrategy,
  setHeaderOptions,
  V1Node,
  type V1Pod,
} from "@kubernetes/client-node";
import { checkout } from "../../../folders.ts";
import { eventually } from "../../kubernetes/eventually.ts";
import { EngineProject, type EngineRun } from "../engine-project.ts";

type Command = "preview" | "up" | "refresh" | "destroy";

const prelude = `
import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import * as k8s from "@pulumi/kubernetes";
const kubeconfig = readFileSync(process.env.TEST_KUBECONFIG, "utf8");
`;
const cluster = `
const provider = new k8s.Provider("cluster", { kubeconfig, clusterIdentifier: "one" });
const options = { provider };
`;

describe("Kubernetes provider stand-in on the real engine and API server", function () {
  this.timeout(300_000);
  let folder: string;
  let controlPlane: ControlPlane;
  let kubeconfig: string;
  let api: KubernetesApi;
  let core: CoreV1Api;
  let project: EngineProject;

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "kubernetes-provider-"));
    const request = {
      name: "test",
      arn: "arn:aws:eks:eu-west-1:123456789012:cluster/test",
      version: "1.35",
      serviceCidr: "10.100.0.0/16",
    };
    controlPlane = await ControlPlane.start(
      new Processes(folder),
      request,
      "https://127.0.0.1:1/",
      () => undefined,
    );
    kubeconfig = controlPlane.adminKubeconfig;
    const config = new KubeConfig();
    config.loadFromFile(kubeconfig);
    api = new KubernetesApi(config);
    core = config.makeApiClient(CoreV1Api);
  });
  after(async () => {
    await controlPlane.remove();
    await rm(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    project = await EngineProject.create({ TEST_KUBECONFIG: kubeconfig });
  });
  afterEach(async () => {
    await project.remove();
  });

  async function run(
    command: Command,
    program?: string,
    meanwhile?: () => Promise<void>,
  ): Promise<EngineRun> {
    if (program !== undefined) await project.program(prelude + program);
    const provider = await serveStandIn(kubernetesProvider);
    try {
      return await project.run(command, [provider], async (interrupt) => {
        await meanwhile?.().catch((error: unknown) => {
          interrupt();
          throw error;
        });
      });
    } finally {
      provider.close();
    }
  }

  const succeeded = (result: EngineRun): EngineRun => {
    assert.equal(result.failed, false, result.diagnostics.join("\n"));
    return result;
  };
  const resource = (
    apiVersion: string,
    kind: string,
    name: string,
    namespace?: string,
  ): ReturnType<KubernetesApi["get"]> =>
    api.get({ apiVersion, kind, metadata: { name, ...(namespace && { namespace }) } });

  async function hasNoSecrets(): Promise<void> {
    const state = await project.state();
    for (const leak of ["correct horse", "Y29ycmVjdCBob3JzZQ=="]) {
      assert.ok(!state.includes(leak), `${leak} is in the state`);
    }
  }

  const basics = (replicas: string, extra = ""): string => `${cluster}
    const space = new k8s.core.v1.Namespace("space", { metadata: { name: "basics" } }, options);
    const config = new k8s.core.v1.ConfigMap("config", {
      metadata: { namespace: space.metadata.name }, data: { replicas: "${replicas}" } }, options);
    const login = new k8s.core.v1.Secret("login", {
      metadata: { name: "login", namespace: space.metadata.name }, stringData: { password: "correct horse" } }, options);
    const role = new k8s.rbac.v1.ClusterRole("reader", {
      metadata: { name: "basics-reader" }, rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["get"] }] }, options);
    const quota = new k8s.core.v1.ResourceQuota("quota", {
      metadata: { name: "quota", namespace: space.metadata.name, labels: { size: "${replicas}" } },
      spec: { hard: { cpu: "1000m", memory: "1024Mi" } } }, options);
    ${extra}
    export const config_name = config.metadata.name;`;

  it("previews, creates, sees no change, updates in place, replaces, and deletes", async () => {
    const preview = succeeded(await run("preview", basics("1")));
    assert.equal(preview.changes["create"], 7);
    succeeded(await run("up"));
    const { config_name: first } = await project.outputs();
    assert.match(String(first), /^config-[0-9a-f]{8}$/);
    assert.deepEqual((await resource("v1", "ConfigMap", String(first), "basics"))["data"], { replicas: "1" });
    assert.deepEqual((await resource("v1", "Secret", "login", "basics"))["data"], {
      password: "Y29ycmVjdCBob3JzZQ==",
    });

    const again = succeeded(await run("up"));
    assert.deepEqual(
      again.steps.filter((step) => !step.startsWith("same ")),
      [],
    );
    const refreshed = succeeded(await run("refresh"));
    await hasNoSecrets();
    assert.equal(refreshed.changes["update"], undefined);
    const afterRefresh = succeeded(await run("preview"));
    assert.equal(afterRefresh.changes["update"], undefined, JSON.stringify(afterRefresh));

    const changed = succeeded(await run("up", basics("2")));
    assert.ok(changed.steps.includes("update quota"), changed.steps.join("\n"));
    // The data of a ConfigMap is not changed in place, and the new one has another generated name.
    assert.ok(changed.steps.includes("create-replacement config"), changed.steps.join("\n"));
    const { config_name: second } = await project.outputs();
    assert.notEqual(second, first);
    await assert.rejects(resource("v1", "ConfigMap", String(first), "basics"), /not found/);

    await hasNoSecrets();

    succeeded(await run("destroy"));
    await assert.rejects(resource("v1", "Namespace", "basics"), /not found/);
    await assert.rejects(
      resource("rbac.authorization.k8s.io/v1", "ClusterRole", "basics-reader"),
      /not found/,
    );
  });

  it("drops a field that the program drops, and leaves what others set", async () => {
    const program = (labels: string): string => `${cluster}
      new k8s.core.v1.Namespace("space", { metadata: { name: "fields", labels: ${labels} } }, options);`;
    succeeded(await run("up", program('{ mine: "1", temporary: "1" }')));
    await api.apply(
      { apiVersion: "v1", kind: "Namespace", metadata: { name: "fields", labels: { theirs: "1" } } },
      { fieldManager: "someone", force: false },
    );
    succeeded(await run("up", program('{ mine: "2" }')));
    const { labels } = (await resource("v1", "Namespace", "fields")).metadata;
    assert.deepEqual(labels, { "kubernetes.io/metadata.name": "fields", mine: "2", theirs: "1" });

    await api.apply(
      { apiVersion: "v1", kind: "Namespace", metadata: { name: "fields", labels: { mine: "theirs" } } },
      { fieldManager: "someone", force: true },
    );
    const refused = await run("up", program('{ mine: "3" }'));
    assert.ok(refused.failed);
    assert.match(refused.diagnostics.join("\n"), /field conflict.*conflict with "someone".*patchForce/s);
    succeeded(await run("destroy"));
  });

  it("refuses to create what exists, unless the provider upserts", async () => {
    const program = (options: string): string => `
      const provider = new k8s.Provider("cluster", { kubeconfig, ${options} });
      new k8s.core.v1.ConfigMap("taken", { metadata: { name: "taken", namespace: "default" }, data: { a: "1" } }, { provider });`;
    await api.create(
      {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: "taken", namespace: "default" },
        data: { b: "2" },
      },
      { fieldManager: "someone" },
    );
    const refused = await run("up", program(""));
    assert.match(refused.diagnostics.join("\n"), /already exists.*upsertExistingObjects/s);
    succeeded(await run("up", program("upsertExistingObjects: true")));
    assert.deepEqual((await resource("v1", "ConfigMap", "taken", "default"))["data"], { a: "1", b: "2" });
    succeeded(await run("destroy"));
  });

  it("awaits a Deployment's rollout, and names the finalizer that holds up a deletion", async () => {
    const program = `${cluster}
      const space = new k8s.core.v1.Namespace("space", { metadata: { name: "rollout" } }, options);
      const app = new k8s.apps.v1.Deployment("app", {
        metadata: { name: "app", namespace: space.metadata.name },
        spec: { replicas: 0, selector: { matchLabels: { app: "app" } },
          template: { metadata: { labels: { app: "app" } },
            spec: { containers: [{ name: "app", image: "app:1", resources: { limits: { cpu: "1000m", memory: "0.5Gi" } } }] } } } }, options);
      new k8s.core.v1.ConfigMap("held", { metadata: { name: "held", namespace: space.metadata.name,
        finalizers: ["example.com/held"], annotations: { "pulumi.com/timeoutSeconds": "2" } } }, options);
      export const available = app.status.conditions;`;
    succeeded(await run("up", program));
    assert.match(JSON.stringify(await project.outputs()), /NewReplicaSetAvailable/);
    const again = succeeded(await run("preview"));
    assert.equal(again.changes["update"], undefined, "equal quantities are no change");

    const stuck = await run("destroy");
    assert.match(
      stuck.diagnostics.join("\n"),
      /ConfigMap rollout\/held is still there after 2 s.*example\.com\/held/s,
    );
    const live = await resource("v1", "ConfigMap", "held", "rollout");
    await api.jsonPatch(live, [{ op: "remove", path: "/metadata/finalizers" }]);
    succeeded(await run("destroy"));
  });

  it("lets another release of Flux mend controllers that are not ready, though their Services change, too", async () => {
    const namespace = "flux-mended";
    const release = (version: string): string => `${cluster}
      import { FluxControllers } from ${JSON.stringify(path.join(checkout, "components/flux-controllers.ts"))};
      const labels = { "app.kubernetes.io/version": "${version}" };
      const named = { name: "controller", namespace: "${namespace}", labels };
      const selector = { app: "controller" };
      new FluxControllers("flux", {
        cluster: { provider, deletedWith: new pulumi.ComponentResource("test:index:Cluster", "cluster") },
        objects: [
          { apiVersion: "v1", kind: "Namespace", metadata: { name: "${namespace}", labels } },
          { apiVersion: "v1", kind: "Service", metadata: named, spec: { selector, ports: [{ port: 80 }] } },
          { apiVersion: "apps/v1", kind: "Deployment", metadata: named,
            spec: { selector: { matchLabels: selector }, template: { metadata: { labels: selector },
              spec: { nodeName: "worker", containers: [{ name: "manager", image: "controller:${version}" }] } } } },
        ],
        options: { version: "v2.7.3", resources: {}, tolerations: [], lockdown: false },
        nodes: [],
      });`;
    /** No kubelet runs them: they are what the test says. */
    const podOf = async (version: string): Promise<V1Pod | undefined> =>
      (await core.listNamespacedPod({ namespace })).items.find(
        ({ spec }) => spec?.containers[0]?.image === `controller:${version}`,
      );
    const set = async (version: string, ready: boolean): Promise<void> => {
      const pod = async (): Promise<boolean> => (await podOf(version)) !== undefined;
      await eventually(`a pod of the controller at ${version}`, pod, 30);
      const name = (await podOf(version))?.metadata?.name ?? "";
      const podIP = version === "1" ? "10.1.0.1" : "10.1.0.2";
      const conditions = [{ type: "Ready", status: ready ? "True" : "False" }];
      const body = { status: { phase: "Running", podIP, podIPs: [{ ip: podIP }], conditions } };
      await core.patchNamespacedPodStatus(
        { name, namespace, body },
        setHeaderOptions("Content-Type", PatchStrategy.MergePatch),
      );
    };
    const pending = async (): Promise<boolean> =>
      JSON.stringify(await resource("v1", "Endpoints", "controller", namespace)).includes(
        "notReadyAddresses",
      );

    // A pod that is on no node has no address in a Service.
    const worker = Object.assign(new V1Node(), { metadata: { name: "worker" } });
    await core.createNode({ body: worker });
    succeeded(await run("up", release("1"), () => set("1", true)));
    await set("1", false);
    await eventually("an address that is not ready", pending);
    const mended = succeeded(await run("up", release("2"), () => set("2", true)));
    assert.equal(mended.changes["update"], 3);
    const service = await resource("v1", "Service", "controller", namespace);
    assert.match(JSON.stringify(service.metadata), /"app\.kubernetes\.io\/version":"2"/);
    succeeded(await run("destroy"));
    await core.deleteNode({ name: "worker" });
  });

  it("says that a cluster is unreachable, and drops its objects only when told to", async () => {
    succeeded(
      await run(
        "up",
        `${cluster}new k8s.core.v1.Namespace("space", { metadata: { name: "lost" } }, options);`,
      ),
    );
    const server = /server: (\S+)/.exec(await readFile(kubeconfig, "utf8"))?.[1] ?? "";
    const gone = `const provider = new k8s.Provider("cluster", {
        kubeconfig: kubeconfig.replace("${server}", "https://127.0.0.1:9"), clusterIdentifier: "one" });
      new k8s.core.v1.Namespace("space", { metadata: { name: "lost", labels: { a: "b" } } }, { provider });`;
    const update = await run("up", gone);
    assert.match(
      update.diagnostics.join("\n"),
      /configured Kubernetes cluster is unreachable: .*ECONNREFUSED/,
    );
    const destroy = await run("destroy");
    assert.match(destroy.diagnostics.join("\n"), /cluster is unreachable.*PULUMI_K8S_DELETE_UNREACHABLE/s);
    process.env["PULUMI_K8S_DELETE_UNREACHABLE"] = "true";
    try {
      succeeded(await run("destroy"));
    } finally {
      delete process.env["PULUMI_K8S_DELETE_UNREACHABLE"];
    }
    assert.equal((await resource("v1", "Namespace", "lost")).metadata.name, "lost");
  });
});
