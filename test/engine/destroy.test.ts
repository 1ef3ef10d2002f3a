/** Destroys of clusters in which something is wrong: the cases of `make faults` that every run of the tests goes through. */
import assert from "node:assert/strict";
import { clearAway } from "../faults/clear-away.ts";
import { isReady, type Address } from "../faults/cluster.ts";
import { volumesOfClaims } from "../faults/evidence.ts";
import { database } from "../faults/manifests.ts";
import { runScenario } from "../faults/run-scenario.ts";
import { Sandbox } from "../faults/sandbox.ts";
import { scenarios } from "../faults/scenarios/index.ts";
import { TestPlatform } from "../support/test-platform.ts";

const minute = 60_000;
const chosen = [1, 4, 15, 24, 31, 32, 33, 34];

describe("A destroy", function () {
  this.timeout(12 * minute);
  let platform: TestPlatform;

  before(async () => {
    platform = await TestPlatform.shared();
  });

  for (const scenario of scenarios.filter(({ number }) => chosen.includes(number))) {
    it(`survives case ${scenario.number}: ${scenario.title}`, async () => {
      const { clean, result, log } = await runScenario(platform, scenario, "product");
      assert.ok(clean, `${result}\n${log}`);
    });
  }

  it("is Pulumi's own where SDLC_TEARDOWN is skip, and says what that leaves behind", async () => {
    const sandbox = new Sandbox(platform, "f-skip");
    await sandbox.up(() => ({ "apps/app-a/orders.yaml": database("app-a/orders") }));
    await volumesOfClaims(sandbox, 1);
    const { exitCode, output } = await sandbox.engine("destroy", { SDLC_TEARDOWN: "skip" });
    assert.equal(exitCode, 0, output);
    assert.match(output, /SDLC_TEARDOWN is skip: nothing in the cluster sandbox-f-skip is deleted in order/);
    assert.match(output, /1 resource left/);
    const deletions = sandbox
      .events()
      .filter(({ type }) => type === "deleting" || type === "aws-deleting" || type === "forced");
    assert.deepEqual(deletions, []);
    // What is left is left in AWS as well, and not only in words.
    await volumesOfClaims(sandbox, 1);
    await clearAway(sandbox);
  });

  it("that stopped half way is undone by pulumi up, and can be done again", async () => {
    const sandbox = new Sandbox(platform, "f-back");
    await sandbox.up(undefined);
    const { cluster } = sandbox;
    const [root, apps, services] = ["flux-system", "apps", "platform-services"].map(
      (name): Address => `kustomize.toolkit.fluxcd.io/v1 Kustomization flux-system/${name}`,
    ) as [Address, Address, Address];
    const { metadata } = await cluster.get(services);
    const finalizers = [...(metadata.finalizers ?? []), "example.com/held"];
    await cluster.patch(services, { metadata: { finalizers } });

    const stopped = await sandbox.engine("destroy", { SDLC_TEARDOWN_DEADLINE: "5" });
    assert.notEqual(stopped.exitCode, 0);
    assert.match(stopped.output, /Kustomization flux-system\/platform-services .*example\.com\/held/);
    assert.equal(await cluster.read(apps), undefined);

    await cluster.patch(services, { metadata: { finalizers: [] } });
    const back = await sandbox.engine("up");
    assert.equal(back.exitCode, 0, back.output);
    for (const address of [root, apps, services]) {
      const found = await cluster.get(address);
      assert.ok(isReady(found), address);
      assert.notEqual(found.spec?.["suspend"], true, address);
    }
    const ended = await sandbox.engine("destroy");
    assert.equal(ended.exitCode, 0, ended.output);
    assert.match(ended.output, /0 resources left/);
    await clearAway(sandbox);
  });
});
