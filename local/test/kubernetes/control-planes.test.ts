/** The control planes as the EKS stand-in uses them, with the real programs. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { access, mkdtemp, readdir, rm } from "node:fs/promises";
import { get } from "node:https";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { CoreV1Api, KubeConfig, PatchStrategy, PolicyV1Api, VersionApi } from "@kubernetes/client-node";
import { ScaledClock } from "../../clock.ts";
import { freePorts } from "../../ports.ts";
import { ControlPlane } from "../../kubernetes/control-plane.ts";
import { ClusterClient, hasStatus } from "../../kubernetes/cluster-client.ts";
import type { Manifest } from "../../kubernetes/manifest.ts";
import { LocalControlPlanes } from "../../kubernetes/control-planes.ts";
import type { ControlPlaneAddress, NodeRequest } from "../../kubernetes/types.ts";
import { recordedProcesses } from "../../process-records.ts";
import { Processes } from "../../processes.ts";
import { UserError } from "../../user-error.ts";
import { eventually } from "./eventually.ts";

const identities: Readonly<Record<string, string[]>> = { admins: ["platform-admins"], nobody: [] };

const node = (name: string, octet: number): NodeRequest => ({
  name,
  instanceId: `i-0000000000000000${octet}`,
  instanceType: "t3.medium",
  zone: "eu-west-1a",
  region: "eu-west-1",
  privateIp: `10.0.0.${octet}`,
  nodeGroup: "default",
  version: "1.35",
  labels: { team: "platform" },
  taints: [],
});

describe("LocalControlPlanes", function () {
  this.timeout(180_000);
  const name = "sandbox-a";
  let stateFolder: string;
  let processes: Processes;
  let planes: LocalControlPlanes;
  let address: ControlPlaneAddress;
  let client: ClusterClient;
  const log: string[] = [];
  const apiServers = new Set<string>();

  const withToken = (token: string): KubeConfig => {
    const config = new KubeConfig();
    config.loadFromClusterAndUser(
      { name, server: address.endpoint, caData: address.certificateAuthority, skipTLSVerify: false },
      { name: "someone", token },
    );
    return config;
  };
  const nodeIs = (ready: boolean, nodeName = "node-1"): Promise<void> =>
    eventually(`${nodeName} is ${ready ? "Ready" : "NotReady"}`, async () => {
      const found = (await planes.nodes(name)).find((status) => status.name === nodeName);
      return found?.ready === ready;
    });
  const healthIs = (addon: string, healthy: boolean): Promise<void> =>
    eventually(`${addon} is ${healthy ? "healthy" : "unhealthy"}`, async () => {
      return (await planes.addonHealth(name, addon)).healthy === healthy;
    });

  before(async () => {
    stateFolder = await mkdtemp(path.join(tmpdir(), "control planes "));
    processes = new Processes(stateFolder);
    planes = new LocalControlPlanes({
      processes,
      clock: new ScaledClock(0),
      log: (line) => log.push(line),
      apiServers,
      authenticator: (cluster, token) => {
        const groups = cluster === name ? identities[token] : undefined;
        return Promise.resolve(groups && { username: `arn:aws:iam::123456789012:user/${token}`, groups });
      },
    });
    address = await planes.create({ name, arn: "arn", version: "1.34", serviceCidr: "10.100.0.0/16" });
    client = new ClusterClient(planes.adminKubeconfig(name));
  });

  after(async () => {
    await planes.close();
    await processes.stopAll();
    await rm(stateFolder, { recursive: true, force: true });
  });

  const mayList = async (token: string, namespace: string): Promise<boolean> => {
    try {
      await withToken(token).makeApiClient(CoreV1Api).listNamespacedPod({ namespace });
      return true;
    } catch (error) {
      if (hasStatus(error, 403)) return false;
      throw error;
    }
  };

  it("refuses a token that the EKS side does not know, and gives a known one no rights by itself", async () => {
    await assert.rejects(mayList("unknown", "default"), { code: 401 });
    assert.equal(await mayList("nobody", "default"), false);
  });

  it("gives a group the role it is bound to, until it is unbound", async () => {
    assert.equal(await mayList("admins", "default"), false);
    await planes.bindGroup(name, "platform-admins", "cluster-admin");
    await eventually("the group may list pods", () => mayList("admins", "default"));
    await planes.unbindGroup(name, "platform-admins");
    await eventually("the group may not list pods", async () => !(await mayList("admins", "default")));
  });

  it("gives a group that is bound again the new role in place of the other", async () => {
    const maySeeSecrets = async (): Promise<boolean> => {
      try {
        await withToken("admins").makeApiClient(CoreV1Api).listNamespacedSecret({ namespace: "default" });
        return true;
      } catch (error) {
        if (hasStatus(error, 403)) return false;
        throw error;
      }
    };
    await planes.bindGroup(name, "platform-admins", "edit");
    await eventually("the group may see secrets", maySeeSecrets);
    await planes.bindGroup(name, "platform-admins", "view");
    await eventually("it may no more", async () => !(await maySeeSecrets()));
    await eventually("it may list pods", () => mayList("admins", "default"));
    await planes.unbindGroup(name, "platform-admins");
  });

  it("answers health checks without credentials, and nothing else", async () => {
    const status = (route: string): Promise<number> => {
      const ca = Buffer.from(address.certificateAuthority, "base64");
      return new Promise((resolve, reject) => {
        get(`${address.endpoint}${route}`, { ca, agent: false }, (answer) => {
          answer.resume();
          resolve(answer.statusCode ?? 0);
        }).on("error", reject);
      });
    };
    assert.deepEqual([await status("/healthz"), await status("/version")], [200, 401]);
    assert.deepEqual([...apiServers], [new URL(address.endpoint).host], "and may be reached by the proxy");
  });

  it("keeps an add-on of Deployments unhealthy, and one of DaemonSets healthy, without nodes", async () => {
    await planes.installAddon(name, "kube-proxy", "v1.34.0-eksbuild.2");
    await planes.installAddon(name, "coredns", "v1.12.3-eksbuild.1");
    await healthIs("kube-proxy", true);
    await eventually("coredns lacks its replicas", async () => {
      const { reason } = await planes.addonHealth(name, "coredns");
      return reason === "Deployment coredns has 0 of 2 replicas";
    });
    const dns = await client.core.readNamespacedService({ name: "kube-dns", namespace: "kube-system" });
    assert.equal(dns.spec?.clusterIP, "10.100.0.10");
  });

  it("keeps a node NotReady without vpc-cni, although a DaemonSet's pod runs there", async () => {
    await planes.addNode(name, node("node-1", 11));
    await eventually("kube-proxy runs on node-1", async () => {
      const { items } = await client.core.listNamespacedPod({ namespace: "kube-system" });
      return items.some(({ spec, status }) => spec?.nodeName === "node-1" && status?.phase === "Running");
    });
    const { metadata, spec, status } = await client.core.readNode({ name: "node-1" });
    assert.deepEqual(await planes.nodes(name), [{ name: "node-1", ready: false }]);
    assert.match(
      status?.conditions?.find(({ type }) => type === "Ready")?.message ?? "",
      /cni plugin not initialized/,
    );
    assert.ok(spec?.taints?.some(({ key }) => key === "node.kubernetes.io/not-ready") ?? false);
    assert.equal(spec?.providerID, "aws:///eu-west-1a/i-000000000000000011");
    assert.equal(metadata?.labels?.["eks.amazonaws.com/nodegroup"], "default");
  });

  it("turns the node Ready with vpc-cni, and the other add-ons healthy", async () => {
    await planes.installAddon(name, "vpc-cni", "v1.20.1-eksbuild.3");
    await planes.installAddon(name, "aws-ebs-csi-driver", "v1.48.0-eksbuild.2");
    await planes.installAddon(name, "eks-pod-identity-agent", "v1.3.8-eksbuild.2");
    await nodeIs(true);
    // The controller of the EBS driver is a program that a kubelet runs, and these control planes have none: what it does
    // is in local/test/controllers.
    for (const addon of ["vpc-cni", "coredns", "eks-pod-identity-agent"]) {
      await healthIs(addon, true);
    }
  });

  it("reports a pod Ready again that was marked for its node, which had just been NotReady", async () => {
    const pods = async () => (await client.core.listNamespacedPod({ namespace: "kube-system" })).items;
    const pod = (await pods()).find(({ metadata }) => metadata?.name?.startsWith("ebs-csi-node-"));
    const podName = pod?.metadata?.name ?? "";
    // As the node lifecycle controller does.
    const marked: Manifest = {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: podName, namespace: "kube-system" },
      status: { conditions: [{ type: "Ready", status: "False" }] },
    };
    await client.statuses.patch(
      marked,
      undefined,
      undefined,
      undefined,
      undefined,
      PatchStrategy.StrategicMergePatch,
    );
    await eventually(`${podName} is Ready again`, async () => {
      const found = (await pods()).find(({ metadata }) => metadata?.name === podName);
      return (
        found?.status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True") ?? false
      );
    });
  });

  it("runs a Job to its end", async () => {
    await client.create({
      apiVersion: "batch/v1",
      kind: "Job",
      metadata: { name: "short", namespace: "default" },
      spec: { template: { spec: { restartPolicy: "Never", containers: [{ name: "main", image: "none" }] } } },
    });
    await eventually("the job's pod has succeeded", async () => {
      const { items } = await client.core.listNamespacedPod({
        namespace: "default",
        labelSelector: "job-name=short",
      });
      return items.some(({ status }) => status?.phase === "Succeeded");
    });
  });

  it("turns the node NotReady when vpc-cni goes, and Ready when it comes back", async () => {
    await planes.removeAddon(name, "vpc-cni");
    await nodeIs(false);
    await planes.installAddon(name, "vpc-cni", "v1.20.1-eksbuild.3");
    await nodeIs(true);
  });

  it("moves pods off a node that is removed, honouring their budget", async () => {
    await planes.addNode(name, node("node-2", 12));
    await nodeIs(true, "node-2");
    await planes.removeNode(name, "node-1");
    assert.deepEqual(
      (await planes.nodes(name)).map((status) => status.name),
      ["node-2"],
    );
    await healthIs("coredns", true);
  });

  it("removes the last node although a budget that allows nothing stands in the way", async () => {
    const policy = new KubeConfig();
    policy.loadFromFile(planes.adminKubeconfig(name));
    await policy.makeApiClient(PolicyV1Api).deleteNamespacedPodDisruptionBudget({
      name: "coredns",
      namespace: "kube-system",
    });
    await client.create({
      apiVersion: "policy/v1",
      kind: "PodDisruptionBudget",
      metadata: { name: "never", namespace: "kube-system" },
      spec: { minAvailable: 2, selector: { matchLabels: { "k8s-app": "kube-dns" } } },
    });
    await planes.removeNode(name, "node-2");
    assert.deepEqual(await planes.nodes(name), []);
    await healthIs("coredns", false);
  });

  it("serves the next version over the same data, at the same address", async () => {
    const config = withToken("nobody");
    const before = await config.makeApiClient(VersionApi).getCode();
    await planes.updateVersion(name, "1.35");
    const after = await config.makeApiClient(VersionApi).getCode();
    assert.deepEqual([before.emulationMinor, after.emulationMinor], ["34", "35"]);
    await client.core.readNamespacedService({ name: "kube-dns", namespace: "kube-system" });
    await planes.addNode(name, node("node-3", 13));
    await nodeIs(true, "node-3");
  });

  it("starts a program again that was killed", async () => {
    const manager = `${name}.kube-controller-manager`;
    const [killed] = await recordedProcesses(stateFolder, (recorded) => recorded === manager);
    assert.ok(killed);
    process.kill(killed.pid, "SIGKILL");
    await eventually("another controller manager runs", async () => {
      const [now] = await recordedProcesses(stateFolder, (recorded) => recorded === manager);
      return now !== undefined && now.alive && now.pid !== killed.pid;
    });
    assert.ok(log.some((line) => line.includes(`${manager} ended unasked with signal SIGKILL`)));
  });

  it("leaves nothing of a cluster whose API server does not start, and says why", async () => {
    await assert.rejects(
      planes.create({ name: "other", arn: "arn", version: "1.35", serviceCidr: "10.0.0.0/30" }),
      (error: unknown) =>
        error instanceof UserError &&
        error.message.startsWith("other.kube-apiserver ended before it was ready.") &&
        error.details.includes("must be at least 8 IP addresses"),
    );
    assert.deepEqual(await recordedProcesses(stateFolder, (recorded) => recorded.startsWith("other.")), []);
    await assert.rejects(access(path.join(stateFolder, "clusters", "other")));
  });

  it("takes other ports where another program took the chosen ones before they were bound", async () => {
    const stranger = createServer().listen(0, "127.0.0.1");
    await once(stranger, "listening");
    const { port } = stranger.address() as AddressInfo;
    const [etcdPort = 0, ...others] = await freePorts(5);
    // The API server's port is taken, then etcd's.
    const choices = [[port, etcdPort], [others[0] ?? 0, port], others.slice(1, 3)];
    const controlPlane = await ControlPlane.start(
      processes,
      { name: "raced", arn: "arn", version: "1.35", serviceCidr: "10.100.0.0/16" },
      "https://127.0.0.1:1/",
      () => undefined,
      () => Promise.resolve(choices.shift() ?? []),
    );
    stranger.close();
    assert.equal(new URL(controlPlane.endpoint).port, String(others[1]));
    await controlPlane.remove();
  });

  it("refuses a version that its API server cannot serve", async () => {
    await assert.rejects(
      planes.create({ name: "other", arn: "arn", version: "1.33", serviceCidr: "10.100.0.0/16" }),
      /cannot serve Kubernetes 1\.33 for cluster other: its API server is 1\.37\.1/,
    );
  });

  it("leaves no process and no folder behind, and can be asked twice", async () => {
    await planes.delete(name);
    await planes.delete(name);
    assert.deepEqual(await recordedProcesses(stateFolder), []);
    assert.deepEqual([...apiServers], []);
    await assert.rejects(access(path.join(stateFolder, "clusters", name)));
    assert.deepEqual(await readdir(path.join(stateFolder, "run")), []);
    assert.throws(() => planes.adminKubeconfig(name), /no control plane of a cluster sandbox-a/);
  });
});
