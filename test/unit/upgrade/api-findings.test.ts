import assert from "node:assert/strict";
import { apiFindings, metricFindings, pluralOf } from "../../../src/upgrade/api-findings.ts";
import { flux29Apis } from "../../../src/upgrade/flux-apis.ts";
import type { UsedApi } from "../../../src/upgrade/finding.ts";
import { kubernetesApis } from "../../../src/upgrade/kubernetes-apis.ts";
import { minorsAhead, parseMinor, type Minor } from "../../../src/versions/minor.ts";

function minor(text: string): Minor {
  const version = parseMinor(text);
  assert.ok(version, text);
  return version;
}

const used = (apiVersion: string, kind: string): UsedApi => ({
  apiVersion,
  kind,
  object: `${kind} default/a`,
  where: "a.yaml:3",
  file: "a.yaml",
  line: 3,
});

const rows: [
  api: readonly [string, string],
  target: string,
  severity: string,
  what: string,
  remedy: string,
][] = [
  [
    ["batch/v1beta1", "CronJob"],
    "1.25",
    "finding",
    "CronJob default/a: batch/v1beta1 is not served by Kubernetes 1.25 (removed in 1.25).",
    "Write batch/v1.",
  ],
  [
    ["batch/v1beta1", "CronJob"],
    "1.24",
    "warning",
    "CronJob default/a: batch/v1beta1 is deprecated since 1.21, and removed in 1.25.",
    "Write batch/v1.",
  ],
  [
    ["networking.k8s.io/v1beta1", "Ingress"],
    "1.36",
    "finding",
    "Ingress default/a: networking.k8s.io/v1beta1 is not served by Kubernetes 1.36 (removed in 1.22).",
    "Write networking.k8s.io/v1.",
  ],
  // The same version of the same group, of another kind.
  [
    ["networking.k8s.io/v1beta1", "ServiceCIDR"],
    "1.36",
    "warning",
    "ServiceCIDR default/a: networking.k8s.io/v1beta1 is deprecated since 1.34, and removed in 1.37.",
    "Write networking.k8s.io/v1.",
  ],
  [
    ["policy/v1beta1", "PodSecurityPolicy"],
    "1.36",
    "finding",
    "PodSecurityPolicy default/a: policy/v1beta1 is not served by Kubernetes 1.36 (removed in 1.25).",
    "Take it away: PodSecurityPolicy has no successor.",
  ],
  [
    ["helm.toolkit.fluxcd.io/v2beta1", "HelmRelease"],
    "1.35",
    "finding",
    "HelmRelease default/a: helm.toolkit.fluxcd.io/v2beta1 is not served by the installed Flux.",
    "Write helm.toolkit.fluxcd.io/v2.",
  ],
  [
    ["source.toolkit.fluxcd.io/v1beta2", "HelmRepository"],
    "1.35",
    "finding",
    "HelmRepository default/a: source.toolkit.fluxcd.io/v1beta2 is not served by the installed Flux.",
    "Write source.toolkit.fluxcd.io/v1.",
  ],
];

