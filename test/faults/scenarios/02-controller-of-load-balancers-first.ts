import assert from "node:assert/strict";
import type { Address } from "../cluster.ts";
import { madeInAws, requireFinalizer, requireOrder } from "../evidence.ts";
import { balancedService, controllerOfBalancers } from "../manifests.ts";
import type { Scenario } from "../scenario.ts";

const service: Address = "v1 Service app-a/by-hand";

export const scenario: Scenario = {
  number: 2,
  title: "a load balancer's Service that nothing ties to its controller",
  files: controllerOfBalancers,
  plant: async (sandbox) => {
    await sandbox.cluster.apply(balancedService("app-a/by-hand"));
    await madeInAws(sandbox, "load-balancer", 1);
  },
  present: async (sandbox) => {
    await requireFinalizer(sandbox, service, "service.k8s.aws/resources");
    const labels = Object.keys((await sandbox.cluster.get(service)).metadata.labels ?? {});
    assert.ok(!labels.some((label) => label.includes("fluxcd.io")), "Flux owns it");
  },
  check: (_sandbox, { events }) => {
    requireOrder(
      events,
      "Service app-a/by-hand",
      "HelmRelease.helm.toolkit.fluxcd.io kube-system/aws-load-balancer-controller",
    );
  },
};
