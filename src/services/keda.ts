import type { Minor } from "../versions/minor.ts";
import type { PlatformService } from "./service.ts";

const kubernetes = (minor: number): Minor => ({ major: 1, minor });

/** Scales workloads by events and metrics: it brings ScaledObject and makes HorizontalPodAutoscalers of them. */
export const keda: PlatformService = {
  name: "keda",
  repository: { name: "kedacore", url: "https://kedacore.github.io/charts" },
  chart: "keda",
  chartVersion: "2.21.0",
  requirements: {
    // `kubeVersion` of the chart.
    oldestKubernetes: kubernetes(23),
    // keda.sh, "Kubernetes Compatibility" (docs/2.22/operate/cluster).
    tested: {
      "2.21": [kubernetes(34), kubernetes(36)],
      "2.20": [kubernetes(33), kubernetes(35)],
      "2.19": [kubernetes(32), kubernetes(34)],
      "2.18": [kubernetes(31), kubernetes(33)],
      "2.17": [kubernetes(30), kubernetes(32)],
      "2.16": [kubernetes(29), kubernetes(31)],
      "2.15": [kubernetes(28), kubernetes(30)],
      "2.14": [kubernetes(27), kubernetes(29)],
    },
    apiVersions: [
      "admissionregistration.k8s.io/v1",
      "apiextensions.k8s.io/v1",
      "apiregistration.k8s.io/v1",
      "autoscaling/v2",
      "coordination.k8s.io/v1",
    ],
    ownApiVersions: ["keda.sh/v1alpha1", "eventing.keda.sh/v1alpha1"],
  },
};
