import assert from "node:assert/strict";
import { loadTest, scaledObject } from "../../../src/prove/objects.ts";

interface Spec {
  readonly spec: Readonly<Record<string, unknown>>;
}

describe("what a proof puts into the cluster", () => {
  it("is the published ScaledObject, but for what KEDA refuses, and gives the replicas back", () => {
    const { spec } = scaledObject as unknown as Spec;
    assert.deepEqual(spec, {
      scaleTargetRef: { name: "podinfo" },
      pollingInterval: 15,
      cooldownPeriod: 5,
      minReplicaCount: 1,
      maxReplicaCount: 25,
      advanced: {
        restoreToOriginalReplicaCount: true,
        horizontalPodAutoscalerConfig: {
          behavior: {
            scaleUp: {
              stabilizationWindowSeconds: 0,
              policies: [{ type: "Pods", value: 10, periodSeconds: 15 }],
              selectPolicy: "Max",
            },
            scaleDown: {
              stabilizationWindowSeconds: 3,
              policies: [{ type: "Pods", value: 6, periodSeconds: 15 }],
              selectPolicy: "Max",
            },
          },
        },
      },
      triggers: [{ type: "cpu", metricType: "Utilization", metadata: { value: "90" } }],
    });
  });

  it("is the published load test, for as long as is asked", () => {
    const { metadata } = loadTest(180);
    const { spec } = loadTest(45) as unknown as { spec: { template: { spec: { containers: unknown } } } };
    assert.deepEqual([metadata.namespace, metadata.name], ["default", "load-tester"]);
    assert.deepEqual(spec.template.spec.containers, [
      {
        name: "wrk",
        image: "elswork/wrk",
        args: ["-t", "4", "-c", "12", "-d", "45", "http://podinfo.app-a:9898"],
      },
    ]);
  });
});