describe("versions of APIs before an upgrade", () => {
  for (const [[apiVersion, kind], target, severity, what, remedy] of rows) {
    const check = apiVersion.includes("fluxcd") ? "flux-apis" : "kubernetes-apis";
    it(`${kind} of ${apiVersion} is a ${severity} before ${target}`, () => {
      assert.deepEqual(apiFindings([used(apiVersion, kind)], minor(target), flux29Apis), [
        { check, severity, where: "a.yaml:3", file: "a.yaml", line: 3, what, remedy },
      ]);
    });
  }

  for (const [apiVersion, kind] of [
    ["apps/v1", "Deployment"],
    ["autoscaling/v2", "HorizontalPodAutoscaler"],
    ["networking.k8s.io/v1", "Ingress"],
    ["source.toolkit.fluxcd.io/v1", "GitRepository"],
    ["notification.toolkit.fluxcd.io/v1beta3", "Alert"],
    ["keda.sh/v1alpha1", "ScaledObject"],
    // Kustomize's own file, which is no object of Flux.
    ["kustomize.config.k8s.io/v1beta1", "Kustomization"],
  ] as const) {
    it(`${kind} of ${apiVersion} is nothing`, () => {
      assert.deepEqual(apiFindings([used(apiVersion, kind)], minor("1.36"), flux29Apis), []);
    });
  }

  it("count what a cluster serves, not what this program knows", () => {
    // As Flux 2.7 has it.
    const served = [
      { group: "source.toolkit.fluxcd.io", kind: "HelmRepository", current: "v1", deprecated: ["v1beta2"] },
    ];
    const [found] = apiFindings(
      [used("source.toolkit.fluxcd.io/v1beta2", "HelmRepository")],
      minor("1.35"),
      served,
    );
    assert.equal(found?.severity, "warning");
    assert.equal(
      found.what,
      "HelmRepository default/a: source.toolkit.fluxcd.io/v1beta2 is deprecated, and goes with a later Flux.",
    );
  });
});

describe("the table of Kubernetes APIs", () => {
  it("names each version of a kind once, and deprecates before it removes", () => {
    const keys = kubernetesApis.flatMap(({ apiVersion, kinds }) =>
      kinds.map((kind) => `${apiVersion} ${kind}`),
    );
    assert.equal(new Set(keys).size, keys.length);
    for (const { apiVersion, deprecatedIn, removedIn } of kubernetesApis) {
      assert.ok(minorsAhead(minor(removedIn), minor(deprecatedIn)) > 0, apiVersion);
    }
  });

  it("replaces nothing by what is itself removed at the same time", () => {
    for (const { apiVersion, kinds, removedIn, replacement } of kubernetesApis) {
      const next = kubernetesApis.find(
        (api) => api.apiVersion === replacement && api.kinds.some((kind) => kinds.includes(kind)),
      );
      if (next) assert.ok(minorsAhead(minor(next.removedIn), minor(removedIn)) > 0, apiVersion);
    }
  });
});

describe("requests for deprecated APIs", () => {
  const metrics = [
    "# HELP apiserver_requested_deprecated_apis [STABLE] Gauge of deprecated APIs",
    'apiserver_requested_deprecated_apis{group="",removed_release="",resource="endpoints",subresource="",version="v1"} 1',
    'apiserver_requested_deprecated_apis{group="flowcontrol.apiserver.k8s.io",removed_release="1.32",resource="flowschemas",subresource="",version="v1beta3"} 1',
    'apiserver_requested_deprecated_apis{group="batch",removed_release="1.25",resource="cronjobs",subresource="status",version="v1beta1"} 0',
    'apiserver_request_total{group="batch"} 12',
  ].join("\n");

  it("are findings from the minor on that removes them", () => {
    const at = (target: string) =>
      metricFindings(metrics, minor(target)).map(({ severity, what }) => [severity, what]);
    const endpoints = "endpoints: somebody asks for v1, which is deprecated, and without a date of removal.";
    const schemas =
      "flowschemas: somebody asks for flowcontrol.apiserver.k8s.io/v1beta3, which is deprecated, and removed in 1.32.";
    assert.deepEqual(at("1.32"), [
      ["warning", endpoints],
      ["finding", schemas],
    ]);
    assert.deepEqual(at("1.31"), [
      ["warning", endpoints],
      ["warning", schemas],
    ]);
  });

  it("have the replacement, where there is one", () => {
    const [, schemas] = metricFindings(metrics, minor("1.32"));
    assert.match(schemas?.remedy ?? "", /^Write flowcontrol\.apiserver\.k8s\.io\/v1\. Who it is/);
  });

  for (const [kind, plural] of [
    ["Ingress", "ingresses"],
    ["NetworkPolicy", "networkpolicies"],
    ["CronJob", "cronjobs"],
    ["StorageClass", "storageclasses"],
  ] as const) {
    it(`are for ${plural}, which are ${kind}`, () => {
      assert.equal(pluralOf(kind), plural);
    });
  }
});
