import assert from "node:assert/strict";
import { formatFinding } from "../../../src/guard/finding.ts";
import { judge } from "../../../src/guard/guard.ts";
import { changeOf, gitSource, ociSource, release, scaledObject } from "./change-of.ts";

const production = "clusters/production/platform.yaml";
const development = "clusters/development/platform.yaml";
const keda = "platform/services/keda.yaml";
const sync = "clusters/development/flux-system/gotk-sync.yaml";

interface Case {
  readonly what: string;
  readonly edits: Parameters<typeof changeOf>[0];
  readonly context?: Parameters<typeof changeOf>[1];
  /** `file:line: ` and the beginning of the reason; none for what may pass. */
  readonly refused: readonly string[];
}

const patch = (text: string): string => `apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
patches:
  - target:
      kind: GitRepository
      name: platform
    patch: ${text}
`;

const cases: readonly Case[] = [
  { what: "no change", edits: {}, refused: [] },
  {
    what: "a new service with an exact version",
    edits: { "platform/services/cert-manager.yaml": release("version: v1.19.0", "cert-manager") },
    refused: [],
  },
  {
    what: "files outside the folders that Flux reads, whatever is in them",
    edits: { "docs/example.yaml": gitSource("branch: TICKET-1"), "README.md": "[\n" },
    refused: [],
  },

  // Files of `flux bootstrap`.
  {
    what: "gotk-sync.yaml added",
    edits: { [sync]: "a: 1\n" },
    refused: [`${sync}:1: is added`],
  },
  {
    what: "gotk-sync.yaml edited, at the line of the edit",
    edits: { [sync]: "a: 1\nb: 3\n" },
    context: { before: { [sync]: "a: 1\nb: 2\n" } },
    refused: [`${sync}:2: is changed`],
  },
  {
    what: "gotk-sync.yaml deleted",
    edits: { [sync]: null },
    context: { before: { [sync]: "a: 1\n" } },
    refused: [`${sync}:1: is deleted`],
  },
  {
    what: "gotk-components.yaml changed, which is not read otherwise",
    edits: { "clusters/staging/flux-system/gotk-components.yaml": "[ no YAML\n" },
    refused: ["clusters/staging/flux-system/gotk-components.yaml:1: is added"],
  },
  {
    what: "gotk-sync.yaml where it has always been",
    edits: { [keda]: release("version: 2.18.2") },
    context: { before: { [sync]: gitSource("branch: main") } },
    refused: [],
  },
  {
    what: "the directory of a sandbox deleted with its gotk-sync.yaml",
    edits: { "clusters/sandbox-b/flux-system/gotk-sync.yaml": null },
    context: { before: { "clusters/sandbox-b/flux-system/gotk-sync.yaml": "a: 1\n" } },
    refused: [],
  },

  // Followed branches.
  {
    what: "a ticket's branch in Development",
    edits: { [development]: gitSource("branch: TICKET-123-add-keda") },
    refused: [`${development}:9: GitRepository flux-system/platform follows the branch TICKET-123-add-keda`],
  },
  {
    what: "a branch by its full name",
    edits: { [development]: gitSource("name: refs/heads/TICKET-1-try") },
    refused: [`${development}:9: GitRepository flux-system/platform follows the branch TICKET-1-try`],
  },
  {
    what: "an API version of Flux that is no longer served",
    edits: { [development]: gitSource("branch: x").replace("io/v1", "io/v1beta2") },
    refused: [`${development}:9: GitRepository flux-system/platform follows the branch x`],
  },
  {
    what: "a branch in the second of two documents, and in a List",
    edits: {
      [development]: `${gitSource("branch: main")}---\nkind: List\nitems:\n  - apiVersion: source.toolkit.fluxcd.io/v1\n    kind: GitRepository\n    metadata: { name: apps }\n    spec: { url: x, ref: { branch: master } }\n`,
    },
    refused: [`${development}:16: GitRepository apps follows the branch master`],
  },
  {
    what: "a branch in a patch of a Kustomization, as an object",
    edits: {
      "clusters/development/kustomization.yaml": patch(
        "|\n      kind: GitRepository\n      metadata:\n        name: platform\n      spec:\n        ref:\n          branch: x",
      ),
    },
    refused: ["clusters/development/kustomization.yaml:13: GitRepository platform follows the branch x"],
  },
  {
    what: "a branch in a patch of a Kustomization, as an operation",
    edits: {
      "clusters/development/kustomization.yaml": patch(
        "|\n      - op: replace\n        path: /spec/ref/branch\n        value: x",
      ),
    },
    refused: ["clusters/development/kustomization.yaml:10: GitRepository platform follows the branch x"],
  },
  {
    what: "an operation that replaces the whole reference",
    edits: {
      "clusters/development/kustomization.yaml": patch(
        '\'[{"op":"replace","path":"/spec/ref","value":{"branch":"x"}}]\'',
      ),
    },
    refused: ["clusters/development/kustomization.yaml:7: GitRepository platform follows the branch x"],
  },
  {
    what: "a branch that main has followed since before the change",
    edits: {},
    context: { before: { [development]: gitSource("branch: x") } },
    refused: [`${development}:9: GitRepository flux-system/platform follows the branch x`],
  },

  // Production.
  ...(
    [
      ["a range", "semver: 0.0.x", "takes the range", 9],
      ["a range that one version alone fits", "semver: 0.0.4", "takes the range", 9],
      ["a range beside a tag, which Flux prefers", "{ tag: 0.0.4, semver: 1.x }", "takes the range", 9],
      ["latest", "tag: latest", "takes latest", 9],
      ["a tag that is no version", "tag: stable", "takes the tag stable", 9],
      ["part of a version", 'tag: "0.1"', "takes the tag 0.1", 9],
      ["no tag", "{}", "names no tag", 2],
    ] as const
  ).map(([what, ref, reason, line]): Case => {
    const content = ociSource(ref);
    const at = line === 2 ? 1 : line;
    return {
      what: `${what} in production`,
      edits: { [production]: content },
      refused: [`${production}:${at}: OCIRepository flux-system/platform ${reason}`],
    };
  }),
  { what: "a higher tag in production", edits: { [production]: ociSource("tag: 0.0.4") }, refused: [] },
  {
    what: "a digest in production, whatever is beside it",
    edits: { [production]: ociSource("{ digest: sha256:00, semver: 0.0.x }") },
    refused: [],
  },
  {
    what: "production on a branch",
    edits: { [production]: gitSource("branch: main") },
    refused: [`${production}:9: GitRepository flux-system/platform follows a branch`],
  },
  {
    what: "production on a tag and on a commit of Git",
    edits: {
      [production]: `${gitSource("tag: v0.0.4")}---\n${gitSource("{ branch: main, commit: 0123abc }")}`,
    },
    refused: [],
  },
  {
    what: "a chart in a range in production, and one without version",
    edits: {
      "clusters/production/app.yaml": `${release("version: '>5.0.0'", "podinfo")}---\n${release("", "other")}`,
    },
    refused: [
      "clusters/production/app.yaml:10: HelmRelease podinfo/podinfo takes its chart in the range",
      "clusters/production/app.yaml:23: HelmRelease other/other names no version of its chart",
    ],
  },
  {
    what: "a chart in a range in the bundle, which reaches production",
    edits: { "platform/services/kyverno.yaml": release("version: 3.x", "kyverno") },
    refused: ["platform/services/kyverno.yaml:10: HelmRelease kyverno/kyverno takes its chart in the range"],
  },
  {
    what: "a chart in a range among the applications of Development",
    edits: { "apps/podinfo.yaml": release("version: 6.x", "podinfo") },
    refused: [],
  },
  {
    what: "a chart whose version is a variable, and one that comes with a Git repository",
    edits: {
      "platform/services/a.yaml": release("version: ${version}", "a"),
      "platform/services/b.yaml": release("", "b").replace("kind: HelmRepository", "kind: GitRepository"),
    },
    refused: [],
  },
  {
    what: "the latest image in production",
    edits: {
      "clusters/production/job.yaml":
        "apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: job\nspec:\n  template:\n    spec:\n      containers:\n        - image: acme/job:latest\n",
    },
    refused: ["clusters/production/job.yaml:9: Job job takes the latest image"],
  },

  // Lower versions.
  {
    what: "a lower tag in production",
    edits: { [production]: ociSource("tag: 0.0.2") },
    refused: [`${production}:9: OCIRepository flux-system/platform goes from 0.0.3 down to 0.0.2`],
  },
  {
    what: "a lower tag that somebody says is a back-out",
    edits: { [production]: ociSource("tag: 0.0.2") },
    context: { messages: ["Take 0.0.3 back\n\nIt loses requests.\n\nBack-out: flux-system/platform 0.0.3"] },
    refused: [],
  },
  {
    what: "a back-out of another version than the one that runs",
    edits: { [production]: ociSource("tag: 0.0.2") },
    context: { messages: ["Back-out: flux-system/platform 0.0.2"] },
    refused: [`${production}:9: OCIRepository flux-system/platform goes from 0.0.3 down to 0.0.2`],
  },
  {
    what: "a lower range in staging",
    edits: { "clusters/staging/platform.yaml": ociSource("semver: 0.0.x") },
    context: { before: { "clusters/staging/platform.yaml": ociSource("semver: 0.1.x") } },
    refused: [
      "clusters/staging/platform.yaml:9: OCIRepository flux-system/platform goes from 0.1.x down to 0.0.x",
    ],
  },
  {
    what: "a lower chart, compared as versions and not as text",
    edits: { [keda]: release("version: 2.9.3") },
    refused: [`${keda}:10: HelmRelease keda/keda goes from 2.18.1 down to 2.9.3`],
  },
  {
    what: "a version that YAML reads as a number",
    edits: { "apps/a.yaml": release("version: 1.9", "a") },
    context: { before: { "apps/a.yaml": release("version: 1.10", "a") } },
    refused: ["apps/a.yaml:10: HelmRelease a/a goes from 1.10 down to 1.9"],
  },
  {
    what: "a lower chart in a file of another name",
    edits: { [keda]: null, "platform/services/autoscaling.yaml": release("version: 2.17.0") },
    refused: ["platform/services/autoscaling.yaml:10: HelmRelease keda/keda goes from 2.18.1 down to 2.17.0"],
  },
  {
    what: "a lower chart in another cluster's directory",
    edits: { "clusters/staging/keda.yaml": release("version: 2.17.0") },
    refused: [],
  },
  {
    what: "a pre-release of the version that runs",
    edits: { [keda]: release("version: 2.18.1-rc.1") },
    refused: [`${keda}:10: HelmRelease keda/keda goes from 2.18.1 down to 2.18.1-rc.1`],
  },

  // Directories of sandboxes.
  {
    what: "the directory of a sandbox, once for all its files, and with its branch in it",
    edits: {
      "clusters/sandbox-a/platform.yaml": gitSource("branch: TICKET-1-try"),
      "clusters/sandbox-a/apps.yaml": "a: 1\n",
      "clusters/sandbox/apps.yaml": "a: 1\n",
      "clusters/sandboxes.yaml": "a: 1\n",
    },
    refused: [
      "clusters/sandbox-a/apps.yaml:1: clusters/sandbox-a is the directory of a sandbox",
      "clusters/sandbox/apps.yaml:1: clusters/sandbox is the directory of a sandbox",
    ],
  },
  {
    what: "the directory of a sandbox deleted",
    edits: { "clusters/sandbox-a/platform.yaml": null },
    context: { before: { "clusters/sandbox-a/platform.yaml": "a: 1\n" } },
    refused: [],
  },

  // Scaling of applications.
  {
    what: "a ScaledObject of an application in the platform",
    edits: { "platform/service-configs/scaler.yaml": `# Proof\n---\n${scaledObject("app-a")}` },
    refused: ["platform/service-configs/scaler.yaml:3: ScaledObject app-a/cpu is an application's"],
  },
  {
    what: "a ScaledObject below apps/ in a change that also touches the platform",
    edits: { [keda]: release("version: 2.18.2"), "apps/app-a/scaler.yaml": scaledObject("app-a") },
    refused: ["apps/app-a/scaler.yaml:1: ScaledObject app-a/cpu is an application's"],
  },
  {
    what: "a ScaledObject below apps/ in a change of its own",
    edits: { "apps/app-a/scaler.yaml": scaledObject("app-a") },
    refused: [],
  },
  {
    what: "a ScaledObject of the platform's own service",
    edits: { "platform/service-configs/scaler.yaml": scaledObject("keda") },
    refused: [],
  },
  {
    what: "a ScaledObject that stands unchanged in a file that is changed",
    edits: { "platform/service-configs/scaler.yaml": `${scaledObject("app-a")}---\na: 1\n` },
    context: { before: { "platform/service-configs/scaler.yaml": scaledObject("app-a") } },
    refused: [],
  },
  {
    what: "a ScaledObject that is edited",
    edits: { "platform/service-configs/scaler.yaml": scaledObject("app-a", 30) },
    context: { before: { "platform/service-configs/scaler.yaml": scaledObject("app-a") } },
    refused: ["platform/service-configs/scaler.yaml:1: ScaledObject app-a/cpu is an application's"],
  },

  // Everything at once.
  {
    what: "all that is wrong, in the order of the files, and what is no YAML among it",
    edits: {
      [sync]: "a: 1\n",
      [development]: gitSource("branch: x"),
      [production]: ociSource("tag: latest"),
      [keda]: release("version: 2.0.0"),
      "clusters/sandbox-a/a.yaml": "a: 1\n",
      "platform/services/broken.yaml": "a: 1\nb: [\nc: 2\n",
      "platform/services/scaler.yaml": scaledObject("app-a"),
    },
    refused: [
      `${sync}:1: is added`,
      `${development}:9: GitRepository flux-system/platform follows the branch x`,
      `${production}:9: OCIRepository flux-system/platform takes latest`,
      "clusters/sandbox-a/a.yaml:1: clusters/sandbox-a is the directory of a sandbox",
      "platform/services/broken.yaml:3: is not YAML",
      `${keda}:10: HelmRelease keda/keda goes from 2.18.1 down to 2.0.0`,
      "platform/services/scaler.yaml:1: ScaledObject app-a/cpu is an application's",
    ],
  },
];

describe("the guard", () => {
  for (const { what, edits, context, refused } of cases) {
    it(`${refused.length === 0 ? "lets pass" : "refuses"} ${what}`, () => {
      const findings = judge(changeOf(edits, context));
      const heads = findings.map((finding) => formatFinding(finding).split("\n")[0] ?? "");
      const matched = heads.map((head, index) => {
        const expected = refused[index];
        return expected !== undefined && head.startsWith(expected) ? expected : head;
      });
      assert.deepEqual(matched, refused);
      for (const { remedy } of findings) assert.ok(remedy.length > 10, "a refusal says what to do");
    });
  }
});
