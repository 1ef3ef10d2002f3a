/** The laws of a deletion in a cluster: what they refuse, whatever an order says. */
import assert from "node:assert/strict";
import type { KubernetesObject } from "../../../../src/kubernetes-object.ts";
import { readObject } from "../../../../src/teardown/inventory/inventory.ts";
import { Permit, refusalOf, type Act } from "../../../../src/teardown/laws/cluster-deletions.ts";
import {
  claim,
  definition,
  deliveredBy,
  deployment,
  helmRelease,
  kustomization,
  loadBalancerService,
  marked,
  namespace,
  object,
  scaledObject,
  volume,
  type Delivery,
} from "../cluster-builder.ts";

const appliedByEks = { metadata: { managedFields: [{ manager: "eks", operation: "Apply" }] } };
const kubeConfig = { secretRef: { name: "development" } };
const owns = { "sdlc.dev/owns-external-state": "true" };

/** By what the law says of it. */
const refused: readonly (readonly [title: string, of: Delivery, law: RegExp])[] = [
  ["the namespace of Flux", namespace("flux-system"), /namespace in which Flux runs/],
  ["a namespace of Kubernetes", namespace("kube-node-lease"), /namespace of Kubernetes itself/],
  [
    "the namespace of Flux, though its owner marked it",
    marked(namespace("flux-system"), "annotations", { "sdlc.dev/teardown-stage": "1" }),
    /never deletes it/,
  ],
  ["a node", object("v1", "Node", "ip-10-0-0-1"), /is a node/],
  ["the root", kustomization("flux-system/flux-system"), /root from which Flux starts/],
  [
    "the root's source",
    object("source.toolkit.fluxcd.io/v1", "GitRepository", "flux-system/flux-system"),
    /root/,
  ],
  ["a controller of Flux", deployment("flux-system/kustomize-controller"), /runs Flux/],
  [
    "a pod of a controller of Flux",
    object("v1", "Pod", "flux-system/helm-controller-7d9c5b6f4-x2x9z"),
    /runs Flux/,
  ],
  [
    "a controller of Flux in another namespace",
    marked(deployment("gitops/source-controller"), "labels", { "app.kubernetes.io/part-of": "flux" }),
    /runs Flux/,
  ],
  [
    "the rights of Flux",
    marked(
      object("rbac.authorization.k8s.io/v1", "ClusterRoleBinding", "cluster-reconciler-flux-system"),
      "labels",
      { "app.kubernetes.io/part-of": "flux" },
    ),
    /runs Flux/,
  ],
  [
    "a definition of Flux",
    definition("kustomizations.kustomize.toolkit.fluxcd.io/Kustomization"),
    /defines a kind of Flux/,
  ],
  [
    "a FluxInstance",
    object("fluxcd.controlplane.io/v1", "FluxInstance", "flux-system/flux"),
    /flux-operator/,
  ],
  ["a ResourceSet", object("fluxcd.controlplane.io/v1", "ResourceSet", "apps/tenants"), /flux-operator/],
  [
    "an add-on of EKS by its field manager",
    object("apps/v1", "DaemonSet", "amazon-guardduty/aws-guardduty-agent", appliedByEks),
    /EKS add-on/,
  ],
  ["an add-on of EKS by its name", deployment("kube-system/coredns"), /EKS add-on/],
  [
    "a definition, though Flux delivered it",
    deliveredBy(definition("widgets.example.com/Widget"), "Kustomization", "flux-system/apps"),
    /was not delivered/,
  ],
  ["a Deployment that nobody delivered", deployment("app-a/web"), /was not delivered by Flux, holds nothing/],
  ["a Namespace that nobody delivered", namespace("app-a"), /was not delivered/],
  [
    "what Flux is not to prune, in any case",
    marked(deliveredBy(namespace("app-a"), "Kustomization", "flux-system/apps"), "annotations", {
      "kustomize.toolkit.fluxcd.io/prune": "Disabled",
    }),
    /was not delivered/,
  ],
  [
    "what Helm is to keep, with a space around it",
    marked(deliveredBy(object("v1", "ConfigMap", "app-a/x"), "HelmRelease", "app-a/web"), "annotations", {
      "helm.sh/resource-policy": " Keep",
    }),
    /was not delivered/,
  ],
  [
    "a Kustomization for another cluster that runs",
    kustomization("flux-system/remote", [], { spec: { kubeConfig } }),
    /applied in another cluster, which is not this cluster's/,
  ],
  [
    "a HelmRelease for another cluster that runs",
    helmRelease("app-a/remote", [], { spec: { kubeConfig } }),
    /another cluster/,
  ],
  [
    "a bucket that Crossplane found",
    object("s3.aws.upbound.io/v1beta1", "Bucket", "logs"),
    /not this cluster's/,
  ],
  [
    "a bucket that ACK adopted",
    marked(object("s3.services.k8s.aws/v1alpha1", "Bucket", "app-a/logs"), "annotations", {
      "services.k8s.aws/adopted": "true",
    }),
    /not this cluster's/,
  ],
];

