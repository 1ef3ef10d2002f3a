import assert from "node:assert/strict";
import type { EngineResult } from "../../local/engine/run.ts";
import { TestPlatform } from "../support/test-platform.ts";

const minute = 60_000;

describe("Bad input at the real engine", function () {
  this.timeout(6 * minute);
  let platform: TestPlatform;

  before(async () => {
    platform = await TestPlatform.start();
  });

  after(async () => {
    await platform.stop();
  });

  const refused = (result: EngineResult, cause: RegExp, remedy: RegExp): void => {
    assert.notEqual(result.exitCode, 0, result.output);
    assert.match(result.output, cause);
    assert.match(result.output, remedy);
    // A stack trace would point at this program and not at the mistake.
    assert.doesNotMatch(result.output, /^\s+at .*\.ts:\d+/m);
  };

  const settings: readonly (readonly [string, Record<string, unknown>, RegExp, RegExp])[] = [
    [
      "a bad CIDR",
      { "kubernetes-sdlc:cidr": "10.0.0.0/33" },
      /cidr: .*10\.0\.0\.0\/33/,
      /pulumi config set cidr/,
    ],
    ["one zone", { "kubernetes-sdlc:availabilityZones": 1 }, /availabilityZones: .*1/, /pulumi config set/],
    [
      "an unsupported version",
      { "kubernetes-sdlc:kubernetesVersion": "1.20" },
      /1\.20/,
      /pulumi config set kubernetesVersion/,
    ],
    ["no region", { "aws:region": undefined }, /region/, /pulumi config set/],
  ];
  for (const [name, config, cause, remedy] of settings) {
    it(`refuses ${name} before anything is asked of AWS`, async () => {
      const calls = await callCount(platform);
      refused(await platform.engine("up", "development", config), cause, remedy);
      assert.equal(await callCount(platform), calls);
    });
  }

  it("names a stack that belongs to no environment, and what names there are", async () => {
    refused(await platform.engine("up", "qa"), /Stack "qa"/, /sandbox-/);
  });

  it("names the development stack that is missing, and what to set instead", async () => {
    refused(await platform.engine("up", "sandbox-a"), /development/, /pulumi config set kubernetesVersion/);
  });

  const credentials: readonly (readonly [string, () => Promise<Record<string, string>>, RegExp])[] = [
    ["absent", () => Promise.resolve({ AWS_ACCESS_KEY_ID: "", AWS_SECRET_ACCESS_KEY: "" }), /credentials/i],
    ["unknown", () => Promise.resolve({ AWS_ACCESS_KEY_ID: "AKIANOBODYKNOWSTHIS0" }), /InvalidClientTokenId/],
    ["expired", () => setExpired(platform, true).then(() => ({})), /credentials have expired/],
  ];
  for (const [name, environment, cause] of credentials) {
    it(`says that AWS credentials are ${name}`, async () => {
      try {
        refused(
          await platform.engine("up", "development", {}, await environment()),
          cause,
          /aws|credentials/i,
        );
      } finally {
        await setExpired(platform, false);
      }
    });
  }

  it("leaves nothing behind", async () => {
    assert.deepEqual(await platform.account(), []);
  });
});

async function setExpired(platform: TestPlatform, expired: boolean): Promise<void> {
  const body = JSON.stringify({ expired });
  const response = await fetch(new URL("/_local/credentials", platform.info.gatewayUrl), {
    method: "POST",
    body,
  });
  assert.equal(response.status, 200);
}

async function callCount(platform: TestPlatform): Promise<number> {
  const response = await fetch(new URL("/_local/log", platform.info.gatewayUrl));
  return ((await response.json()) as unknown[]).length;
}
