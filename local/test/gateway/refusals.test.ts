/** Every rule by which AWS refuses a call, asked with AWS's own clients. Codes and messages are AWS's. */
import assert from "node:assert/strict";
import { refusals, rewordings } from "../../gateway/refusals/index.ts";
import { createNetwork } from "./network.ts";
import { clients, startPlatform, type Platform } from "./platform.ts";
import type { Cases, Context } from "./refusal-cases/context.ts";
import { interfaceCases } from "./refusal-cases/ec2-interfaces.ts";
import { networkCases } from "./refusal-cases/ec2-network.ts";
import { emulatorCases } from "./refusal-cases/emulator.ts";
import { iamCases } from "./refusal-cases/iam.ts";
import { kmsCases } from "./refusal-cases/kms.ts";
import { loadBalancerCases } from "./refusal-cases/load-balancers.ts";
import { tagCases } from "./refusal-cases/tags.ts";

const gatewayCases: Cases = {
  ...networkCases,
  ...interfaceCases,
  ...loadBalancerCases,
  ...iamCases,
  ...kmsCases,
  ...tagCases,
};

describe("what AWS refuses", function () {
  this.timeout(60_000);
  let platform: Platform;
  let context: Context;

  before(async () => {
    platform = await startPlatform(0);
    const aws = clients(platform);
    let names = 0;
    context = { aws, network: await createNetwork(aws), name: () => `test-${(names += 1)}` };
  });
  after(() => platform.stop());

  it("has a case for every rule of the gateway, and none for a rule that is not there", () => {
    const rules = [...refusals, ...rewordings].map(({ rule }) => rule);
    assert.deepEqual(Object.keys(gatewayCases).sort(), rules.sort());
  });

  describe("by the gateway", () => {
    for (const [rule, ask] of Object.entries(gatewayCases)) it(rule, () => ask(context));
  });

  describe("by the emulator", () => {
    for (const [rule, ask] of Object.entries(emulatorCases)) it(rule, () => ask(context));
  });
});