const permitted: readonly (readonly [title: string, of: Delivery])[] = [
  ["a release in the namespace of Flux", helmRelease("flux-system/podinfo")],
  [
    "a release's controller in kube-system, though it is called like an add-on",
    deliveredBy(deployment("kube-system/ebs-csi-controller", 1), "HelmRelease", "kube-system/ebs"),
  ],
  ["a Kustomization", kustomization("flux-system/apps")],
  ["a custom object", scaledObject("app-a/cpu")],
  ["a load balancer's Service", loadBalancerService("app-a/web")],
  [
    "a Service that was a load balancer's",
    object("v1", "Service", "app-a/web", {
      metadata: { finalizers: ["service.kubernetes.io/load-balancer-cleanup"] },
    }),
  ],
  ["an Ingress", object("networking.k8s.io/v1", "Ingress", "app-a/web")],
  ["a claim", claim("app-a/data", "pv-1")],
  ["a volume", volume("pv-1", "app-a/data")],
  ["a workload that mounts a claim", deployment("app-a/database", 1, ["data"])],
  ["what an owner marked", marked(deployment("app-a/web"), "labels", { "sdlc.dev/teardown-stage": "3" })],
  ["what Flux delivered", deliveredBy(deployment("app-a/web"), "Kustomization", "flux-system/apps")],
  [
    "a namespace whose name begins like one of Kubernetes",
    deliveredBy(namespace("kubeflow"), "Kustomization", "flux-system/apps"),
  ],
  [
    "an application's Deployment called like a controller of Flux",
    deployment("app-a/helm-controller", 1, ["data"]),
  ],
  [
    "a suspended Kustomization for another cluster",
    kustomization("flux-system/remote", [], { suspend: true, spec: { kubeConfig } }),
  ],
  [
    "a Kustomization for another cluster whose owner says that it is this cluster's",
    kustomization("flux-system/remote", [], { metadata: { annotations: owns }, spec: { kubeConfig } }),
  ],
  [
    "a bucket that Crossplane made",
    marked(object("s3.aws.upbound.io/v1beta1", "Bucket", "logs"), "annotations", {
      "crossplane.io/external-create-succeeded": "2026-11-28T10:00:00Z",
    }),
  ],
  [
    "a found bucket that stays without its object",
    object("s3.aws.upbound.io/v1beta1", "Bucket", "logs", { spec: { deletionPolicy: "Orphan" } }),
  ],
  [
    "a found bucket of Crossplane 2 that stays without its object",
    object("s3.aws.m.upbound.io/v1beta1", "Bucket", "app-a/logs", {
      spec: { managementPolicies: ["Observe"] },
    }),
  ],
  ["a bucket that ACK made", object("s3.services.k8s.aws/v1alpha1", "Bucket", "app-a/logs")],
];

describe("the laws of a deletion in a cluster", () => {
  for (const [title, { self }, law] of refused) {
    it(`refuses ${title}`, () => {
      const refusal = ask("delete", self);
      assert.ok(!(refusal instanceof Permit));
      assert.match(refusal.law, law);
      assert.notEqual(refusal.remedy, "");
    });
  }

  for (const [title, { self }] of permitted) {
    it(`permits ${title}`, () => {
      assert.ok(ask("delete", self) instanceof Permit);
    });
  }

  it("lets force remove configurations of webhooks and APIs, and nothing else", () => {
    const webhook = object("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration", "policy");
    const api = object("apiregistration.k8s.io/v1", "APIService", "v1beta1.metrics.k8s.io");
    for (const { self } of [webhook, api]) assert.ok(ask("unblock", self) instanceof Permit);
    for (const { self } of [definition("widgets.example.com/Widget"), scaledObject("app-a/cpu")]) {
      assert.ok(!(ask("unblock", self) instanceof Permit));
    }
  });

  it("strips nothing of what nobody deletes", () => {
    for (const { self } of [
      namespace("flux-system"),
      object("fluxcd.controlplane.io/v1", "FluxInstance", "flux-system/flux"),
    ]) {
      assert.ok(!(ask("strip", self) instanceof Permit));
    }
    assert.ok(ask("strip", scaledObject("app-a/cpu").self) instanceof Permit);
  });

  it("says of every refusal what the object is", () => {
    for (const [, { self }] of refused) {
      const refusal = refusalOf("delete", readObject(self));
      assert.ok(refusal?.law.includes(self.metadata.name));
    }
  });
});

function ask(act: Act, manifest: KubernetesObject): ReturnType<typeof Permit.ask> {
  return Permit.ask(act, readObject(manifest));
}
