import assert from "node:assert/strict";
import { conditionOf, type Address } from "../cluster.ts";
import { madeInAws } from "../evidence.ts";
import { withBalancedApplication } from "../manifests.ts";
import type { Scenario } from "../scenario.ts";

const release: Address = "helm.toolkit.fluxcd.io/v2 HelmRelease app-a/podinfo";

export const scenario: Scenario = {
  number: 13,
  title: "a HelmRelease whose last upgrade failed",
  files: withBalancedApplication,
  plant: async (sandbox) => {
    await madeInAws(sandbox, "load-balancer", 1);
    // The API server refuses the Deployment that comes of it.
    await sandbox.cluster.patch(release, { spec: { values: { replicaCount: -1 } } });
    await sandbox.cluster.until(
      release,
      "has failed",
      (found) => conditionOf(found, "Ready")?.status === "False",
    );
  },
  present: async ({ cluster }) => {
    assert.match(conditionOf(await cluster.get(release), "Ready")?.reason ?? "", /Failed|Exceeded/);
  },
};
