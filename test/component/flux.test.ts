import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { FluxControllers } from "../../components/flux-controllers.ts";
import { FluxReadiness } from "../../components/flux-readiness.ts";
import { FluxSync } from "../../components/flux-sync.ts";
import { rootSync } from "../../src/flux/sync.ts";
import type { KubernetesObject } from "../../src/kubernetes-object.ts";
import { gitopsMocks } from "../support/gitops-mocks.ts";
import { inCluster } from "../support/in-cluster.ts";
import { record } from "../support/registrations.ts";

const object = (apiVersion: string, kind: string, name: string, more: object = {}): KubernetesObject => ({
  apiVersion,
  kind,
  metadata: { name },
  ...more,
});
const deployment = object("apps/v1", "Deployment", "source-controller", {
  spec: { template: { spec: { containers: [{ name: "manager", args: ["--x"] }] } } },
});
const manifest = [
  deployment,
  object("v1", "Namespace", "flux-system"),
  object("apiextensions.k8s.io/v1", "CustomResourceDefinition", "gitrepositories.source.toolkit.fluxcd.io"),
  object("v1", "ServiceAccount", "source-controller"),
  object("v1", "Service", "source-controller", { spec: { selector: { app: "source-controller" } } }),
];

class AnyResource extends pulumi.CustomResource {}

function anyResource(name: string, opts: pulumi.CustomResourceOptions = {}): pulumi.Resource {
  return new AnyResource("sdlc:github:Branch", name, {}, opts);
}

const options = { version: "v2.9.1", resources: {}, tolerations: [], lockdown: false };

describe("FluxControllers", () => {
  it("makes the namespace, then kinds and rights, and the controllers when there are nodes for them", async () => {
    const { registrations } = await record(gitopsMocks(), () => {
      const nodes = new pulumi.ComponentResource("sdlc:test:Nodes", "nodes");
      anyResource("node", { parent: nodes });
      new FluxControllers("flux", { cluster: inCluster(), objects: manifest, options, nodes: [nodes] });
    });

    const namespace = "kubernetes:core/v1:Namespace flux-namespace-flux-system";
    const crd =
      "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition flux-customresourcedefinition-gitrepositories.source.toolkit.fluxcd.io";
    const account = "kubernetes:core/v1:ServiceAccount flux-serviceaccount-source-controller";
    const controller = "kubernetes:apps/v1:Deployment flux-deployment-source-controller";
    const shapes = registrations.shapeOf("sdlc:flux:Controllers flux");
    const service = "kubernetes:core/v1:Service flux-service-source-controller";
    assert.deepEqual(Object.keys(shapes).sort(), [controller, crd, account, namespace, service].sort());
    assert.deepEqual(shapes[namespace]?.[1], []);
    assert.deepEqual(shapes[crd], [manifest[2], [namespace]]);
    assert.deepEqual(shapes[account]?.[1], [namespace]);
    assert.deepEqual(shapes[controller]?.[1], [crd, account, service, "sdlc:github:Branch node"].sort());
    for (const label of Object.keys(shapes)) {
      const { provider, deletedWith } = registrations.get(label);
      assert.deepEqual(
        [provider, deletedWith],
        ["pulumi:providers:kubernetes kube", "sdlc:test:Cluster cluster"],
      );
    }
  });
});

describe("FluxControllers of another release", () => {
  it("mend those that crash: no Service is waited for, and nothing else is let off", async () => {
    const annotated = object("v1", "Service", "notification-controller");
    const objects = [
      ...manifest,
      { ...annotated, metadata: { ...annotated.metadata, annotations: { "example.com/a": "b" } } },
    ];
    const { registrations } = await record(gitopsMocks(), () => {
      new FluxControllers("flux", { cluster: inCluster(), objects, options, nodes: [] });
    });
    const annotations = registrations.childrenOf("sdlc:flux:Controllers flux").flatMap((label) => {
      const metadata = registrations.get(label).inputs["metadata"] as { annotations?: object };
      return metadata.annotations === undefined ? [] : [[label, metadata.annotations] as const];
    });
    assert.deepEqual(Object.fromEntries(annotations), {
      "kubernetes:core/v1:Service flux-service-source-controller": { "pulumi.com/skipAwait": "true" },
      "kubernetes:core/v1:Service flux-service-notification-controller": {
        "example.com/a": "b",
        "pulumi.com/skipAwait": "true",
      },
    });
  });
});

describe("FluxSync", () => {
  const git = { url: "https://github.com/acme/platform.git", branch: "main", interval: "1m" };
  const source = "kubernetes:source.toolkit.fluxcd.io/v1:GitRepository root-source";
  const kustomization = "kubernetes:kustomize.toolkit.fluxcd.io/v1:Kustomization root-kustomization";
  const sync = rootSync(git, "clusters/sandbox-a", false);

  const takenBack = (object: { readonly metadata: object }): object => ({
    ...object,
    metadata: { ...object.metadata, annotations: { "pulumi.com/patchForce": "true" } },
  });

  it("makes the source after what it needs, and then what applies it", async () => {
    const { registrations, outputs } = await record(gitopsMocks(), () => {
      const before = anyResource("before");
      const made = new FluxSync("root", { cluster: inCluster(), sync, news: [], after: [before] });
      return { generation: made.generation };
    });
    assert.deepEqual(registrations.shapeOf("sdlc:flux:Sync root"), {
      [source]: [takenBack(sync.source), ["sdlc:github:Branch before"]],
      [kustomization]: [takenBack(sync.kustomization), [source]],
    });
    assert.deepEqual(outputs, { generation: "1/1" });
  });

  it("has the source look at once when there is news for it", async () => {
    const { registrations } = await record(gitopsMocks(), () => {
      new FluxSync("root", { cluster: inCluster(), sync, news: [pulumi.output("c10e"), "7"], after: [] });
    });
    assert.deepEqual(registrations.get(source).inputs["metadata"], {
      name: "flux-system",
      namespace: "flux-system",
      annotations: {
        "pulumi.com/patchForce": "true",
        "reconcile.fluxcd.io/requestedAt": "c10e+7",
      },
    });
  });
});

describe("FluxReadiness", () => {
  it("is asked with the cluster's own kubeconfig, which stays secret", async () => {
    const { registrations, outputs } = await record(gitopsMocks(), () => {
      const made = new FluxReadiness(
        "ready",
        {
          kubeconfig: "kubeconfig",
          required: ["Kustomization flux-system/flux-system"],
          commits: { "GitRepository flux-system/flux-system": "c10e" },
          changes: { syncs: "1/1" },
          timeoutMinutes: 15,
          after: [],
        },
        {},
      );
      return { readyObjects: made.readyObjects };
    });
    assert.deepEqual(registrations.get("sdlc:flux:Readiness ready").inputs, {
      kubeconfig: { secret: "kubeconfig" },
      required: ["Kustomization flux-system/flux-system"],
      commits: { "GitRepository flux-system/flux-system": "c10e" },
      changes: { syncs: "1/1" },
      timeoutMinutes: 15,
    });
    assert.deepEqual(outputs, { readyObjects: 9 });
  });
});
