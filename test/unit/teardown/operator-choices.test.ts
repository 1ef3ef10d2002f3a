import assert from "node:assert/strict";
import { UserError } from "../../../src/errors.ts";
import { readChoices } from "../../../src/teardown/operator-choices.ts";

describe("choices of the operator", () => {
  it("stops at what is stuck for ten minutes unless told otherwise", () => {
    assert.deepEqual(readChoices({}, "production"), {
      teardown: "run",
      onStuck: "stop",
      deadlineSeconds: 600,
    });
  });

  it("takes each of the variables", () => {
    const env = {
      SDLC_TEARDOWN: "skip",
      SDLC_TEARDOWN_ON_STUCK: "force",
      SDLC_TEARDOWN_DEADLINE: "30",
    };
    assert.deepEqual(readChoices(env, "sandbox"), {
      teardown: "skip",
      onStuck: "force",
      deadlineSeconds: 30,
    });
  });

  it("reports all mistakes at once, each with what is allowed", () => {
    const env = { SDLC_TEARDOWN: "no", SDLC_TEARDOWN_ON_STUCK: "strip", SDLC_TEARDOWN_DEADLINE: "0" };
    assert.throws(
      () => readChoices(env, "sandbox"),
      (error: unknown) => {
        assert.ok(error instanceof UserError);
        assert.deepEqual(
          error.mistakes.map(({ what }) => what),
          [
            'SDLC_TEARDOWN: given "no", allowed are run and skip.',
            'SDLC_TEARDOWN_ON_STUCK: given "strip", allowed are stop and force.',
            'SDLC_TEARDOWN_DEADLINE: given "0", allowed are seconds from 1 to 86400.',
          ],
        );
        return true;
      },
    );
  });

  it("forces nothing outside of a sandbox", () => {
    for (const environment of ["development", "staging", "production"] as const) {
      assert.throws(
        () => readChoices({ SDLC_TEARDOWN_ON_STUCK: "force" }, environment),
        new RegExp(`for sandboxes alone, and this stack is ${environment}`),
      );
    }
  });
});
