/** The closing question to Git, with GitHub's answers said by the test. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { RepositoryApi, type GitHubAnswer } from "../../../../src/github/api.ts";
import { Journal } from "../../../../src/teardown/journal.ts";
import { countGit } from "../../../../src/teardown/ledger/git.ts";

const git = {
  host: "github.com",
  owner: "acme",
  repository: "platform",
  token: "ghp_of_the_test",
  clusterBranch: "cluster/sandbox-a",
  ticketBranch: "TICKET-1",
};

describe("the question to Git, of a repository that GitHub does not show", () => {
  // Put back as it was, and never called by itself.
  const before = Object.getOwnPropertyDescriptor(RepositoryApi.prototype, "call") ?? {};
  let folder: string;
  let asked: string[];

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "sdlc git-"));
    asked = [];
    RepositoryApi.prototype.call = (method, where): Promise<GitHubAnswer> => {
      asked.push(`${method} ${where}`);
      return Promise.resolve({ status: 404, body: { message: "Not Found" } });
    };
  });

  afterEach(() => {
    Object.defineProperty(RepositoryApi.prototype, "call", before);
    rmSync(folder, { recursive: true });
  });

  it("stops, and says what to do", async () => {
    const journal = new Journal("sandbox-a", folder);
    await assert.rejects(
      countGit(git, journal, { mayDelete: true, mayBeGone: false }),
      /answers 404 for the repository, so it is not known whether the branch is gone[^]*GITHUB_TOKEN[^]*ON_STUCK=force/,
    );
    assert.deepEqual([journal.read(), asked], [[], ["GET "]]);
  });

  it("ends by force, with the branch not known, and deletes nothing", async () => {
    const journal = new Journal("sandbox-a", folder);
    const counted = await countGit(git, journal, { mayDelete: true, mayBeGone: true });
    assert.deepEqual(counted, { left: [], kept: [] });
    const told = journal.read().map((event) => (event.type === "not-known" ? event.thing.what : event.type));
    assert.deepEqual(told, ["branch cluster/sandbox-a of acme/platform"]);
    assert.deepEqual(asked, ["GET "]);
  });
});
