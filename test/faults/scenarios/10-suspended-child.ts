import assert from "node:assert/strict";
import type { Address } from "../cluster.ts";
import { madeInAws } from "../evidence.ts";
import { withBalancedApplication } from "../manifests.ts";
import type { Scenario } from "../scenario.ts";

const suspended: readonly Address[] = [
  "kustomize.toolkit.fluxcd.io/v1 Kustomization flux-system/apps",
  "helm.toolkit.fluxcd.io/v2 HelmRelease app-a/podinfo",
];

/** Flux finalizes nothing of what is suspended: it lets go, and what it applied stays. */
export const scenario: Scenario = {
  number: 10,
  title: "a Kustomization and a HelmRelease that somebody suspended",
  files: withBalancedApplication,
  plant: async (sandbox) => {
    await madeInAws(sandbox, "load-balancer", 1);
    for (const address of suspended) await sandbox.cluster.patch(address, { spec: { suspend: true } });
  },
  present: async ({ cluster }) => {
    for (const address of suspended) assert.equal((await cluster.get(address)).spec?.["suspend"], true);
  },
};
