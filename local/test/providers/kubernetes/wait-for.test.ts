import assert from "node:assert/strict";
import { parseWaitFor } from "../../../providers/kubernetes/wait-for.ts";

const volume = {
  status: {
    phase: "Bound",
    size: 3,
    conditions: [{ type: "Ready", status: "False", reason: "Slow", message: "still at it" }],
  },
};

describe("pulumi.com/waitFor", () => {
  it("is met by a path that exists or has the value, and by a condition", () => {
    const met = [
      "jsonpath={.status.phase}",
      "jsonpath={.status.phase}=Bound",
      "jsonpath={$.status.size}=3",
      "condition=Ready=False",
    ];
    const unmet = [
      "jsonpath={.status.other}",
      "jsonpath={.status.phase}=Lost",
      "condition=Ready",
      "condition=Absent",
    ];
    const filtered = 'jsonpath={.status.conditions[?(@.type=="Ready")].status}=False';
    for (const text of [...met, filtered, JSON.stringify(met)])
      assert.deepEqual(parseWaitFor(text)(volume), { ready: true }, text);
    for (const text of [...unmet, JSON.stringify([...met, ...unmet])])
      assert.equal(parseWaitFor(text)(volume).ready, false, text);
  });

  it("says what it waits for", () => {
    assert.equal(
      parseWaitFor("condition=Ready")(volume).message,
      "Waiting for condition Ready=True (Slow: still at it)",
    );
    assert.equal(
      parseWaitFor("jsonpath={.status.phase}=Lost")(volume).message,
      "Waiting for {.status.phase} to be Lost, it is Bound",
    );
  });

  it("refuses what is neither a path nor a condition", () => {
    assert.throws(() => parseWaitFor("Ready"), /expected a "jsonpath=" or "condition=" prefix, got "Ready"/);
    assert.throws(() => parseWaitFor("jsonpath=.status.phase"), /should be wrapped in brackets/);
    assert.throws(() => parseWaitFor("jsonpath={.status.phase}="), /requires a value/);
    assert.throws(() => parseWaitFor("[]"), /at least one condition/);
  });
});
