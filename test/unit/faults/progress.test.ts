import assert from "node:assert/strict";
import { watchProgress } from "../../faults/progress.ts";

describe("The watch over a destroy", () => {
  it("ends when nothing moves any more", async () => {
    const stuck = await watchProgress(() => Promise.resolve("the same"), 1, AbortSignal.timeout(8_000));
    assert.ok(stuck !== undefined && stuck < 4, String(stuck));
  });

  it("takes a state that cannot be had for no progress", async () => {
    const unanswered = await watchProgress(
      () => Promise.reject(new Error("no answer")),
      1,
      AbortSignal.timeout(8_000),
    );
    assert.ok(unanswered !== undefined);
  });

  it("goes on for as long as something moves", async () => {
    let looks = 0;
    const state = (): Promise<string> => Promise.resolve(String((looks += 1)));
    assert.equal(await watchProgress(state, 1, AbortSignal.timeout(3_500)), undefined);
    assert.ok(looks > 2);
  });
});
