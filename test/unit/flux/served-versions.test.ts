import assert from "node:assert/strict";
import { outdatedObjects } from "../../../src/flux/served-versions.ts";

const definition = (group: string, kind: string, versions: readonly [string, boolean, boolean][]) => ({
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: `${kind.toLowerCase()}s.${group}` },
  spec: {
    group,
    names: { kind },
    versions: versions.map(([name, served, storage]) => ({ name, served, storage })),
  },
});
const install = [
  { apiVersion: "v1", kind: "Namespace", metadata: { name: "flux-system" } },
  definition("helm.toolkit.fluxcd.io", "HelmRelease", [
    ["v2", true, true],
    ["v2beta2", true, false],
    ["v2beta1", false, false],
  ]),
  definition("source.toolkit.fluxcd.io", "HelmRepository", [["v1", true, true]]),
];

const file = (...objects: readonly string[]): ReadonlyMap<string, string> =>
  new Map([["clusters/development/apps.yaml", objects.map((object) => `---\n${object}`).join("")]]);
const object = (apiVersion: string, kind: string): string =>
  `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata:\n  name: podinfo\n`;

describe("API versions that a release of Flux takes", () => {
  it("are those that its kinds serve, deprecated ones included", () => {
    const taken = [
      object("helm.toolkit.fluxcd.io/v2", "HelmRelease"),
      object("helm.toolkit.fluxcd.io/v2beta2", "HelmRelease"),
      object("source.toolkit.fluxcd.io/v1", "HelmRepository"),
    ];
    assert.deepEqual(outdatedObjects(file(...taken), install), []);
  });

  it("are named for every object that has another, with its file", () => {
    const outdated = [
      object("helm.toolkit.fluxcd.io/v2beta1", "HelmRelease"),
      object("source.toolkit.fluxcd.io/v1beta2", "HelmRepository"),
    ];
    assert.deepEqual(outdatedObjects(file(...outdated), install), [
      {
        what: "clusters/development/apps.yaml: HelmRelease podinfo: this Flux takes no helm.toolkit.fluxcd.io/v2beta1 any more.",
        remedy:
          "Write apiVersion: helm.toolkit.fluxcd.io/v2 there, on the ticket branch, and run pulumi up again.",
      },
      {
        what: "clusters/development/apps.yaml: HelmRepository podinfo: this Flux takes no source.toolkit.fluxcd.io/v1beta2 any more.",
        remedy:
          "Write apiVersion: source.toolkit.fluxcd.io/v1 there, on the ticket branch, and run pulumi up again.",
      },
    ]);
  });

  it("say nothing of what Flux does not define, nor of what is no object", () => {
    const foreign = [
      object("kyverno.io/v1", "ClusterPolicy"),
      object("kustomize.config.k8s.io/v1beta1", "Kustomization"),
      "# nothing but a comment\n",
      "- a\n- list\n",
    ];
    assert.deepEqual(outdatedObjects(file(...foreign), install), []);
    assert.deepEqual(outdatedObjects(new Map([["clusters/development/notes.md", "{"]]), install), []);
  });
});
