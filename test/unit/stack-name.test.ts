import assert from "node:assert/strict";
import fc from "fast-check";
import { environmentOf } from "../../src/stack-name.ts";

describe("stack name", () => {
  for (const [stack, environment] of [
    ["canary", "canary"],
    ["development", "development"],
    ["staging", "staging"],
    ["production", "production"],
    ["sandbox-a", "sandbox"],
    ["sandbox-team-7-keda", "sandbox"],
  ] as const) {
    it(`${stack} is of the class ${environment}`, () => {
      assert.equal(environmentOf(stack), environment);
    });
  }

  for (const stack of ["qa", "prod", "Development", "production-2", ""]) {
    it(`refuses ${JSON.stringify(stack)}, which no class has`, () => {
      assert.throws(() => environmentOf(stack), {
        name: "UserError",
        message:
          `Stack ${JSON.stringify(stack)}: no class of environment has this name.\n` +
          "  Name it sandbox-<something>, canary, development, staging or production, for instance: pulumi stack init sandbox-a",
      });
    });
  }

  for (const stack of [
    "sandbox",
    "sandbox-",
    "sandbox-A",
    "sandbox--a",
    "sandbox-a-",
    "sandbox_a",
    "sandboxes",
  ]) {
    it(`refuses ${stack} with the rule for a sandbox's name`, () => {
      assert.throws(() => environmentOf(stack), /a sandbox's name is lower-case letters and digits/);
    });
  }

  it("takes a sandbox for nothing else, whatever follows the hyphen", () => {
    const part = fc.stringMatching(/^[a-z0-9]{1,6}$/);
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 4 }), (parts) => {
        assert.equal(environmentOf(["sandbox", ...parts].join("-")), "sandbox");
      }),
    );
  });
});
