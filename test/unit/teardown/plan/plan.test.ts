import assert from "node:assert/strict";
import { destroyPlan } from "../../../../src/teardown/plan/plan.ts";
import {
  cluster,
  deployment,
  helmRelease,
  kustomization,
  namespace,
  object,
  ownedBy,
  root,
} from "../cluster-builder.ts";

describe("the plan of a destroy", () => {
  it("counts the chart that helm-controller made among what goes with the release, and not among what is kept", () => {
    const labels = { "helm.toolkit.fluxcd.io/name": "podinfo", "helm.toolkit.fluxcd.io/namespace": "app-a" };
    const chart = object("source.toolkit.fluxcd.io/v1", "HelmChart", "app-a/app-a-podinfo", {
      metadata: { labels },
    });
    const inventory = cluster(root(helmRelease("app-a/podinfo")), chart);
    const plan = destroyPlan({ stack: "sandbox-a", cluster: "sandbox-a", region: "eu-west-1", inventory });
    assert.deepEqual(
      plan.waves.map(({ objects }) => objects.map(({ name, with: owned }) => [name, owned])),
      [[["HelmRelease app-a/podinfo", 1]]],
    );
    assert.deepEqual(
      plan.kept.map(({ what }) => what),
      ["Kustomization flux-system/flux-system"],
    );
  });

  it("names what stays because it would take a namespace of Kubernetes along, and nothing that is only protected", () => {
    const controller = deployment("flux-system/kustomize-controller");
    const set = ownedBy(object("apps/v1", "ReplicaSet", "flux-system/kustomize-controller-6f7"), controller);
    const pod = ownedBy(object("v1", "Pod", "flux-system/kustomize-controller-6f7-x2x9z"), set);
    const inventory = cluster(
      root(kustomization("flux-system/namespaces", [namespace("kube-system")])),
      controller,
      set,
      pod,
    );
    const plan = destroyPlan({ stack: "sandbox-a", cluster: "sandbox-a", region: "eu-west-1", inventory });
    assert.deepEqual(
      plan.kept.map(({ what, why }) => `${what}: ${why}`),
      [
        "Kustomization flux-system/flux-system: the root is suspended and never deleted",
        "Kustomization flux-system/namespaces: its deletion would take Namespace kube-system along, which is a namespace of Kubernetes itself",
      ],
    );
  });
});
