/** `npm run expired` on a file backend: what is past its day, and what is left after a destroy of all of it. */
import assert from "node:assert/strict";
import { destroyAll, destroyWith, expiredText, findExpired } from "../../commands/expired.ts";
import { TestBackend } from "../support/backend.ts";

const now = new Date("2026-11-25T12:00:00Z");

describe("expired", function () {
  this.timeout(240_000);
  let backend: TestBackend;

  before(async () => {
    backend = await TestBackend.create();
    const settings = {
      "aws:region": "eu-west-1",
      endpoint: { allowedCidrs: ["203.0.113.0/24"] },
      tags: { ticket: "TICKET-7", owner: "team-a" },
      flux: { enabled: false },
    };
    const stacks = {
      "sandbox-a": "2026-11-01",
      "sandbox-b": "2026-11-20",
      "sandbox-c": "2026-11-22",
      "sandbox-d": "2026-12-24",
    };
    for (const [stack, expiry] of Object.entries(stacks)) {
      await backend.init(stack, settings);
      const outputs = { kubernetesVersion: "1.35", createdOn: "2026-10-25", expiry };
      // What is protected stops its destroy, as anything else that cannot be deleted does.
      await backend.deployed(stack, outputs, { protected: stack === "sandbox-a" });
    }
  });

  after(() => backend.remove());

  it("lists what is past its day, with age, owner and cost", async () => {
    const found = await findExpired(backend.pulumi, now);
    assert.deepEqual(
      found.map(({ stack, owner, ticket, daysOld, daysOver }) => [stack, owner, ticket, daysOld, daysOver]),
      [
        ["sandbox-a", "team-a", "TICKET-7", 31, 24],
        ["sandbox-b", "team-a", "TICKET-7", 31, 5],
        ["sandbox-c", "team-a", "TICKET-7", 31, 3],
      ],
    );
    const text = expiredText(found);
    assert.match(
      text,
      /│ sandbox-b │ team-a │ TICKET-7 │ 2026-11-20, 5 days ago +│ 31 days │ \$269\.75 +│ \$264\.67 │/,
    );
  });

  it("says whose a stack is by what it exported, where its settings cannot be read", async () => {
    for (const stack of ["sandbox-e", "sandbox-f"]) {
      await backend.init(stack, { "aws:region": "eu-west-1", cidr: "no block of addresses" });
      const who = stack === "sandbox-e" ? { owner: "team-e", ticket: "TICKET-9" } : {};
      await backend.deployed(stack, { expiry: "2026-11-23", ...who });
    }
    const found = (await findExpired(backend.pulumi, now)).filter(({ expiry }) => expiry === "2026-11-23");
    const text = expiredText(found);
    assert.match(text, /│ sandbox-e │ team-e │ TICKET-9 │ 2026-11-23/);
    assert.match(text, /│ sandbox-f │ \? +│ \? +│ 2026-11-23/);
    for (const stack of ["sandbox-e", "sandbox-f"]) await destroyWith(backend.pulumi)(stack, false);
  });

  it("destroys the ones behind one that stops, and names that one", async () => {
    const names = (await findExpired(backend.pulumi, now)).map(({ stack }) => stack);
    assert.deepEqual(await destroyAll(names, destroyWith(backend.pulumi), 2), ["sandbox-a"]);
    const left = await backend.pulumi.listStacks();
    assert.deepEqual(
      left.map(({ name }) => name),
      ["sandbox-a", "sandbox-d"],
    );
  });

  it("begins no other after Ctrl-C", async () => {
    const begun: string[] = [];
    const left = await destroyAll(
      ["sandbox-a", "sandbox-b", "sandbox-c"],
      (stack) => {
        begun.push(stack);
        return Promise.resolve({ exitCode: 255, interrupted: true });
      },
      1,
    );
    assert.deepEqual(begun, ["sandbox-a"]);
    assert.deepEqual(left, ["sandbox-a", "sandbox-b", "sandbox-c"]);
  });
});
