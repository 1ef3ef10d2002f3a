import assert from "node:assert/strict";
import {
  continued,
  deadlines,
  differs,
  noCourse,
  tableHead,
  tableRow,
  verdict,
  type Observation,
  type Verdict,
} from "../../../src/prove/observation.ts";

const seen = (change: Partial<Observation>): Observation => ({
  seconds: 0,
  load: "running",
  utilization: 200,
  desired: 1,
  replicas: 1,
  ready: 1,
  hindrance: "",
  ...change,
});

/** The verdict after the last of several looks. */
function after(...observations: readonly Partial<Observation>[]): Verdict {
  let course = noCourse;
  let result: Verdict = { state: "goes-on" };
  for (const observation of observations.map(seen)) {
    assert.equal(result.state, "goes-on", "a proof goes on after its end");
    course = continued(course, observation);
    result = verdict(course, observation);
  }
  return result;
}

describe("a proof", () => {
  it("is one when the replicas went up under load and came back after it", () => {
    const up = [{ load: "starting" as const }, { seconds: 20, replicas: 3 }];
    const over = { seconds: 62, load: "over" as const };
    assert.deepEqual(after(...up, { ...over, replicas: 3 }), { state: "goes-on" });
    assert.deepEqual(after(...up, { ...over, replicas: 3 }, { ...over, seconds: 80 }), { state: "proved" });
  });

  it("is none while the load goes on, although the replicas are back", () => {
    assert.deepEqual(after({ replicas: 3 }, { seconds: 30 }), { state: "goes-on" });
  });

  it("is none if nothing happened", () => {
    assert.deepEqual(after({}, { seconds: 60, load: "over" }), { state: "goes-on" });
  });

  const failures: readonly (readonly [string, readonly Partial<Observation>[], RegExp])[] = [
    ["the load test fails", [{ load: "failed" }], /^the load test failed$/],
    [
      "the load test does not run, with what its container waits for",
      [{ load: "starting", seconds: deadlines.load, hindrance: "ErrImagePull: no such host" }],
      /^the load test did not run after 180 s: ErrImagePull: no such host$/,
    ],
    [
      "there are no more replicas, with what the autoscaler says",
      [
        { seconds: 60, load: "over", hindrance: "no metrics returned" },
        { seconds: 60 + deadlines.up, load: "over", hindrance: "no metrics returned" },
      ],
      /^there were no more replicas under load: no metrics returned$/,
    ],
    [
      "the replicas stay",
      [
        { seconds: 60, load: "over", replicas: 4 },
        { seconds: 60 + deadlines.down, load: "over", replicas: 2 },
      ],
      /^there were still 2 replicas 240 s after the load$/,
    ],
  ];
  for (const [name, observations, reason] of failures) {
    it(`fails if ${name}`, () => {
      const result = after(...observations);
      assert.match(result.state === "failed" ? result.reason : result.state, reason);
    });
  }
});

describe("the table of a proof", () => {
  it("has each figure under its name", () => {
    assert.deepEqual(
      [
        tableHead,
        tableRow(seen({ seconds: 15, desired: 3, replicas: 3 })),
        tableRow(seen({ utilization: undefined })),
      ],
      [
        "      time      load       CPU    wanted  replicas     ready",
        "      15 s   running     200 %         3         3         1",
        "       0 s   running         -         1         1         1",
      ],
    );
  });

  it("has a row where anything but the time is another", () => {
    assert.ok(differs(undefined, seen({})));
    assert.ok(!differs(seen({}), seen({ seconds: 2 })));
    assert.ok(differs(seen({}), seen({ seconds: 2, ready: 0 })));
  });
});
