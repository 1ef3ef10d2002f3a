/** The process of a suite, on files that end it in every way there is. */
import assert from "node:assert/strict";
import path from "node:path";
import { identify } from "../../../local/process-records.ts";
import { runLane, type LaneRequest, type LaneResult } from "../../runner/lane-process.ts";
import { processesOf } from "../../runner/leftovers.ts";
import type { LaneMessage } from "../../runner/outcome.ts";

const fixtures = path.join(import.meta.dirname, "..", "..", "fixtures", "runner");

const run = (fixture: string, more: Partial<LaneRequest> = {}): Promise<LaneResult> =>
  runLane({
    files: [path.join(fixtures, fixture)],
    overdueSeconds: 60,
    patienceMilliseconds: 500,
    live: false,
    signal: new AbortController().signal,
    onMessage: () => undefined,
    ...more,
  });

describe("the process of a suite", function () {
  this.timeout(60_000);

  it("counts what passed, failed and was skipped, and keeps what was printed", async () => {
    const { output, tests, ...counts } = await run("one-of-each.ts");
    assert.deepEqual(counts, { passed: 1, failed: 1, skipped: 1, failures: ["a suite fails"] });
    assert.deepEqual(
      tests.map(({ title, state }) => [title, state]),
      [
        ["a suite passes", "passed"],
        ["a suite fails", "failed"],
        ["a suite is skipped", "skipped"],
      ],
    );
    assert.match(output, /1 passing.*AssertionError \[ERR_ASSERTION\]: on purpose/s);
  });

  for (const [fixture, passed, failure] of [
    ["without-tests.ts", 0, /^no test was run$/],
    ["unloadable.ts", 0, /^ended with code 1 before its first test$/],
    ["ends-half-way.ts", 1, /^ended with code 7 in "a suite ends the process"$/],
    ["leaves-a-process.ts", 1, /^left running: .*node.* left$/],
  ] as const) {
    it(`counts as failed with ${fixture}`, async () => {
      const result = await run(fixture);
      assert.deepEqual([result.passed, result.failed], [passed, 1]);
      assert.match(result.failures[0] ?? "", failure);
      if (fixture === "unloadable.ts") assert.match(result.output, /not to be loaded/);
    });
  }

  it("is stopped with what it started, whatever that does against it", async () => {
    const stopping = new AbortController();
    const begun = (message: LaneMessage): void => {
      if (message.kind !== "begin") return;
      setTimeout(() => {
        stopping.abort();
      }, 500);
    };
    const { failures, output } = await run("hangs.ts", { signal: stopping.signal, onMessage: begun });
    assert.deepEqual(failures, ['ended with signal SIGTERM in "a suite hangs"']);
    const pid = Number(/stubborn: (\d+)/.exec(output)?.[1]);
    assert.ok(pid > 0);
    assert.equal(await identify(pid), undefined);
  });

  it("is stopped when it takes far too long", async () => {
    const { failures } = await run("hangs.ts", { overdueSeconds: 2 });
    assert.deepEqual(failures, ['stopped in "a suite hangs", because it took far too long']);
  });

  it("finds what it started by the folder, and nothing of another", () => {
    const listing = [
      "   12 /usr/bin/node daemon.ts --port=1 TMPDIR=/tmp/t-a LANG=C",
      "   13 etcd --name x HOME=/root TMPDIR=/tmp/t-ab",
      "   14 grep TMPDIR=/tmp/t-a/x",
      "  150 kwok HOME=/root TMPDIR=/tmp/t-a",
    ].join("\n");
    assert.deepEqual(processesOf(listing, "/tmp/t-a"), [
      { pid: 12, command: "/usr/bin/node daemon.ts --port=1" },
      { pid: 150, command: "kwok" },
    ]);
  });
});
