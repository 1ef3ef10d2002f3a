/** The EKS API by AWS's own client: what it refuses, how states move, what it makes and leaves in the account. */
import assert from "node:assert/strict";
import { accessCases } from "./access-cases.ts";
import { addonCases } from "./addon-cases.ts";
import { clusterCases } from "./cluster-cases.ts";
import { clusterUpdateCases } from "./cluster-update-cases.ts";
import { facts, type Cases } from "./facts.ts";
import { networkCases } from "./network-cases.ts";
import { nodeGroupCases } from "./node-group-cases.ts";
import { createWorld, type World } from "./world.ts";

const groups: Readonly<Record<string, Cases>> = {
  clusters: clusterCases,
  "cluster updates": clusterUpdateCases,
  network: networkCases,
  access: accessCases,
  "node groups": nodeGroupCases,
  "add-ons and pod identity": addonCases,
};

describe("the EKS API", function () {
  this.timeout(60_000);
  let world: World;
  before(async () => {
    world = await createWorld();
  });
  after(() => world.stop());

  it("has a case for every fact", () => {
    assert.deepEqual(Object.values(groups).flatMap(Object.keys).sort(), facts.toSorted());
  });

  for (const [group, cases] of Object.entries(groups)) {
    describe(group, () => {
      for (const [fact, check] of Object.entries(cases)) it(fact, () => check(world));
    });
  }
});
