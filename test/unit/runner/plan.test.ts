import assert from "node:assert/strict";
import { existsSync, globSync } from "node:fs";
import path from "node:path";
import { laneCount, needsOf, planOf } from "../../runner/plan.ts";
import { quickSuites, suites, type Suite } from "../../runner/suites.ts";

const GiB = 1024 ** 3;
const checkout = path.join(import.meta.dirname, "..", "..", "..");
const suite = (name: string, more: Partial<Suite> = {}): Suite => ({
  path: name,
  needs: "nothing",
  seconds: 1,
  ...more,
});

describe("the plan of a test run", () => {
  it("gives a file to the suite with the longest path, once", () => {
    const all = [suite("test/a"), suite("test/a/b.test.ts"), suite("test/a/b")];
    const files = ["test/a/b.test.ts", "test/a/b/c.test.ts", "test/a/d.test.ts", "test/a/d.test.ts"];
    const plan = planOf(files, all).map(({ suite: { path: name }, files: own }) => [name, own]);
    assert.deepEqual(Object.fromEntries(plan), {
      "test/a": ["test/a/d.test.ts"],
      "test/a/b": ["test/a/b/c.test.ts"],
      "test/a/b.test.ts": ["test/a/b.test.ts"],
    });
  });

  it("takes no folder for another whose name begins the same", () => {
    assert.throws(() => planOf(["test/ab/c.test.ts"], [suite("test/a")]), /No suite stands for test\/ab/);
  });

  it("has the longest first", () => {
    const all = [suite("test/short"), suite("test/longer", { seconds: 20 })];
    const files = all.map(({ path: name }) => `${name}/x.test.ts`);
    assert.deepEqual(
      planOf(files, all).map((work) => work.suite.path),
      ["test/longer", "test/short"],
    );
  });

  it("needs what its suites need, and nothing else", () => {
    const all = [
      suite("test/a"),
      suite("test/b", { needs: "moto" }),
      suite("test/c", { needs: "everything" }),
    ];
    assert.deepEqual(needsOf(planOf(["test/a/x.test.ts", "test/b/x.test.ts"], all)).sort(), [
      "moto",
      "nothing",
    ]);
  });

  it("runs a suite for each core, as far as memory goes, and always one", () => {
    assert.equal(laneCount(2, 22 * GiB), 2);
    assert.equal(laneCount(2, 11 * GiB), 2);
    assert.equal(laneCount(8, 21 * GiB), 4);
    assert.equal(laneCount(2, GiB), 1);
  });
});

describe("the table of suites", () => {
  const files = globSync("{test,local/test}/**/*.test.ts", { cwd: checkout });

  it("stands for every test file", () => {
    assert.ok(files.length > 100);
    assert.equal(planOf(files, suites).flatMap((work) => work.files).length, files.length);
  });

  it("has no line that stands for nothing", () => {
    const used = new Set(planOf(files, suites).map((work) => work.suite));
    assert.deepEqual(
      suites.filter((line) => !used.has(line) || !existsSync(path.join(checkout, line.path))),
      [],
    );
  });

  it("has the quick suites need nothing", () => {
    const quick = files.filter((file) => quickSuites.some((folder) => file.startsWith(`${folder}/`)));
    assert.deepEqual(needsOf(planOf(quick, suites)), ["nothing"]);
  });
});
