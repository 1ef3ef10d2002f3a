/** The controllers that make AWS objects for a cluster's: each on the same cluster, with its real tags and finalizers. */
import { karpenterCases } from "./karpenter-cases.ts";
import { loadBalancerCases } from "./load-balancer-cases.ts";
import { volumeCases } from "./volume-cases.ts";
import { widgetCases } from "./widget-cases.ts";
import { createWorld, type World } from "./world.ts";

describe("controllers of a local cluster", function () {
  this.timeout(240_000);
  let world: World;
  before(async () => {
    world = await createWorld();
  });
  after(() => world.stop());

  describe("the AWS Load Balancer Controller", () => {
    loadBalancerCases(() => world);
  });
  describe("the EBS CSI driver", () => {
    volumeCases(() => world);
  });
  describe("the operator of Widgets", () => {
    widgetCases(() => world);
  });
  describe("Karpenter", () => {
    karpenterCases(() => world);
  });
});
