import assert from "node:assert/strict";
import type { Address } from "../cluster.ts";
import { madeInAws, requireFinalizer } from "../evidence.ts";
import { withBalancedApplication } from "../manifests.ts";
import type { Scenario } from "../scenario.ts";

const service: Address = "v1 Service app-a/podinfo";

export const scenario: Scenario = {
  number: 1,
  title: "a load balancer's Service that a HelmRelease owns",
  files: withBalancedApplication,
  plant: async (sandbox) => {
    await madeInAws(sandbox, "load-balancer", 1);
  },
  present: async (sandbox) => {
    await requireFinalizer(sandbox, service, "service.k8s.aws/resources");
    const { metadata } = await sandbox.cluster.get(service);
    assert.equal(metadata.labels?.["helm.toolkit.fluxcd.io/name"], "podinfo");
  },
};
