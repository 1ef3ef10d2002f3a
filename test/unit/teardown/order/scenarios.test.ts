/** The cases of a destroy that are a matter of order, one or several rows each. */
import {
  claim,
  definition,
  deployment,
  helmRelease,
  keda,
  kustomization,
  loadBalancerController,
  loadBalancerService,
  marked,
  namespace,
  object,
  ownedBy,
  root,
  scaledObject,
  volume,
} from "../cluster-builder.ts";
import { checkScenarios, type Scenario } from "./check-scenarios.ts";

const karpenterDefinitions = [
  definition("nodepools.karpenter.sh/NodePool"),
  definition("nodeclaims.karpenter.sh/NodeClaim"),
  definition("ec2nodeclasses.karpenter.k8s.aws/EC2NodeClass"),
];
const nodeClassRef = { group: "karpenter.k8s.aws", kind: "EC2NodeClass", name: "default" };
const nodePool = object("karpenter.sh/v1", "NodePool", "general", {
  spec: { template: { spec: { nodeClassRef } } },
});

const scenarios: readonly Scenario[] = [
  {
    title: "0: a ScaledObject made by hand goes before the release that brings KEDA",
    cluster: [root(keda()), scaledObject("app-a/cpu")],
    waves: [["ScaledObject app-a/cpu"], ["HelmRelease keda/keda"]],
  },
  {
    title: "0: a ScaledObject goes with its own release, before KEDA",
    cluster: [root(keda(), helmRelease("app-a/podinfo", [scaledObject("app-a/cpu")]))],
    waves: [["HelmRelease app-a/podinfo"], ["HelmRelease keda/keda"]],
  },
  {
    title: "0: a ScaledObject is deleted directly if its Kustomization also delivers KEDA",
    cluster: [root(kustomization("flux-system/all", [keda(), scaledObject("app-a/cpu")]))],
    waves: [["ScaledObject app-a/cpu"], ["HelmRelease keda/keda"], ["Kustomization flux-system/all"]],
  },
  {
    title: "0: a ScaledObject is deleted directly if KEDA comes in its own release",
    cluster: [
      root(
        helmRelease("keda/keda", [
          definition("scaledobjects.keda.sh/ScaledObject"),
          deployment("keda/keda-operator"),
          scaledObject("keda/self"),
        ]),
      ),
    ],
    waves: [["ScaledObject keda/self"], ["HelmRelease keda/keda"]],
  },
  {
    title: "0: definitions from crds/, which Helm leaves, still tell whose the controller is",
    cluster: [
      root(
        helmRelease("keda/keda", [deployment("keda/keda-operator")], {
          crds: [definition("scaledobjects.keda.sh/ScaledObject")],
        }),
      ),
      scaledObject("app-a/cpu"),
    ],
    waves: [["ScaledObject app-a/cpu"], ["HelmRelease keda/keda"]],
  },
  {
    title: "1, 2: a load balancer goes before its controller, with the release that owns the Service",
    cluster: [root(loadBalancerController(), helmRelease("app-a/web", [loadBalancerService("app-a/web")]))],
    waves: [["HelmRelease app-a/web"], ["HelmRelease kube-system/lbc"]],
  },
  {
    title: "1: a load balancer of the cloud controller needs nobody in the cluster",
    cluster: [root(), loadBalancerService("app-a/web", "service.kubernetes.io/load-balancer-cleanup")],
    waves: [["Service app-a/web"]],
  },
  {
    title: "2: an Ingress goes before its class and its controller",
    cluster: [
      root(
        loadBalancerController(),
        kustomization("flux-system/classes", [
          object("networking.k8s.io/v1", "IngressClass", "alb", {
            spec: { controller: "ingress.k8s.aws/alb" },
          }),
        ]),
      ),
      object("networking.k8s.io/v1", "Ingress", "app-a/web", { spec: { ingressClassName: "alb" } }),
    ],
    waves: [["Ingress app-a/web"], ["HelmRelease kube-system/lbc", "Kustomization flux-system/classes"]],
  },
  {
    title: "4: workloads go before the claims that they mount, and claims before the driver",
    cluster: [
      root(helmRelease("kube-system/ebs", [deployment("kube-system/ebs-csi-controller")])),
      deployment("app-a/database", 1, ["data"]),
      claim("app-a/data", "pv-1"),
      volume("pv-1", "app-a/data"),
    ],
    waves: [
      ["Deployment app-a/database"],
      ["PersistentVolumeClaim app-a/data"],
      ["HelmRelease kube-system/ebs"],
    ],
  },
  {
    title: "4: the claims that a StatefulSet of a release has made go after the release",
    cluster: [
      root(
        helmRelease("app-a/database", [
          object("apps/v1", "StatefulSet", "app-a/database", {
            spec: { volumeClaimTemplates: [{ metadata: { name: "data" } }] },
          }),
        ]),
      ),
      claim("app-a/data-database-0", "pv-0"),
      claim("app-a/data-database-11", "pv-11"),
      claim("app-a/data-other-0", "pv-2"),
    ],
    waves: [
      ["HelmRelease app-a/database", "PersistentVolumeClaim app-a/data-other-0"],
      ["PersistentVolumeClaim app-a/data-database-0", "PersistentVolumeClaim app-a/data-database-11"],
    ],
  },
  {
    title: "4: claim, workload and driver in one Kustomization go one after another",
    cluster: [
      root(
        kustomization("flux-system/all", [
          deployment("app-a/database", 1, ["data"]),
          claim("app-a/data", "pv-1"),
          helmRelease("kube-system/ebs", [deployment("kube-system/ebs-csi-controller")]),
        ]),
      ),
    ],
    waves: [
      ["Deployment app-a/database"],
      ["PersistentVolumeClaim app-a/data"],
      ["HelmRelease kube-system/ebs"],
      ["Kustomization flux-system/all"],
    ],
  },
  {
    title: "8: without any dependsOn, releases that bring definitions go after those that do not",
    cluster: [root(keda(), helmRelease("app-a/one"), helmRelease("app-b/two"))],
    waves: [["HelmRelease app-a/one", "HelmRelease app-b/two"], ["HelmRelease keda/keda"]],
  },
  {
    title: "8: definitions and controller in two releases: the right to write the status tells",
    cluster: [
      root(
        helmRelease("keda/crds", [definition("scaledobjects.keda.sh/ScaledObject")]),
        helmRelease("keda/operator", [
          deployment("keda/keda-operator"),
          object("rbac.authorization.k8s.io/v1", "ClusterRole", "keda-operator", {
            rules: [{ apiGroups: ["keda.sh"], resources: ["scaledobjects/status"], verbs: ["update"] }],
          }),
        ]),
      ),
      scaledObject("app-a/cpu"),
    ],
    waves: [["ScaledObject app-a/cpu"], ["HelmRelease keda/crds", "HelmRelease keda/operator"]],
  },
  {
    title: "9: dependsOn of Kustomizations is reversed",
    cluster: [
      root(
        kustomization("flux-system/configs"),
        kustomization("flux-system/services", [], { dependsOn: ["configs"] }),
        kustomization("flux-system/apps", [], { dependsOn: ["flux-system/services"] }),
      ),
    ],
    waves: [
      ["Kustomization flux-system/apps"],
      ["Kustomization flux-system/services"],
      ["Kustomization flux-system/configs"],
    ],
  },
  {
    title: "9: dependsOn of HelmReleases is reversed, across namespaces",
    cluster: [
      root(helmRelease("a/database"), helmRelease("b/web", [], { dependsOn: ["a/database", "missing/one"] })),
    ],
    waves: [["HelmRelease b/web"], ["HelmRelease a/database"]],
  },
  {
    title: "10, 11: a suspended dependent goes before the owner that delivered it",
    cluster: [root(kustomization("flux-system/apps", [helmRelease("app-a/podinfo", [], { suspend: true })]))],
    waves: [["HelmRelease app-a/podinfo"], ["Kustomization flux-system/apps"]],
  },
  {
    title: "13: a failed release goes like any other",
    cluster: [root(keda({ spec: { chart: "broken" } })), scaledObject("app-a/cpu")],
    waves: [["ScaledObject app-a/cpu"], ["HelmRelease keda/keda"]],
  },
  {
    title: "26: pools before their claims, both before their class, all before Karpenter",
    cluster: [
      root(
        helmRelease("kube-system/karpenter", [deployment("kube-system/karpenter"), ...karpenterDefinitions]),
      ),
      nodePool,
      object("karpenter.sh/v1", "NodeClaim", "general-1", {
        metadata: {
          labels: { "karpenter.sh/nodepool": "general" },
          finalizers: ["karpenter.sh/termination"],
        },
        spec: { nodeClassRef },
      }),
      object("karpenter.k8s.aws/v1", "EC2NodeClass", "default", {
        metadata: { finalizers: ["karpenter.k8s.aws/termination"] },
      }),
    ],
    waves: [
      ["NodePool general"],
      ["NodeClaim general-1"],
      ["EC2NodeClass default"],
      ["HelmRelease kube-system/karpenter"],
    ],
  },
  {
    title:
      "17, 26: a claim that its pool owns goes with it, after the applications and the other controllers",
    cluster: [
      root(
        helmRelease("kube-system/karpenter", [deployment("kube-system/karpenter"), ...karpenterDefinitions]),
        loadBalancerController(),
        helmRelease("app-a/web"),
      ),
      nodePool,
      ownedBy(
        object("karpenter.sh/v1", "NodeClaim", "general-1", {
          metadata: { labels: { "karpenter.sh/nodepool": "general" } },
        }),
        nodePool,
      ),
    ],
    waves: [
      ["HelmRelease app-a/web"],
      ["HelmRelease kube-system/lbc"],
      ["NodePool general"],
      ["HelmRelease kube-system/karpenter"],
    ],
  },
  {
    title: "what is in a namespace goes before what deletes the namespace",
    cluster: [
      root(kustomization("flux-system/tenants", [namespace("app-a")])),
      helmRelease("app-a/podinfo"),
      claim("app-a/data", "pv-1"),
    ],
    waves: [
      ["HelmRelease app-a/podinfo", "PersistentVolumeClaim app-a/data"],
      ["Kustomization flux-system/tenants"],
    ],
  },
  {
    title: "Flux's objects go before the account as which Flux acts, and before its rights",
    cluster: [
      root(
        kustomization("flux-system/tenants", [object("v1", "ServiceAccount", "app-a/team")]),
        kustomization("flux-system/rights", [
          object("rbac.authorization.k8s.io/v1", "RoleBinding", "app-a/team", {
            subjects: [{ kind: "ServiceAccount", name: "team", namespace: "app-a" }],
          }),
        ]),
      ),
      kustomization("app-a/team", [], { spec: { serviceAccountName: "team" } }),
    ],
    waves: [
      ["Kustomization app-a/team"],
      ["Kustomization flux-system/rights", "Kustomization flux-system/tenants"],
    ],
  },
  {
    title: "a policy in the Kustomization that its controller depends on goes first, and breaks nothing",
    cluster: [
      root(
        kustomization("flux-system/configs", [
          object("kyverno.io/v1", "ClusterPolicy", "labels", { metadata: { finalizers: ["kyverno.io/x"] } }),
        ]),
        kustomization(
          "flux-system/services",
          [helmRelease("kyverno/kyverno", [definition("clusterpolicies.kyverno.io/ClusterPolicy")])],
          { dependsOn: ["configs"] },
        ),
      ),
    ],
    waves: [
      ["ClusterPolicy labels"],
      ["HelmRelease kyverno/kyverno"],
      ["Kustomization flux-system/services"],
      ["Kustomization flux-system/configs"],
    ],
  },
  {
    title: "what a Kustomization does not prune and holds something in AWS is deleted directly",
    cluster: [
      root(
        kustomization("flux-system/kept", [loadBalancerService("app-a/web"), deployment("app-a/web")], {
          spec: { prune: false },
        }),
      ),
    ],
    waves: [["Kustomization flux-system/kept", "Service app-a/web"]],
  },
  // Each exempts it from pruning; Flux does not mind the case.
  ...(
    [
      ["annotations", "prune", "disabled"],
      ["labels", "prune", "Disabled"],
      ["annotations", "reconcile", "disabled"],
      ["annotations", "ssa", "Ignore"],
    ] as const
  ).map(([place, key, value]): Scenario => ({
    title: `so is one object with ${key}: ${value} among its ${place}`,
    cluster: [
      root(
        kustomization("flux-system/apps", [
          marked(loadBalancerService("app-a/web"), place, { [`kustomize.toolkit.fluxcd.io/${key}`]: value }),
          deployment("app-a/web"),
        ]),
      ),
    ],
    waves: [["Kustomization flux-system/apps", "Service app-a/web"]],
  })),
  // Helm deletes only what has no policy, whatever the policy says.
  ...["keep", "delete"].map((policy): Scenario => ({
    title: `what a release holds with the resource policy ${policy} is deleted directly`,
    cluster: [
      root(
        helmRelease("app-a/web", [
          marked(loadBalancerService("app-a/web"), "annotations", { "helm.sh/resource-policy": policy }),
        ]),
      ),
    ],
    waves: [["HelmRelease app-a/web", "Service app-a/web"]],
  })),
  {
    title: "what the root applies itself is deleted directly, for the root stays",
    cluster: [root(loadBalancerService("app-a/web"), namespace("app-a"))],
    waves: [["Service app-a/web"]],
  },
  {
    title: "a release that runs Flux is kept, with what has made it",
    cluster: [
      root(
        kustomization("flux-system/flux", [
          helmRelease("flux-system/flux2", [
            definition("kustomizations.kustomize.toolkit.fluxcd.io/Kustomization"),
            definition("helmreleases.helm.toolkit.fluxcd.io/HelmRelease"),
          ]),
        ]),
        helmRelease("app-a/podinfo"),
      ),
    ],
    waves: [["HelmRelease app-a/podinfo"]],
  },
];

describe("the order of a teardown, case by case", () => {
  checkScenarios(scenarios);
});
