/** Who is said to be responsible for what does not go. */
import assert from "node:assert/strict";
import { factsOf } from "../../../../src/teardown/order/facts.ts";
import { stuckNow } from "../../../../src/teardown/plan/stuck.ts";
import { cluster, definition, deployment, helmRelease, root, scaledObject } from "../cluster-builder.ts";

describe("what is stuck", () => {
  const dying = scaledObject("app-a/orphan", {
    metadata: { finalizers: ["finalizer.keda.sh"], deletionTimestamp: "2026-01-01T00:00:00Z" },
  });
  const withReady = (operator: number, metrics: number): string[] => {
    const kinds = definition("scaledobjects.keda.sh/ScaledObject");
    const workloads = [deployment("keda/keda-operator", operator), deployment("keda/keda-metrics", metrics)];
    const inventory = cluster(root(helmRelease("keda/keda", [kinds, ...workloads])), dying);
    return stuckNow(factsOf(inventory)).map(({ what, remedy }) => `${what}. ${remedy}`);
  };

  it("names the workload without a pod, although the release's other one runs", () => {
    const [said = "", ...more] = withReady(0, 1);
    assert.deepEqual(more, []);
    assert.match(said, /ScaledObject app-a\/orphan .* waits for finalizer\.keda\.sh/);
    assert.match(
      said,
      /HelmRelease keda\/keda, by Deployment keda\/keda-operator\) lifts \(has no ready pod\)/,
    );
    assert.match(said, /SDLC_TEARDOWN_ON_STUCK=force/);
    assert.doesNotMatch(said, /keda-metrics/);
  });

  it("takes a controller of which everything runs to be running", () => {
    assert.match(withReady(1, 1).join(), /HelmRelease keda\/keda\) lifts \(it runs\)/);
  });
});
