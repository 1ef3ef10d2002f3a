import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { helmManifests, tracesOf } from "../../../src/upgrade/written-apis.ts";

const base64 = (bytes: Buffer | string): string => Buffer.from(bytes).toString("base64");

function releaseSecret(manifest: string): unknown {
  const release = { name: "old", namespace: "apps", manifest };
  return { data: { release: base64(base64(gzipSync(JSON.stringify(release)))) } };
}

describe("traces of how objects were written", () => {
  it("are the versions of those who manage fields, and of the last apply", () => {
    const object = {
      metadata: {
        name: "a",
        namespace: "apps",
        managedFields: [
          { manager: "helm", apiVersion: "autoscaling/v2beta2" },
          { manager: "kube-controller-manager", apiVersion: "autoscaling/v2" },
        ],
        annotations: {
          "kubectl.kubernetes.io/last-applied-configuration": '{"apiVersion":"autoscaling/v1","kind":"X"}',
        },
      },
    };
    assert.deepEqual(
      tracesOf("HorizontalPodAutoscaler", object).map(({ apiVersion, object: named, where }) => [
        apiVersion,
        named,
        where,
      ]),
      [
        ["autoscaling/v2beta2", "HorizontalPodAutoscaler apps/a", "the cluster, written by helm"],
        [
          "autoscaling/v2",
          "HorizontalPodAutoscaler apps/a",
          "the cluster, written by kube-controller-manager",
        ],
        ["autoscaling/v1", "HorizontalPodAutoscaler apps/a", "the cluster, last applied by kubectl"],
      ],
    );
  });

  it("are none where an object bears none, or a damaged one", () => {
    assert.deepEqual(tracesOf("Ingress", { metadata: { name: "a" } }), []);
    const annotations = { "kubectl.kubernetes.io/last-applied-configuration": "{" };
    assert.deepEqual(tracesOf("Ingress", { metadata: { name: "a", annotations } }), []);
  });

  it("are in what Helm rendered", () => {
    const manifest =
      "---\napiVersion: policy/v1beta1\nkind: PodDisruptionBudget\nmetadata:\n  name: old\n---\napiVersion: v1\nkind: Service\nmetadata:\n  name: old\n";
    assert.deepEqual(helmManifests(releaseSecret(manifest)), [
      {
        apiVersion: "policy/v1beta1",
        kind: "PodDisruptionBudget",
        object: "PodDisruptionBudget old",
        where: "the cluster, Helm release apps/old",
      },
      {
        apiVersion: "v1",
        kind: "Service",
        object: "Service old",
        where: "the cluster, Helm release apps/old",
      },
    ]);
  });

  it("are none in a secret that somebody damaged", () => {
    assert.deepEqual(helmManifests({ data: { release: base64("no release") } }), []);
    assert.deepEqual(helmManifests({}), []);
  });
});
