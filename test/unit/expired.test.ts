import assert from "node:assert/strict";
import { expiredStacks, type ExpirySource } from "../../src/expired.ts";
import { runningCost, type RunningStack } from "../../src/cost/running-cost.ts";
import type { Exported } from "../../src/exported.ts";

const now = new Date("2026-11-25T23:59:00Z");
const noon = new Date("2026-11-25T12:00:00Z");

const node: RunningStack["nodeGroups"][number] = {
  instanceTypes: ["m7i.large"],
  desiredSize: 2,
  diskSize: 50,
  capacityType: "ON_DEMAND",
};

const source = (stack: string, exported: Exported): ExpirySource => ({
  stack,
  exported,
  owner: "team-a",
  ticket: "TICKET-1",
  running: { kubernetesVersion: { major: 1, minor: 35 }, natGateways: 1, nodeGroups: [node] },
});

describe("expired stacks", () => {
  it("are those whose day is over, the longest over first; the day itself still counts", () => {
    const found = expiredStacks(
      [
        source("sandbox-today", { expiry: "2026-11-25" }),
        source("sandbox-yesterday", { expiry: "2026-11-24", createdOn: "2026-11-10" }),
        source("sandbox-old", { expiry: "2026-10-01", createdOn: "2026-09-01" }),
        source("sandbox-later", { expiry: "2026-12-24" }),
        source("development", {}),
      ],
      now,
    );
    assert.deepEqual(
      found.map(({ stack, daysOld, daysOver }) => [stack, daysOld, daysOver]),
      [
        ["sandbox-old", 85, 55],
        ["sandbox-yesterday", 15, 1],
      ],
    );
  });

  it("have the price of their days", () => {
    const [found] = expiredStacks(
      [source("sandbox-a", { expiry: "2026-11-24", createdOn: "2026-11-15" })],
      noon,
    );
    // 0.1 + 0.045 + 0.005 + 2 x 0.1008 $ an hour, and 100 GiB at 0.08 $ a month.
    assert.equal(found?.costPerMonth, 264.67);
    assert.equal(found.costSoFar, 87.01);
    assert.deepEqual(found.without, []);
  });

  it("have none where the settings cannot be read", () => {
    const unknown = { ...source("sandbox-a", { expiry: "2026-11-24" }), running: undefined };
    const [found] = expiredStacks([unknown], noon);
    assert.equal(found?.costPerMonth, undefined);
    assert.equal(found?.costSoFar, undefined);
  });
});

describe("running cost", () => {
  it("names what it has no price for", () => {
    const nodeGroups: RunningStack["nodeGroups"] = [
      node,
      { ...node, instanceTypes: ["p5.48xlarge"] },
      { ...node, capacityType: "SPOT" },
    ];
    const { without } = runningCost({ kubernetesVersion: undefined, natGateways: 1, nodeGroups }, noon);
    assert.deepEqual(without, ["nodes p5.48xlarge (ON_DEMAND)", "nodes m7i.large (SPOT)"]);
  });

  it("is higher in extended support, from the start of its first day on", () => {
    const of = (minor: number, now: Date): number =>
      runningCost({ kubernetesVersion: { major: 1, minor }, natGateways: 0, nodeGroups: [] }, now).month;
    assert.equal(of(35, noon), 73);
    assert.equal(of(33, noon), 438);
    assert.equal(of(34, new Date("2026-12-01T23:59:59Z")), 73);
    assert.equal(of(34, new Date("2026-12-02T00:00:00Z")), 438);
  });
});
