/** What an order never plans to delete: the cases that people reported of clusters like theirs. */
import {
  claim,
  definition,
  deployment,
  helmRelease,
  kustomization,
  loadBalancerService,
  marked,
  namespace,
  object,
  ownedBy,
  root,
  volume,
  type Delivery,
} from "../cluster-builder.ts";
import { checkScenarios, type Scenario } from "./check-scenarios.ts";

const statefulSetByHand = object("apps/v1", "StatefulSet", "app-a/database", {
  spec: { volumeClaimTemplates: [{ metadata: { name: "data" } }] },
});

/** As a policy engine writes them: a report about each thing, owned by it. */
function reportsAboutEverything(): Delivery[] {
  const subjects = [
    deployment("flux-system/kustomize-controller"),
    deployment("kube-system/coredns"),
    object("apps/v1", "DaemonSet", "kube-system/aws-node"),
    deployment("kube-system/ebs-csi-controller"),
    namespace("flux-system"),
    object("v1", "Node", "ip-10-0-0-1"),
    deployment("app-a/by-hand"),
    deployment("kyverno/kyverno"),
  ];
  const reports = subjects.map((subject, index) => {
    const { namespace: home = "" } = subject.self.metadata;
    const [kind, path] =
      home === "" ? ["ClusterPolicyReport", `${index}`] : ["PolicyReport", `${home}/${index}`];
    return ownedBy(object("wgpolicyk8s.io/v1alpha2", kind, path), subject);
  });
  const definitions = [
    definition("policyreports.wgpolicyk8s.io/PolicyReport"),
    definition("clusterpolicyreports.wgpolicyk8s.io/ClusterPolicyReport"),
  ];
  const kyverno = subjects.slice(-1);
  return [
    root(helmRelease("kyverno/kyverno", [...definitions, ...kyverno])),
    ...subjects.slice(0, -1),
    ...reports,
  ];
}

