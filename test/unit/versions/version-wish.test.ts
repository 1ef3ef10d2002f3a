import assert from "node:assert/strict";
import { formatMinor } from "../../../src/versions/minor.ts";
import { resolveVersion } from "../../../src/versions/version-wish.ts";

const stack = "organization/kubernetes-sdlc/development";

describe("kubernetesVersion", () => {
  for (const [wish, expected] of [
    ["development", "1.34"],
    ["next", "1.35"],
    ["1.33", "1.33"],
  ] as const) {
    it(`${wish} is ${expected} where Development runs 1.34`, () => {
      assert.equal(formatMinor(resolveVersion(wish, { stack, kubernetesVersion: "1.34" })), expected);
    });
  }

  it("as a literal needs no Development", () => {
    assert.equal(formatMinor(resolveVersion("1.35", { stack, fault: "does not exist" })), "1.35");
    assert.equal(formatMinor(resolveVersion("1.35", undefined)), "1.35");
  });

  for (const [fault, text] of [
    ["does not exist", "does not exist"],
    [undefined, "has not been deployed yet"],
  ] as const) {
    it(`names the Development that ${text}, and what to set instead`, () => {
      assert.throws(() => resolveVersion("next", { stack, fault }), {
        name: "UserError",
        message:
          `kubernetesVersion: "next" needs the stack ${stack}, which ${text}.\n` +
          `  Deploy it (pulumi up --stack ${stack}), name another with the setting "development", or set a version: pulumi config set kubernetesVersion 1.35`,
      });
    });
  }
});
