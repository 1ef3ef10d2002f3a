/** The account at the end of all suites that share a platform, whatever they did in it. */
import assert from "node:assert/strict";
import { recordedProcesses } from "../../local/process-records.ts";
import { TestPlatform } from "../support/test-platform.ts";

describe("The account that every suite worked in", function () {
  this.timeout(6 * 60_000);

  it("is empty once Development is gone, and no process of a cluster runs", async () => {
    const platform = await TestPlatform.shared();
    await platform.succeed("destroy", "development");
    const live = (await platform.account()).filter(({ status }) => status === "live");
    assert.deepEqual(
      live.map(({ type, id }) => `${type} ${id}`),
      [],
    );
    const running = (await recordedProcesses(platform.stateFolder)).map(({ name }) => name).sort();
    assert.deepEqual(running, ["moto", "platform", "registry"]);
  });
});