const scenarios: readonly Scenario[] = [
  {
    title: "D1: reports about controllers of Flux, add-ons of EKS and namespaces delete none of these",
    cluster: reportsAboutEverything(),
    waves: [["HelmRelease kyverno/kyverno"]],
  },
  {
    title: "D1: a report that needs its controller is deleted directly, and what it is about stays",
    cluster: [
      root(helmRelease("kyverno/kyverno", [definition("policyreports.wgpolicyk8s.io/PolicyReport")])),
      deployment("app-a/by-hand"),
      ownedBy(
        object("wgpolicyk8s.io/v1alpha2", "PolicyReport", "app-a/report", {
          metadata: { finalizers: ["example.com/archive"] },
        }),
        deployment("app-a/by-hand"),
      ),
    ],
    waves: [["PolicyReport app-a/report"], ["HelmRelease kyverno/kyverno"]],
  },
  {
    title:
      "D1: a dependent that its own release delivers together with its controller goes without that controller",
    cluster: [
      root(
        helmRelease("scanner/scanner", [
          definition("scans.example.com/Scan"),
          deployment("scanner/operator"),
        ]),
      ),
      ownedBy(
        object("example.com/v1", "Scan", "scanner/self", { metadata: { finalizers: ["example.com/scan"] } }),
        deployment("scanner/operator"),
      ),
    ],
    waves: [["Scan scanner/self"], ["HelmRelease scanner/scanner"]],
  },
  {
    title: "D1: a custom object goes with the custom object that made it, whoever made that",
    cluster: [
      root(
        helmRelease("cert-manager/cert-manager", [
          definition("certificates.cert-manager.io/Certificate"),
          definition("challenges.acme.cert-manager.io/Challenge"),
        ]),
      ),
      object("cert-manager.io/v1", "Certificate", "app-a/web"),
      ownedBy(
        object("acme.cert-manager.io/v1", "Challenge", "app-a/web-1", {
          metadata: { finalizers: ["acme.cert-manager.io/finalizer"] },
        }),
        object("cert-manager.io/v1", "Certificate", "app-a/web"),
      ),
    ],
    waves: [["Certificate app-a/web"], ["HelmRelease cert-manager/cert-manager"]],
  },
  {
    title: "D1: what keeps the pods of a mounted volume running goes, by whatever hand it was made",
    cluster: [
      root(),
      deployment("app-a/database", 1, ["data"]),
      ownedBy(object("apps/v1", "ReplicaSet", "app-a/database-1"), deployment("app-a/database", 1, ["data"])),
      ownedBy(
        object("v1", "Pod", "app-a/database-1-x", {
          spec: { volumes: [{ persistentVolumeClaim: { claimName: "data" } }] },
        }),
        object("apps/v1", "ReplicaSet", "app-a/database-1"),
      ),
      claim("app-a/data", "pv-1"),
    ],
    waves: [["Deployment app-a/database"], ["PersistentVolumeClaim app-a/data"]],
  },
  {
    title: "D1: a claim that its StatefulSet owns goes with it",
    cluster: [root(), statefulSetByHand, ownedBy(claim("app-a/data-database-0", "pv-0"), statefulSetByHand)],
    waves: [["StatefulSet app-a/database"]],
  },
  {
    title:
      "D1: a controller of Flux that keeps its artifacts on a volume stays, and so does its claim until the sweep",
    cluster: [
      root(),
      deployment("flux-system/source-controller", 1, ["artifacts"]),
      claim("flux-system/artifacts", "pv-1"),
      volume("pv-1", "flux-system/artifacts"),
    ],
    waves: [],
  },
  {
    title: "D1: what would prune a namespace of Kubernetes stays, and what it delivered goes without it",
    cluster: [
      root(
        kustomization("flux-system/namespaces", [
          namespace("kube-system"),
          namespace("app-a"),
          helmRelease("app-a/podinfo"),
          loadBalancerService("app-a/web", "service.kubernetes.io/load-balancer-cleanup"),
        ]),
      ),
    ],
    waves: [["HelmRelease app-a/podinfo", "Service app-a/web"]],
  },
  {
    title: "D4: what applies to another cluster is deleted like any other, and delivers nothing here",
    cluster: [
      root(
        kustomization("flux-system/remote", [namespace("app-a"), loadBalancerService("app-a/web")], {
          spec: { kubeConfig: { secretRef: { name: "development" } } },
        }),
      ),
    ],
    waves: [["Kustomization flux-system/remote", "Service app-a/web"]],
  },
  {
    title: "D4: a bucket that Crossplane found is let go of before its Kustomization goes",
    cluster: [
      root(
        helmRelease("crossplane/provider", [definition("buckets.s3.aws.upbound.io/Bucket")]),
        kustomization("flux-system/apps", [object("s3.aws.upbound.io/v1beta1", "Bucket", "logs")]),
      ),
    ],
    waves: [["Bucket logs"], ["Kustomization flux-system/apps"], ["HelmRelease crossplane/provider"]],
  },
  {
    title:
      "D5: what Flux is not to prune stays with its Kustomization gone, in whatever case that is written",
    cluster: [
      root(
        kustomization("flux-system/apps", [
          marked(namespace("app-a"), "annotations", { "kustomize.toolkit.fluxcd.io/prune": "Disabled" }),
        ]),
      ),
      helmRelease("app-a/podinfo"),
    ],
    waves: [["HelmRelease app-a/podinfo", "Kustomization flux-system/apps"]],
  },
  {
    title: "D22: flux-operator, its FluxInstance and ResourceSets stay, and what they applied goes",
    cluster: [
      root(
        helmRelease("flux-system/flux-operator", [
          deployment("flux-system/flux-operator"),
          definition("fluxinstances.fluxcd.controlplane.io/FluxInstance"),
          definition("resourcesets.fluxcd.controlplane.io/ResourceSet"),
        ]),
      ),
      object("fluxcd.controlplane.io/v1", "FluxInstance", "flux-system/flux", {
        metadata: { finalizers: ["fluxcd.controlplane.io/finalizer"] },
      }),
      object("fluxcd.controlplane.io/v1", "ResourceSet", "flux-system/tenants", {
        metadata: { finalizers: ["fluxcd.controlplane.io/finalizer"] },
      }),
      helmRelease("app-a/podinfo"),
    ],
    waves: [["HelmRelease app-a/podinfo"]],
  },
];

describe("the order of a teardown, and the laws of a destroy", () => {
  checkScenarios(scenarios);
});
