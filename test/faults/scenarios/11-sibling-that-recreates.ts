import assert from "node:assert/strict";
import { eventually, type Address } from "../cluster.ts";
import { madeInAws } from "../evidence.ts";
import { developmentWith, withBalancedApplication } from "../manifests.ts";
import type { Scenario } from "../scenario.ts";

const release: Address = "helm.toolkit.fluxcd.io/v2 HelmRelease app-a/podinfo";
const ownerLabel = "kustomize.toolkit.fluxcd.io/name";

const twin = `
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: { name: apps-twin, namespace: flux-system }
spec:
  interval: 5s
  retryInterval: 5s
  path: ./apps
  prune: true
  sourceRef: { kind: GitRepository, name: platform }
`;

export const scenario: Scenario = {
  number: 11,
  title: "a sibling that applies again what was deleted",
  files: (sandbox) => ({ ...withBalancedApplication(sandbox), ...developmentWith("twin.yaml", twin) }),
  plant: async (sandbox) => {
    await madeInAws(sandbox, "load-balancer", 1);
  },
  present: async ({ cluster }) => {
    // Both say that it is theirs, in turn.
    const owners = new Set<string>();
    await eventually("the twin applies the application as well", async () => {
      owners.add((await cluster.read(release))?.metadata.labels?.[ownerLabel] ?? "");
      return owners.has("apps-twin");
    });
    assert.ok(await cluster.read("kustomize.toolkit.fluxcd.io/v1 Kustomization flux-system/apps"));
  },
};
