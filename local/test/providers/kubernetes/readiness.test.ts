import assert from "node:assert/strict";
import type { KubernetesObject } from "../../../providers/kubernetes/object.ts";
import { readiness } from "../../../providers/kubernetes/readiness.ts";

type Fields = Record<string, unknown>;
const object = (type: string, rest: Fields, generation = 1): KubernetesObject => {
  const at = type.lastIndexOf("/");
  return {
    apiVersion: type.slice(0, at),
    kind: type.slice(at + 1),
    metadata: { name: "it", generation },
    ...rest,
  };
};
const condition = (type: string, status: string, reason = ""): Fields => ({
  type,
  status,
  reason,
  message: "",
});
const rolledOut = {
  observedGeneration: 1,
  conditions: [condition("Progressing", "True", "NewReplicaSetAvailable"), condition("Available", "True")],
};
const claim = { spec: { storageClassName: "gp3" }, status: { phase: "Pending" } };

/** Kind, object, another object that it leads to, and whether it is ready. */
const cases: readonly (readonly [string, KubernetesObject, Fields | undefined, boolean])[] = [
  ["rolled out", object("apps/v1/Deployment", { status: rolledOut }), undefined, true],
  ["changed since", object("apps/v1/Deployment", { status: rolledOut }, 2), undefined, false],
  ["without status", object("apps/v1/Deployment", {}), undefined, false],
  [
    "complete",
    object("batch/v1/Job", { status: { conditions: [condition("Complete", "True")] } }),
    undefined,
    true,
  ],
  ["running", object("batch/v1/Job", { status: { active: 1 } }), undefined, false],
  [
    "all nodes",
    object("apps/v1/DaemonSet", {
      status: {
        observedGeneration: 1,
        desiredNumberScheduled: 2,
        updatedNumberScheduled: 2,
        numberAvailable: 2,
      },
    }),
    undefined,
    true,
  ],
  [
    "one node short",
    object("apps/v1/DaemonSet", {
      status: {
        observedGeneration: 1,
        desiredNumberScheduled: 2,
        updatedNumberScheduled: 2,
        numberAvailable: 1,
      },
    }),
    undefined,
    false,
  ],
  ["no load balancer", object("v1/Service", { spec: { type: "LoadBalancer" } }), undefined, false],
  [
    "load balancer",
    object("v1/Service", {
      spec: { type: "LoadBalancer" },
      status: { loadBalancer: { ingress: [{ hostname: "a" }] } },
    }),
    undefined,
    true,
  ],
  ["headless", object("v1/Service", { spec: { clusterIP: "None", selector: { a: "b" } } }), undefined, true],
  [
    "pods pending",
    object("v1/Service", { spec: { selector: { a: "b" } } }),
    { subsets: [{ notReadyAddresses: [{}] }] },
    false,
  ],
  [
    "pods ready",
    object("v1/Service", { spec: { selector: { a: "b" } } }),
    { subsets: [{ addresses: [{}] }] },
    true,
  ],
  [
    "waits for a pod",
    object("v1/PersistentVolumeClaim", claim),
    { volumeBindingMode: "WaitForFirstConsumer" },
    true,
  ],
  ["not bound", object("v1/PersistentVolumeClaim", claim), { volumeBindingMode: "Immediate" }, false],
  [
    "custom",
    object("example.com/v1/Widget", { status: { conditions: [condition("Ready", "False")] } }),
    undefined,
    true,
  ],
];

describe("readiness by kind", () => {
  for (const [what, subject, other, expected] of cases) {
    it(`${subject.kind}, ${what}: ${expected ? "ready" : "not ready"}`, async () => {
      const lookup = (): Promise<KubernetesObject | undefined> =>
        Promise.resolve(other && object("v1/Other", other));
      const { ready, message } = await readiness(subject, lookup, true);
      assert.equal(ready, expected);
      assert.equal(message === undefined, expected, "says what it waits for, and only then");
    });
  }

  it("gives up on a Job that failed", async () => {
    const failed = object("batch/v1/Job", {
      status: { conditions: [condition("Failed", "True", "BackoffLimitExceeded")] },
    });
    const { failed: over, message } = await readiness(failed, () => Promise.resolve(undefined), true);
    assert.equal(over, true);
    assert.equal(message, "[BackoffLimitExceeded]");
  });
});
