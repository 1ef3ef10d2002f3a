import assert from "node:assert/strict";
import path from "node:path";
import { engineEnvironment, engineReports } from "../../engine/environment.ts";
import type { PlatformInfo } from "../../platform/info.ts";

describe("the engine's environment", () => {
  it("does not send the receipts of one platform to the folder of another that this process met before", async () => {
    const before = new Map(Object.entries(process.env));
    const info = { gatewayUrl: "http://127.0.0.1:1", internet: {} } as PlatformInfo;
    const first = await engineEnvironment(info, "/state/first");
    try {
      Object.assign(process.env, first);
      assert.equal(engineReports("/state/second"), path.join("/state/second", "reports"));
    } finally {
      for (const name of Object.keys(first)) {
        const value = before.get(name);
        if (value === undefined) Reflect.deleteProperty(process.env, name);
        else process.env[name] = value;
      }
    }
  });
});
