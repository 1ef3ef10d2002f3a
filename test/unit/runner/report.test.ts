import assert from "node:assert/strict";
import { closingLine, failures, heartbeat, times, type Row } from "../../runner/report.ts";

const row = (suite: string, more: Partial<Row> = {}): Row => ({
  suite,
  seconds: 1,
  passed: 0,
  failed: 0,
  skipped: 0,
  tests: [],
  failures: [],
  ...more,
});

describe("the report of a test run", () => {
  it("ends with the line that scripts read", () => {
    assert.equal(
      closingLine([row("a", { passed: 3 }), row("b", { passed: 4, failed: 1 })]),
      "7 passed, 1 failed",
    );
    assert.equal(closingLine([row("a", { passed: 3, skipped: 2 })]), "3 passed, 0 failed, 2 skipped");
  });

  it("has the time of each suite, and the ten slowest tests of all", () => {
    const tests = Array.from({ length: 8 }, (_, index) => ({
      title: `test ${index}`,
      state: "passed" as const,
      milliseconds: index * 1000,
    }));
    const lines = times([
      row("a", { seconds: 5, passed: 8, tests }),
      row("b", { seconds: 90, passed: 1, tests }),
    ]);
    assert.deepEqual(lines.slice(0, 5), [
      "Seconds by suite:",
      "    90  b, 1 test passed",
      "     5  a, 8 tests passed",
      "The slowest tests, in seconds:",
      "     7  a: test 7",
    ]);
    assert.equal(lines.length, 4 + 10);
    assert.equal(lines.at(-1), "     3  b: test 3");
  });

  it("names what failed by its suite", () => {
    assert.deepEqual(failures([row("a", { failures: ["one", "two"] }), row("b")]), [
      "Failed: a: one",
      "Failed: a: two",
    ]);
  });

  it("says meanwhile what runs, how far it is and how long it takes", () => {
    const running = [{ suite: "a", seconds: 12, usualSeconds: 90, testsDone: 1 }];
    assert.equal(
      heartbeat(40, running, { suites: 2, of: 5, failed: 0 }),
      "40 s: 2 of 5 suites done; now a 12 s of usually 90 s, 1 test done",
    );
    assert.match(heartbeat(40, running, { suites: 2, of: 5, failed: 3 }), /done, 3 failed so far; now/);
  });
});
