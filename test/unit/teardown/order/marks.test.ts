/** What somebody's own marks change in the order: what alters external state, and stages. */
import { helmRelease, keda, kustomization, marked, object, root } from "../cluster-builder.ts";
import { checkScenarios, type Scenario } from "./check-scenarios.ts";

const scenarios: readonly Scenario[] = [
  {
    title: "a marked object of a Kustomization goes directly and early",
    cluster: [
      root(
        kustomization("flux-system/apps", [
          marked(object("v1", "ConfigMap", "app-a/infra"), "labels", {
            "sdlc.dev/mutates-external-state": "true",
          }),
          helmRelease("app-a/web"),
        ]),
      ),
    ],
    waves: [["ConfigMap app-a/infra", "HelmRelease app-a/web"], ["Kustomization flux-system/apps"]],
  },
  {
    title: "a marked release is not held back for the definitions that it brings",
    cluster: [
      root(
        keda({ metadata: { annotations: { "sdlc.dev/mutates-external-state": "true" } } }),
        helmRelease("app-a/one"),
      ),
    ],
    waves: [["HelmRelease app-a/one", "HelmRelease keda/keda"]],
  },
  {
    title: "stages go in ascending order, as numbers",
    cluster: [
      root(
        ...(["10", "2", "-1"] as const).map((stage) =>
          helmRelease(`app/stage${stage}`, [], {
            metadata: { labels: { "sdlc.dev/teardown-stage": stage } },
          }),
        ),
        helmRelease("app/none"),
      ),
    ],
    waves: [
      ["HelmRelease app/none", "HelmRelease app/stage-1"],
      ["HelmRelease app/stage2"],
      ["HelmRelease app/stage10"],
    ],
  },
];

describe("the order of a teardown, by marks of its own", () => {
  checkScenarios(scenarios);
});
