/** Which suite runs when, on files that take long or no time. */
import assert from "node:assert/strict";
import path from "node:path";
import type { Work } from "../../runner/plan.ts";
import { runSuites } from "../../runner/schedule.ts";
import type { Suite } from "../../runner/suites.ts";

const fixtures = path.join(import.meta.dirname, "..", "..", "fixtures", "runner");
const work = (name: string, fixture: string, runs?: Suite["runs"]): Work => ({
  suite: { path: name, needs: "nothing", seconds: 1, ...(runs && { runs }) },
  files: [path.join(fixtures, fixture)],
});
/** In the order in which they ended. */
const ended = async (...all: readonly Work[]): Promise<string[]> => {
  const signal = new AbortController().signal;
  const rows = await runSuites(all, { lanes: 1, signal, print: () => undefined });
  assert.deepEqual([...new Set(rows.map(({ passed, failed }) => `${passed} ${failed}`))], ["1 0"]);
  return rows.map(({ suite }) => suite);
};

describe("the schedule of a test run", function () {
  this.timeout(60_000);

  it("has what mostly waits run beside the others, in a lane more", async () => {
    assert.deepEqual(
      await ended(work("slow", "slow.ts"), work("next", "quick.ts"), work("waits", "quick.ts", "beside")),
      ["waits", "slow", "next"],
    );
  });

  it("has what looks at the others' work begin when all have ended", async () => {
    assert.deepEqual(
      await ended(
        work("last", "quick.ts", "last"),
        work("slow", "slow.ts"),
        work("beside", "slow.ts", "beside"),
      ).then((names) => names.at(-1)),
      "last",
    );
  });

  it("names in the list of failures what kept a suite from running, and goes on", async () => {
    const before = process.env["TMPDIR"];
    process.env["TMPDIR"] = path.join(fixtures, "no such folder");
    try {
      const signal = new AbortController().signal;
      const both = [work("one", "quick.ts"), work("two", "quick.ts")];
      const rows = await runSuites(both, { lanes: 1, signal, print: () => undefined });
      assert.equal(rows.length, 2);
      for (const { failures } of rows)
        assert.match(failures.join(), /^its process did not run to its end: ENOENT.*no such folder/);
    } finally {
      if (before === undefined) delete process.env["TMPDIR"];
      else process.env["TMPDIR"] = before;
    }
  });
});
