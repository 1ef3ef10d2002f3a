import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { parseAllDocuments } from "yaml";
import { cloneCluster, type CloneRequest } from "../../../src/git/cluster-clone.ts";

const platform = `# Development follows main. # not this branch: main
---
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: platform,   namespace: flux-system}   # laid out by hand
spec:
    interval: 1m
    url: https://github.com/acme/platform.git
    ref:
        branch:   "main"   # what Development follows
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata:
  name: platform-services
spec:
  path: ./platform/services
  sourceRef: { kind: GitRepository, name: platform }
`;

function clone(
  files: Readonly<Record<string, string>>,
  change: Partial<CloneRequest> = {},
): Record<string, string> {
  const all = { "platform.yaml": platform, ...files };
  const request = {
    files: new Map(Object.entries(all).map(([name, content]) => [`clusters/development/${name}`, content])),
    from: "clusters/development",
    to: "clusters/sandbox-a",
    repository: "https://github.com/acme/platform.git",
    branch: "TICKET-123-add-keda",
    ...change,
  };
  return Object.fromEntries(cloneCluster(request));
}

describe("the clone of Development", () => {
  it("has the same files under the sandbox's name, byte for byte but for the branch", () => {
    const notes = "Not YAML: [\n";
    const files = clone({ "apps/podinfo.yaml": "a: 1 # kept\n", "NOTES.md": notes });
    assert.deepEqual(files, {
      "clusters/sandbox-a/NOTES.md": notes,
      "clusters/sandbox-a/apps/podinfo.yaml": "a: 1 # kept\n",
      "clusters/sandbox-a/platform.yaml": platform.replace('"main"', "TICKET-123-add-keda"),
    });
  });

  it("leaves out what belongs to the cluster that was cloned", () => {
    const files = clone({ "flux-system/gotk-sync.yaml": "a: 1\n", "flux-system-notes.yaml": "b: 2\n" });
    assert.deepEqual(Object.keys(files), [
      "clusters/sandbox-a/flux-system-notes.yaml",
      "clusters/sandbox-a/platform.yaml",
    ]);
  });

  for (const ref of ["{ tag: v1.0.0 }", "{ branch: main, commit: 0123abc }", "\n      semver: 1.x"]) {
    it(`follows the branch alone where Development has ref: ${ref.trim()}`, () => {
      const source = platform.replace(/ref:\n.*/, `ref: ${ref}`);
      const edited = clone({ "platform.yaml": source })["clusters/sandbox-a/platform.yaml"] ?? "";
      const [first] = parseAllDocuments(edited);
      assert.deepEqual((first?.toJS() as { spec: { ref: unknown } }).spec.ref, {
        branch: "TICKET-123-add-keda",
      });
      assert.match(edited, /laid out by hand/);
    });
  }

  it("quotes a branch that YAML would read as something else", () => {
    const edited = clone({}, { branch: "123" })["clusters/sandbox-a/platform.yaml"] ?? "";
    const [first] = parseAllDocuments(edited);
    assert.equal((first?.toJS() as { spec: { ref: { branch: unknown } } }).spec.ref.branch, "123");
  });

  it("leads Kustomizations of the root source into its own directory, and no others", () => {
    const kustomization = (path: string, source: string): string =>
      `apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata:\n  name: apps\n` +
      `spec:\n  path: ${path} # kept\n  sourceRef:\n    kind: GitRepository\n    name: ${source}\n`;
    const files = clone({
      "a.yaml": kustomization("./clusters/development/apps", "flux-system"),
      "b.yaml": kustomization("./clusters/development/apps", "platform"),
      "c.yaml": kustomization("./clusters/development-2", "flux-system"),
    });
    assert.match(files["clusters/sandbox-a/a.yaml"] ?? "", /path: \.\/clusters\/sandbox-a\/apps # kept/);
    assert.match(files["clusters/sandbox-a/b.yaml"] ?? "", /path: \.\/clusters\/development\/apps # kept/);
    assert.match(files["clusters/sandbox-a/c.yaml"] ?? "", /path: \.\/clusters\/development-2 # kept/);
  });

  it("is refused where nothing leads to the ticket branch", () => {
    assert.throws(
      () => clone({ "platform.yaml": "a: 1\n" }),
      /^UserError: clusters\/development: has no GitRepository platform/,
    );
    assert.throws(
      () => clone({}, { repository: "https://github.com/acme/other.git" }),
      /leads to https:\/\/github\.com\/acme\/platform\.git, and the ticket branch is in .*other\.git/,
    );
  });

  it("is refused where a file is no YAML, by the file's name", () => {
    assert.throws(
      () => clone({ "broken.yaml": "a: [\n" }),
      /^UserError: clusters\/development\/broken\.yaml: cannot be cloned/,
    );
  });

  it("works on the starter repository", () => {
    const path = "clusters/development/platform.yaml";
    const starter = readFileSync(new URL(`../../../gitops/${path}`, import.meta.url), "utf8");
    const files = clone({ "platform.yaml": starter });
    assert.deepEqual(files, {
      "clusters/sandbox-a/platform.yaml": starter.replace("branch: main", "branch: TICKET-123-add-keda"),
    });
  });
});
