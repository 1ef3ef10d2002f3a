import assert from "node:assert/strict";
import type { Address } from "../cluster.ts";
import { namespace } from "../manifests.ts";
import type { Scenario } from "../scenario.ts";

const budget: Address = "policy/v1 PodDisruptionBudget pinned/pinned";
const pinned: Address = "apps/v1 Deployment pinned/pinned";

export const scenario: Scenario = {
  number: 17,
  title: "a disruption budget that lets no pod go",
  plant: async ({ cluster }) => {
    await cluster.apply(`${namespace("pinned")}---
apiVersion: apps/v1
kind: Deployment
metadata: { name: pinned, namespace: pinned }
spec:
  replicas: 2
  selector: { matchLabels: { app: pinned } }
  template:
    metadata: { labels: { app: pinned } }
    spec: { containers: [{ name: app, image: docker.io/library/nginx:1 }] }
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: pinned, namespace: pinned }
spec: { maxUnavailable: 0, selector: { matchLabels: { app: pinned } } }
`);
    await cluster.until(pinned, "runs", (found) => found?.status?.["readyReplicas"] === 2);
  },
  present: async ({ cluster }) => {
    await cluster.until(budget, "counts its pods", (found) => found?.status?.["expectedPods"] === 2);
    assert.equal((await cluster.get(budget)).status?.["disruptionsAllowed"], 0);
  },
};
