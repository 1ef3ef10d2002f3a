import assert from "node:assert/strict";
import { mkdir, mkdtemp, realpath, rm } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import path from "node:path";
import { engineEnvironment, engineReports } from "../../engine/environment.ts";
import type { PlatformInfo } from "../../platform/info.ts";

describe("the engine's environment", () => {
  let folder: string;
  const info = { gatewayUrl: "http://127.0.0.1:1", internet: {} } as PlatformInfo;

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "state "));
  });
  after(() => rm(folder, { recursive: true }));

  it("has a home for the engine in which no debug log can be written, and the user's plugins are", async () => {
    const [first, again] = [await engineEnvironment(info, folder), await engineEnvironment(info, folder)];
    const home = first["PULUMI_HOME"] ?? "";
    assert.equal(again["PULUMI_HOME"], home);
    assert.equal(path.dirname(home), folder);
    await assert.rejects(mkdir(path.join(home, "logs"), { recursive: true }), { code: "EEXIST" });
    const users = path.join(process.env["PULUMI_HOME"] ?? path.join(homedir(), ".pulumi"), "plugins");
    assert.equal(await realpath(path.join(home, "plugins")), await realpath(users));
  });

  it("does not send the receipts of one platform to the folder of another that this process met before", async () => {
    const before = new Map(Object.entries(process.env));
    const first = await engineEnvironment(info, path.join(folder, "first"));
    try {
      Object.assign(process.env, first);
      assert.equal(engineReports(path.join(folder, "second")), path.join(folder, "second", "reports"));
    } finally {
      for (const name of Object.keys(first)) {
        const value = before.get(name);
        if (value === undefined) Reflect.deleteProperty(process.env, name);
        else process.env[name] = value;
      }
    }
  });
});
