import assert from "node:assert/strict";
import { replaceFlags } from "../../tools/go-build.ts";

describe("the replace lines that a build repeats", () => {
  const siblings = { "k8s.io/": "v0.35.0" };
  const cases: readonly (readonly [string, string, { Path: string; Version?: string }, string[]])[] = [
    [
      "a fork at a version",
      "github.com/a/b",
      { Path: "github.com/fork/b", Version: "v1.2.3" },
      ["-replace=github.com/a/b=github.com/fork/b@v1.2.3"],
    ],
    [
      "a folder of the repository, published at a known version",
      "k8s.io/api",
      { Path: "./staging/src/k8s.io/api" },
      ["-replace=k8s.io/api=k8s.io/api@v0.35.0"],
    ],
    ["a parent folder", "k8s.io/api", { Path: "../api" }, ["-replace=k8s.io/api=k8s.io/api@v0.35.0"]],
    ["an absolute folder", "k8s.io/api", { Path: "/src/api" }, ["-replace=k8s.io/api=k8s.io/api@v0.35.0"]],
    ["a folder without a known version", "example.com/tools", { Path: "./tools" }, []],
  ];
  for (const [name, replaced, by, flags] of cases) {
    it(`are right for ${name}`, () => {
      const file = { Replace: [{ Old: { Path: replaced }, New: by }], Require: null };
      assert.deepEqual(replaceFlags(file, siblings), flags);
    });
  }

  it("are none where the module has none", () => {
    assert.deepEqual(replaceFlags({ Replace: null, Require: null }, siblings), []);
  });
});
