import assert from "node:assert/strict";
import { attachProviders } from "../../../engine/providers.ts";
import type { Repository } from "../../../internet/repository.ts";
import { folderWith, startTestInternet, type TestInternet } from "../../internet/support.ts";
import { EngineProject, type EngineRun } from "../engine-project.ts";

type Command = "preview" | "up" | "refresh" | "destroy";

const prelude = `
import * as pulumi from "@pulumi/pulumi";
import * as github from "@pulumi/github";
const provider = new github.Provider("github", { owner: "acme", token: pulumi.secret(process.env.TEST_TOKEN) });
const options = { provider };
const repository = "platform";
`;

const branch = (name: string): string =>
  `const work = new github.Branch("work", { repository, branch: ${JSON.stringify(name)} }, options);\n`;
const file = (content: string, overwrite = false): string =>
  `new github.RepositoryFile("file", { repository, branch: work.branch, file: "a/b.yaml",
     content: ${JSON.stringify(content)}, overwriteOnCreate: ${overwrite} }, options);\n`;

describe("GitHub provider stand-in on the real engine and the local api.github.com", function () {
  this.timeout(120_000);
  let net: TestInternet;
  let repository: Repository;
  let project: EngineProject;
  /** Of the stand-in alone. */
  let environment: Readonly<Record<string, string>> = {};

  before(async () => {
    net = await startTestInternet();
    const source = await folderWith(net.folder, {
      "README.md": "hello\n",
      "clusters/development/x.yaml": "x: 1\n",
    });
    repository = await net.internet.addRepository("acme", "platform", source);
  });
  after(() => net.stop());
  beforeEach(async () => {
    project = await EngineProject.create({
      TEST_TOKEN: net.internet.accounts.get("platform-engineer").token,
    });
  });
  afterEach(() => {
    environment = {};
    return project.remove();
  });

  /** The stand-in runs as it does for a user: in a process of its own, which is led to the local internet. */
  async function run(command: Command, program?: string): Promise<EngineRun> {
    if (program !== undefined) await project.program(prelude + program);
    const attached = await attachProviders(["github"], { ...net.internet.environment, ...environment });
    try {
      const port = Number(attached.debugProviders.split(":")[1]);
      return await project.run(command, [{ package: "github", port, close: () => undefined }]);
    } finally {
      await attached.close();
    }
  }

  const head = (name: string): Promise<string | undefined> => repository.resolve(`refs/heads/${name}`);
  const content = async (name: string): Promise<string> =>
    (await repository.blob((await repository.resolve(`refs/heads/${name}:a/b.yaml`)) ?? "")).toString();

  it("makes a branch from main and a commit for each change of a file, and takes both away", async () => {
    const up = await run("up", branch("one") + file("first\n"));
    assert.deepEqual(up.diagnostics, []);
    assert.equal(await content("one"), "first\n");
    assert.deepEqual((await run("up")).changes, { same: 4 });
    await run("up", branch("one") + file("second\n"));
    assert.equal(await content("one"), "second\n");
    const log = await repository.log((await head("one")) ?? "", "a/b.yaml", 10);
    assert.deepEqual(
      log.map(({ message }) => message.trim()),
      ["Update a/b.yaml", "Add a/b.yaml"],
    );
    assert.equal((await run("destroy")).failed, false);
    assert.equal(await head("one"), undefined);
  });

  it("logs in with GITHUB_TOKEN where the provider has no token, and a token that goes replaces nothing", async () => {
    assert.equal((await run("up", branch("ambient"))).failed, false);
    const ambient = prelude.replace(", token: pulumi.secret(process.env.TEST_TOKEN)", "");
    const without = ambient + branch("ambient");
    environment = { GITHUB_TOKEN: "ghp_000000000000000000000000000000000000" };
    const recorded = await run("refresh");
    assert.deepEqual([recorded.failed, recorded.diagnostics], [false, []]);
    environment = { GITHUB_TOKEN: net.internet.accounts.get("platform-engineer").token };
    await project.program(without);
    const dropped = await run("up");
    assert.deepEqual([dropped.failed, dropped.changes], [false, { same: 2, update: 1 }]);
    environment = { GITHUB_TOKEN: "ghp_000000000000000000000000000000000000" };
    assert.match((await run("refresh")).diagnostics.join("\n"), /401 Bad credentials/);
    environment = { GITHUB_TOKEN: net.internet.accounts.get("platform-engineer").token };
    assert.deepEqual((await run("up")).changes, { same: 3 });
    assert.equal((await run("destroy")).failed, false);
  });

  it("takes a branch as it is where there is one, and fails to delete one that is gone", async () => {
    const start = (await head("main")) ?? "";
    await repository.createRef("refs/heads/two", start);
    assert.deepEqual((await run("up", branch("two"))).diagnostics, []);
    assert.equal(await head("two"), start);
    await repository.deleteRef("refs/heads/two");
    const destroy = await run("destroy");
    assert.match(
      destroy.diagnostics.join("\n"),
      /error deleting GitHub branch reference acme\/platform \(refs\/heads\/two\).*422/,
    );
    await run("refresh");
    assert.equal((await run("destroy")).failed, false);
  });

  it("refuses to overwrite a file unless it is told to, and to write over a change it has not seen", async () => {
    await repository.createRef("refs/heads/three", (await head("main")) ?? "");
    const author = { name: "x", email: "x@example.com" };
    const commit = async (text: string): Promise<void> => {
      const at = (await head("three")) ?? "";
      const change = {
        branch: "three",
        path: "a/b.yaml",
        content: Buffer.from(text),
        message: "by hand",
        author,
      };
      await repository.commitFile(at, change);
    };
    await commit("by hand\n");
    const refused = await run("up", branch("three") + file("ours\n"));
    assert.match(refused.diagnostics.join("\n"), /refusing to overwrite existing file/);
    assert.deepEqual((await run("up", branch("three") + file("ours\n", true))).diagnostics, []);
    await commit("by hand again\n");
    const stale = await run("up", branch("three") + file("theirs\n", true));
    assert.match(stale.diagnostics.join("\n"), /409 a\/b\.yaml does not match/);
    assert.equal(await content("three"), "by hand again\n");
  });

  it("reads what is there, and answers with an empty id for what is not", async () => {
    const program = `
      const main = await github.getBranch({ repository, branch: "main" }, options);
      const { entries } = await github.getTree({ repository, treeSha: main.sha, recursive: true }, options);
      export const paths = entries.filter(({ type }) => type === "blob").map(({ path }) => path);
      const found = await github.getRepositoryFile({ repository, branch: main.sha, file: "clusters/development/x.yaml" }, options);
      export const content = found.content;
      const none = await github.getBranch({ repository, branch: "none" }, options);
      export const missing = [none.id, none.sha === undefined];
    `;
    assert.deepEqual((await run("up", program)).diagnostics, []);
    assert.deepEqual(await project.outputs(), {
      paths: ["README.md", "clusters/development/x.yaml"],
      content: "x: 1\n",
      missing: ["", true],
    });
  });

  it("lets a deploy key in for reading, makes another for every change, and takes it away", async () => {
    const key = (title: string): string =>
      `const key = new github.RepositoryDeployKey("key", { repository, title: ${JSON.stringify(title)}, key: "ssh-ed25519 AAAA" }, options);
       export const readOnly = key.readOnly;`;
    assert.deepEqual((await run("up", key("one"))).diagnostics, []);
    assert.deepEqual(await project.outputs(), { readOnly: true });
    const preview = await run("preview", key("two"));
    assert.equal(preview.changes["replace"], 1);
    assert.equal((await run("destroy")).failed, false);
    assert.deepEqual((await run("up", key("one"))).diagnostics, []);
    await run("destroy");
  });

  it("words a refusal as GitHub's client does, without the token", async () => {
    const program = branch("four").replace("repository,", 'repository: "none",');
    const refused = (await run("up", program)).diagnostics.join("\n");
    assert.match(
      refused,
      /error querying GitHub branch reference acme\/none \(refs\/heads\/main\): GET https:\/\/api\.github\.com\/repos\/acme\/none.*404 Not Found/,
    );
    assert.doesNotMatch(refused, /ghp_/);
  });
});
