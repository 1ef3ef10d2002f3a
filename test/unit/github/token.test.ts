import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { branch } from "../../../src/github/branch.ts";
import { tokenToFind, tokenToMake } from "../../../src/github/token.ts";
import type { Difference, OperationContext, Properties } from "../../../src/plugin/implementation.ts";
import * as operations from "../../../src/plugin/operations.ts";
import { clusterDrain } from "../../../src/teardown/drain/cluster-drain.ts";
import { ledger } from "../../../src/teardown/ledger/ledger.ts";

const context: OperationContext<undefined> = {
  configuration: undefined,
  urn: "urn",
  name: "one",
  type: "any",
  signal: new AbortController().signal,
  timeoutSeconds: (fallback) => fallback,
  status: () => undefined,
  log: () => undefined,
};

const place = { host: "github.com", owner: "acme", repository: "platform" };
const subject = { stack: "sandbox-a", environment: "sandbox", region: "eu-west-1" };

const branchInputs = (token?: string): Properties => ({
  ...place,
  branch: "cluster/sandbox-a",
  commit: "0a1b",
  directory: "clusters/a",
  files: { "clusters/a/one.yaml": "one\n" },
  message: "Clone",
  ...(token !== undefined && { token }),
});

const ledgerInputs = (token?: string): Properties => ({
  ...subject,
  allowDestroy: true,
  git: {
    ...place,
    clusterBranch: "cluster/sandbox-a",
    ticketBranch: "TICKET-1",
    ...(token !== undefined && { token }),
  },
});

describe("a token for GitHub", () => {
  const before = process.env["GITHUB_TOKEN"];
  beforeEach(() => {
    delete process.env["GITHUB_TOKEN"];
  });
  after(() => {
    if (before === undefined) delete process.env["GITHUB_TOKEN"];
    else process.env["GITHUB_TOKEN"] = before;
  });

  const ledgerDiff = (inputs: Properties, outputs: Properties, news: Properties): Promise<Difference> =>
    operations.diff(ledger, context, { id: "1", inputs, outputs: { ...outputs, account: "1" } }, news);

  it("is no change of a ledger, whichever it is", async () => {
    const recorded = ledgerInputs();
    for (const [old, young] of [
      ["one", "two"],
      ["one", undefined],
      [undefined, "two"],
    ]) {
      assert.deepEqual(await ledgerDiff(ledgerInputs(old), recorded, ledgerInputs(young)), { changes: [] });
    }
    const other = { ...ledgerInputs("two"), allowDestroy: false };
    assert.deepEqual(await ledgerDiff(ledgerInputs("one"), recorded, other), {
      changes: [{ path: "allowDestroy", kind: "update", replace: false }],
    });
  });

  it("that an earlier release has left in the outputs is taken out of them, in place", async () => {
    assert.deepEqual(await ledgerDiff(ledgerInputs("one"), ledgerInputs("one"), ledgerInputs()), {
      changes: [{ path: "git.token", kind: "delete", replace: false }],
    });
    const resource = { id: "1", inputs: ledgerInputs("one"), outputs: ledgerInputs("one") };
    const outputs = await operations.update(ledger, context, resource, ledgerInputs("two"));
    assert.deepEqual(outputs, { ...ledgerInputs(), account: undefined });

    const old = { ...branchInputs("one"), head: "c10e" };
    const found = await operations.diff(
      branch,
      context,
      { id: "1", inputs: branchInputs("one"), outputs: old },
      branchInputs(),
    );
    assert.deepEqual(found.changes, [{ path: "token", kind: "delete", replace: false }]);
  });

  it("is the stack's own for what is made, and that of whoever runs it for what is found again", () => {
    process.env["GITHUB_TOKEN"] = "ambient";
    assert.equal(tokenToMake("configured", "it"), "configured");
    assert.equal(tokenToMake(undefined, "it"), "ambient");
    assert.equal(tokenToFind("recorded", "it"), "ambient");
    process.env["GITHUB_TOKEN"] = "";
    assert.equal(tokenToFind("recorded", "it"), "recorded");
  });

  it("that nobody has is said with what it is for, and what to do", async () => {
    const nobody =
      /branch cluster\/sandbox-a of acme\/platform: there is no token .*\n.*export GITHUB_TOKEN=…/;
    const recorded = { id: "1", inputs: branchInputs(), outputs: {} };
    await assert.rejects(branch.delete(context, recorded), { name: "UserError", message: nobody });
    await assert.rejects(branch.read(context, recorded), { name: "UserError", message: nobody });
    await assert.rejects(branch.create(context, branchInputs()), { name: "UserError", message: nobody });
  });

  it("is asked for before a destroy deletes anything, where the state holds none", async () => {
    const reports = await mkdtemp(path.join(tmpdir(), "reports-"));
    process.env["SDLC_REPORTS"] = reports;
    const inputs = { ...subject, allowDestroy: true, clusterName: "sandbox-a", needsGitHubToken: true };
    try {
      await assert.rejects(clusterDrain.delete(context, { id: "1", inputs, outputs: {} }), {
        name: "UserError",
        message: /stack sandbox-a: there is no token .*\n.*export GITHUB_TOKEN=…/,
      });
    } finally {
      delete process.env["SDLC_REPORTS"];
      await rm(reports, { recursive: true });
    }
  });
});
