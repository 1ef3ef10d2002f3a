import assert from "node:assert/strict";
import { ownershipOf } from "../../../../src/teardown/order/ownership.ts";
import { cluster, helmRelease, object, root } from "../cluster-builder.ts";

describe("what goes with a release", () => {
  const chart = object("source.toolkit.fluxcd.io/v1", "HelmChart", "app-a/app-a-web", {
    metadata: {
      labels: {
        "helm.toolkit.fluxcd.io/name": "web",
        "helm.toolkit.fluxcd.io/namespace": "app-a",
      },
    },
  });
  const goesWith = (spec: Record<string, unknown>): string[] => {
    const inventory = cluster(root(helmRelease("app-a/web", [], { spec })), chart);
    const { deletedWith } = ownershipOf(inventory);
    return [...deletedWith].flatMap(([id, { owner }]) => (id.includes("HelmChart") ? [owner] : []));
  };

  it("is its chart", () => {
    assert.equal(goesWith({}).length, 1);
  });

  it("is not its chart if the release is for another cluster, because it is deleted while suspended", () => {
    assert.deepEqual(goesWith({ kubeConfig: { secretRef: { name: "development" } } }), []);
  });
});
