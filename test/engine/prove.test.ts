/** The proof that KEDA works, in a sandbox with the real KEDA: its course, its end, and what is left of it. */
import assert from "node:assert/strict";
import { AppsV1Api, KubernetesObjectApi, type KubeConfig } from "@kubernetes/client-node";
import { ProofCluster } from "../../commands/prove/cluster.ts";
import { prove } from "../../commands/prove/proof.ts";
import { clusterConfig, writeContext } from "../../local/cli/kubeconfig.ts";
import { ClusterApi } from "../../src/kubernetes/api.ts";
import { proofLabel, loadTest, scaledObject, target } from "../../src/prove/objects.ts";
import { eventually } from "../../local/test/kubernetes/eventually.ts";
import { TestPlatform } from "../support/test-platform.ts";

const minute = 60_000;
const stack = "sandbox-proof";
const loadSeconds = 30;
// A branch of its own: others push to theirs.
const settings = { "kubernetes-sdlc:sandbox": { branch: "TICKET-123-proof" } };

describe("A proof in a sandbox", function () {
  this.timeout(8 * minute);
  let platform: TestPlatform;
  let config: KubeConfig;
  let api: ClusterApi;
  let cluster: ProofCluster;

  before(async () => {
    platform = await TestPlatform.shared();
    await platform.succeed("up", stack, settings);
    await writeContext(platform.run(stack), stack, "eu-west-1");
    config = await clusterConfig(platform.run(stack));
    api = new ClusterApi(config.exportConfig(), new AbortController().signal);
    cluster = new ProofCluster(api);
  });

  after(async () => {
    await platform.succeed("destroy", stack, settings);
    api.close();
  });

  /** What the proof prints. */
  async function proof(
    seen: (line: string) => void = () => undefined,
    signal = new AbortController().signal,
  ) {
    const lines: string[] = [];
    const print = (line: string): void => {
      lines.push(line);
      seen(line);
    };
    await prove({
      stack,
      kubeconfig: config.exportConfig(),
      loadSeconds,
      command: "make prove",
      print,
      signal,
    });
    return lines;
  }

  const replicas = async (): Promise<number | undefined> => {
    const { spec } = await config.makeApiClient(AppsV1Api).readNamespacedDeployment(target);
    return spec?.replicas;
  };

  async function assertNothingLeft(): Promise<void> {
    for (const object of [scaledObject, loadTest(loadSeconds)]) {
      assert.equal(await cluster.read(object), undefined);
    }
    await eventually("podinfo has one replica again", async () => (await replicas()) === 1);
  }

  it("shows the replicas going up and back down, and leaves nothing", async () => {
    const lines = await proof();
    assert.match(
      lines.at(-1) ?? "",
      /^sandbox-proof proved: podinfo scaled from 1 to ([2-9]|1\d|2[0-5]) replicas and back to 1, \d+ s$/,
    );
    assert.ok(
      lines.some((line) => /^ +\d+ s +running +\d+ %/.test(line)),
      "no row shows the load",
    );
    await assertNothingLeft();
  });

  it("leaves nothing when it is interrupted under load, and as many replicas as there were", async () => {
    const interruption = new AbortController();
    const interrupted = proof((line) => {
      if (/ running .* [2-9] +\d+$/.test(line)) interruption.abort();
    }, interruption.signal);
    await assert.rejects(interrupted, {
      name: "UserError",
      message: "sandbox-proof: the proof was interrupted.\n  Run it again: make prove",
    });
    await assertNothingLeft();
  });

  it("takes no object that is somebody else's for its own", async () => {
    const foreign = { ...scaledObject, metadata: { ...scaledObject.metadata, labels: {} } };
    await cluster.create(foreign);
    await assert.rejects(proof(), /ScaledObject app-a\/cpu-scaledobject: is there already/);
    assert.ok(await cluster.read(foreign), "it was removed");
    await assert.rejects(cluster.remove(foreign), /it is somebody else's/);
    await KubernetesObjectApi.makeApiClient(config).delete(foreign);
    await eventually("it is gone", async () => (await cluster.read(foreign)) === undefined);
  });

  it("removes first what an earlier proof left that was killed", async () => {
    assert.deepEqual(scaledObject.metadata.labels, proofLabel);
    await cluster.create(scaledObject);
    const stopped = new AbortController();
    const lines: string[] = [];
    await assert.rejects(
      proof((line) => {
        lines.push(line);
        if (line.startsWith("Waiting for KEDA")) stopped.abort();
      }, stopped.signal),
    );
    assert.equal(
      lines[0],
      "An earlier proof was killed and left ScaledObject app-a/cpu-scaledobject: removing it.",
    );
    await assertNothingLeft();
  });
});
