import assert from "node:assert/strict";
import fc from "fast-check";
import {
  clusterBranch,
  defaultBranchPattern,
  isBranchName,
  patternFault,
  ticketBranchFault,
} from "../../../src/git/branch-names.ts";

const rules = { pattern: defaultBranchPattern, ticket: "TICKET-123", base: "main" };

describe("the name of a ticket branch", () => {
  it("is the ticket and what it is about", () => {
    assert.equal(ticketBranchFault("TICKET-123-add-keda", rules), undefined);
    assert.equal(ticketBranchFault("OPS2-7-x", { ...rules, ticket: undefined }), undefined);
  });

  for (const [branch, fault] of [
    ["main", "is where ticket branches start from"],
    ["cluster/sandbox-a", "such branches are deleted with a sandbox"],
    ["TICKET-123", "does not match"],
    ["TICKET-123-Add-KEDA", "does not match"],
    ["TICKET-12-add-keda", "does not begin with the ticket of this stack, TICKET-123"],
    ["TICKET-1234-add-keda", "does not begin with the ticket of this stack, TICKET-123"],
    ["TICKET-123-add keda", "Git does not take"],
    ["TICKET-123-add..keda", "Git does not take"],
  ] as const) {
    it(`is not ${branch}`, () => {
      assert.match(ticketBranchFault(branch, rules) ?? "", new RegExp(fault));
    });
  }

  it("follows the pattern of the settings, and no pattern lets a cluster's branch or the base through", () => {
    const any = { pattern: ".*", ticket: undefined, base: "main" };
    assert.equal(ticketBranchFault("feature/x", any), undefined);
    assert.notEqual(ticketBranchFault("main", any), undefined);
    assert.notEqual(ticketBranchFault(clusterBranch("sandbox-a"), any), undefined);
  });

  it("is never what Git refuses", () => {
    const refused = [
      "-x",
      "/x",
      "x/",
      "x.",
      "a//b",
      "a..b",
      "a@{b",
      "@",
      ".a",
      "a/.b",
      "a.lock",
      "a.lock/b",
      "a b",
      "a~1",
      "",
    ];
    assert.deepEqual(refused.filter(isBranchName), []);
    fc.assert(
      fc.property(
        fc.string(),
        fc.constantFrom("..", "@{", "~", "^", ":", "?", "*", "[", "\\", " ", "\u007f"),
        (text, bad) => {
          assert.equal(isBranchName(`a${text}${bad}b`), false);
        },
      ),
    );
  });
});

describe("a pattern for branches", () => {
  it("is a regular expression or has a fault", () => {
    assert.equal(patternFault("^OPS-"), undefined);
    assert.match(patternFault("(") ?? "", /is no regular expression/);
  });
});
