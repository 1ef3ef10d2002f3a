import assert from "node:assert/strict";
import { destroyPlan } from "../../../src/teardown/plan.ts";
import { cluster, helmRelease, object, root } from "./cluster-builder.ts";

describe("the plan of a destroy", () => {
  it("counts the chart that helm-controller made among what goes with the release, and not among what is kept", () => {
    const labels = { "helm.toolkit.fluxcd.io/name": "podinfo", "helm.toolkit.fluxcd.io/namespace": "app-a" };
    const chart = object("source.toolkit.fluxcd.io/v1", "HelmChart", "app-a/app-a-podinfo", {
      metadata: { labels },
    });
    const inventory = cluster(root(helmRelease("app-a/podinfo")), chart);
    const plan = destroyPlan({ stack: "sandbox-a", cluster: "sandbox-a", inventory });
    assert.deepEqual(
      plan.waves.map(({ objects }) => objects.map(({ name, with: owned }) => [name, owned])),
      [[["HelmRelease app-a/podinfo", 1]]],
    );
    assert.deepEqual(
      plan.kept.map(({ what }) => what),
      ["Kustomization flux-system/flux-system"],
    );
  });
});
