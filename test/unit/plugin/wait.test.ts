import assert from "node:assert/strict";
import { Interrupted } from "../../../src/plugin/failures.ts";
import { waitFor } from "../../../src/plugin/wait.ts";

describe("waiting", () => {
  const options = (timeoutSeconds: number, signal = new AbortController().signal) => {
    const lines: string[] = [];
    return {
      what: "the thing",
      timeoutSeconds,
      signal,
      lines,
      status: (line: string) => void lines.push(line),
    };
  };

  it("ends with the probe's value, and says each state once", async () => {
    const states = ["a", "a", "b"];
    const waiting = options(60);
    const value = await waitFor(waiting, () => {
      const state = states.shift();
      return Promise.resolve(state === undefined ? { done: { value: 7 } } : { state });
    });
    assert.equal(value, 7);
    assert.deepEqual(waiting.lines, ["waiting for the thing (a)", "waiting for the thing (b)"]);
  });

  it("gives up in time, with the last state", async () => {
    const stuck = () => Promise.resolve({ state: "stuck" });
    await assert.rejects(waitFor(options(0), stuck), /timed out after 0 s waiting for the thing \(stuck\)/);
  });

  it("stops at once when it is interrupted", async () => {
    const interruption = new AbortController();
    const waiting = waitFor(options(60, interruption.signal), () => {
      interruption.abort();
      return Promise.resolve({});
    });
    await assert.rejects(waiting, Interrupted);
  });
});
