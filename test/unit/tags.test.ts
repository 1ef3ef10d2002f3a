import assert from "node:assert/strict";
import fc from "fast-check";
import { stackTag, tagsOf } from "../../src/tags.ts";

const sandbox = { project: "kubernetes-sdlc", stack: "sandbox-a", environment: "sandbox" } as const;

describe("tags", () => {
  it("say whose a resource is, of which class, for which ticket, by whom and until when", () => {
    const tags = tagsOf({ ...sandbox, ticket: "TICKET-1", owner: "team@example.com", expiry: "2026-12-31" });
    assert.deepEqual(tags, {
      "sdlc:stack": "kubernetes-sdlc/sandbox-a",
      "sdlc:environment": "sandbox",
      "sdlc:ticket": "TICKET-1",
      "sdlc:owner": "team@example.com",
      "sdlc:expiry": "2026-12-31",
    });
  });

  it("leave out what is not known, for AWS would store an empty value", () => {
    assert.deepEqual(Object.keys(tagsOf(sandbox)), ["sdlc:stack", "sdlc:environment"]);
  });

  it("tell any two stacks apart by the stack's tag alone", () => {
    const name = fc.stringMatching(/^[a-z0-9-]{1,8}$/);
    fc.assert(
      fc.property(name, name, name, name, (project, stack, otherProject, otherStack) => {
        const same = project === otherProject && stack === otherStack;
        assert.equal(stackTag(project, stack) === stackTag(otherProject, otherStack), same);
      }),
    );
  });
});
