import assert from "node:assert/strict";
import { goBuilds, goTools } from "../../tools/catalogue.ts";
import { programName, replacements } from "../../tools/go-build.ts";

describe("the replace lines that a build repeats", () => {
  const siblings = { "k8s.io/": "v0.35.0" };
  type Target = { Path: string; Version?: string };
  const file = (Path: string, New: Target) => ({ Replace: [{ Old: { Path }, New }] });
  const cases: readonly (readonly [string, string, Target, Target | undefined])[] = [
    [
      "a fork at a version",
      "github.com/a/b",
      { Path: "github.com/fork/b", Version: "v1.2.3" },
      { Path: "github.com/fork/b", Version: "v1.2.3" },
    ],
    [
      "a folder of the repository, published at a known version",
      "k8s.io/api",
      { Path: "./staging/src/k8s.io/api" },
      { Path: "k8s.io/api", Version: "v0.35.0" },
    ],
    ["a parent folder", "k8s.io/api", { Path: "../api" }, { Path: "k8s.io/api", Version: "v0.35.0" }],
    ["an absolute folder", "k8s.io/api", { Path: "/src/api" }, { Path: "k8s.io/api", Version: "v0.35.0" }],
    ["a folder without a known version", "example.com/tools", { Path: "./tools" }, undefined],
  ];
  for (const [name, replaced, by, expected] of cases) {
    it(`are right for ${name}`, () => {
      const found = replacements([{ file: file(replaced, by), siblings }]);
      assert.deepEqual(found, new Map(expected ? [[replaced, expected]] : []));
    });
  }

  it("are none where the module has none", () => {
    assert.deepEqual(replacements([{ file: { Replace: null } }]), new Map());
  });

  it("take the newer of two versions, whichever module names it", () => {
    const older = file("a.com/d", { Path: "a.com/d", Version: "v1.0.1-0.20220411205349-bde1400a84be" });
    const newer = file("a.com/d", { Path: "a.com/d", Version: "v1.0.1-0.20231025023718-d50d2fe9c98a" });
    for (const modules of [
      [older, newer],
      [newer, older],
    ]) {
      const found = replacements(modules.map((module) => ({ file: module })));
      assert.equal(found.get("a.com/d")?.Version, "v1.0.1-0.20231025023718-d50d2fe9c98a");
    }
  });
});

describe("the name of a program", () => {
  it("is the last part of its package's path that is no version", () => {
    assert.equal(programName("go.etcd.io/etcd/server/v3"), "server");
    assert.equal(programName("github.com/kedacore/keda/v2/cmd/operator"), "operator");
  });

  it("is another one for each program of a build, and of the catalogue", () => {
    for (const { programs } of goBuilds) {
      const names = programs.map((tool) => programName(tool.package));
      assert.equal(new Set(names).size, programs.length, names.join(" "));
    }
    assert.equal(new Set(goTools.map(({ name }) => name)).size, goTools.length);
  });
});
