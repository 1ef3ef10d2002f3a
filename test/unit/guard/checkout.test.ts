import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { execa } from "execa";
import { guard } from "../../../commands/guard.ts";
import type { ChangeRequest } from "../../../commands/read-change.ts";
import { gitSource, ociSource, release } from "./change-of.ts";

const keda = "platform/services/keda.yaml";
const production = "clusters/production/platform.yaml";
const program = path.resolve("commands/guard.ts");

describe("the guard on a checkout", function () {
  this.timeout(60_000);
  let folder: string;
  let checkout: string;

  const git = async (...args: string[]): Promise<string> =>
    (await execa("git", ["-C", checkout, ...args], { all: true })).all;
  const write = async (file: string, content: string): Promise<void> => {
    await mkdir(path.dirname(path.join(checkout, file)), { recursive: true });
    await writeFile(path.join(checkout, file), content);
  };
  const commit = async (files: Readonly<Record<string, string>>, message = "Change"): Promise<void> => {
    for (const [file, content] of Object.entries(files)) await write(file, content);
    await git("add", "--all");
    await git("commit", "--quiet", "--message", message);
  };
  const refused = async (request: Partial<ChangeRequest> = {}): Promise<string[]> =>
    (await guard({ checkout, base: "main", ...request })).findings.map(({ file, line }) => `${file}:${line}`);

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "guard "));
    checkout = path.join(folder, "platform");
    const bare = path.join(folder, "origin.git");
    await execa("git", ["init", "--quiet", "--bare", "--initial-branch=main", bare]);
    await execa("git", ["clone", "--quiet", bare, checkout]);
    for (const [key, value] of [
      ["user.name", "Engineer"],
      ["user.email", "engineer@example.com"],
    ] as const)
      await git("config", key, value);
    await commit({
      "clusters/development/platform.yaml": gitSource("branch: main"),
      [production]: ociSource("tag: 0.0.3"),
      [keda]: release("version: 2.18.1"),
    });
    await git("push", "--quiet", "origin", "HEAD:main");
    await git("checkout", "--quiet", "-b", "TICKET-1-try");
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it("looks at what is committed, what is not, and what Git does not know yet", async () => {
    assert.deepEqual(await refused(), []);
    await commit({ "clusters/development/platform.yaml": gitSource("branch: x") });
    await write(keda, release("version: 2.18.0"));
    await write("clusters/sandbox-a/platform.yaml", gitSource("branch: x"));
    assert.deepEqual(await refused(), [
      "clusters/development/platform.yaml:9",
      "clusters/sandbox-a/platform.yaml:1",
      `${keda}:10`,
    ]);
    assert.deepEqual(await refused({ commit: "HEAD" }), ["clusters/development/platform.yaml:9"]);
  });

  it("does not blame a branch for what main did since it was made", async () => {
    await git("checkout", "--quiet", "main");
    await commit({ [keda]: release("version: 2.18.3") });
    await git("push", "--quiet", "origin", "main");
    await git("checkout", "--quiet", "TICKET-1-try");
    await commit({ "platform/services/other.yaml": release("version: 1.0.0", "other") });
    assert.deepEqual(await refused(), []);
    await commit({ [keda]: release("version: 2.18.2") });
    assert.deepEqual(await refused(), [`${keda}:10`]);
  });

  it("compares with the branch of the remote, not with a local one of last week", async () => {
    await git("checkout", "--quiet", "main");
    await commit({ [production]: ociSource("tag: 0.0.5") });
    await git("push", "--quiet", "origin", "main");
    await git("reset", "--quiet", "--hard", "HEAD~1");
    await git("checkout", "--quiet", "TICKET-1-try");
    await commit({ [production]: ociSource("tag: 0.0.4") });
    assert.deepEqual(await refused(), [`${production}:9`]);
  });

  it("takes a back-out from the message of the commit", async () => {
    const message = "Take 0.0.3 back\n\nBack-out: flux-system/platform 0.0.3";
    await commit({ [production]: ociSource("tag: 0.0.2") }, message);
    assert.deepEqual(await refused(), []);
  });

  it("says what is missing where there is nothing to compare", async () => {
    await assert.rejects(guard({ checkout: folder, base: "main" }), /is no checkout of a Git repository/);
    await assert.rejects(guard({ checkout, base: "trunk" }), /has no trunk to compare with/);
    await git("checkout", "--quiet", "--orphan", "alone");
    await git("commit", "--quiet", "--allow-empty", "--message", "Alone");
    await assert.rejects(guard({ checkout, base: "main" }), /have no commit in common/);
  });

  it("ends with 1 as a command, with every reason, and with 0 where there is none", async () => {
    const run = (...args: string[]): Promise<{ exitCode?: number; stdout: string; stderr: string }> =>
      execa(process.execPath, [program, checkout, ...args], {
        reject: false,
        env: { GITHUB_ACTIONS: "true" },
      });
    const clean = await run();
    assert.equal(clean.exitCode, 0);
    assert.match(clean.stdout, /The change of 0 files for main holds nothing that the guard refuses\./);
    await write(keda, release("version: 2.18.0"));
    await write(production, ociSource("tag: latest"));
    const { exitCode, stdout, stderr } = await run();
    assert.equal(exitCode, 1);
    assert.match(stderr, /^The change of 2 files for main is refused for 2 reasons\.$/m);
    assert.match(stderr, /^clusters\/production\/platform\.yaml:9: /m);
    assert.match(
      stdout,
      /^::error file=platform\/services\/keda\.yaml,line=10::HelmRelease keda\/keda goes/m,
    );
    assert.equal((await run("--no-such-option")).exitCode, 1);
  });

  it("stops a push as a hook, and lets pass what is right, what is deleted and a sandbox's own branch", async () => {
    const installed = await execa(process.execPath, [program, checkout, "--install-hook"]);
    assert.match(installed.stdout, /pre-push looks at every push from here on/);
    // A second time it takes the place of itself.
    await execa(process.execPath, [program, checkout, "--install-hook"]);
    const push = (...args: string[]): Promise<{ exitCode?: number; all: string }> =>
      execa("git", ["-C", checkout, "push", "origin", ...args], { reject: false, all: true });

    await commit({ "platform/services/other.yaml": release("version: 1.0.0", "other") });
    const right = await push("TICKET-1-try");
    assert.equal(right.exitCode, 0, right.all);
    await commit({ "clusters/development/platform.yaml": gitSource("branch: TICKET-1-try") });
    // What lies about uncommitted is not pushed, and not looked at.
    await write(keda, release("version: 1.0.0"));
    const wrong = await push("TICKET-1-try");
    assert.equal(wrong.exitCode, 1);
    assert.match(wrong.all, /The push of TICKET-1-try is refused for 1 reason\.\n.*platform\.yaml:9: /);
    assert.equal((await push("HEAD:main")).exitCode, 1);
    assert.equal((await push("HEAD:refs/heads/cluster/sandbox-a")).exitCode, 0);
    assert.equal((await push(":TICKET-1-try")).exitCode, 0);
  });

  it("leaves somebody else's hook alone, and says what to add to it", async () => {
    await git("config", "core.hooksPath", "hooks of ours");
    await write("hooks of ours/pre-push", "#!/bin/sh\nexit 0\n");
    const { exitCode, stderr } = await execa(process.execPath, [program, checkout, "--install-hook"], {
      reject: false,
    });
    assert.equal(exitCode, 1);
    assert.match(stderr, /hooks of ours\/pre-push: is there already, and is not the guard's/);
    assert.equal(
      await readFile(path.join(checkout, "hooks of ours/pre-push"), "utf8"),
      "#!/bin/sh\nexit 0\n",
    );
  });

  it("takes less than 3 s of a processor for a repository of 1000 manifests", async () => {
    for (let index = 0; index < 1000; index += 1) {
      const name = `service-${index}`;
      await write(`platform/services/${name}.yaml`, release("version: 1.0.0", name));
    }
    await commit({});
    // What others do on this machine meanwhile counts in seconds that pass, and not in this.
    const started = process.cpuUsage();
    assert.equal((await guard({ checkout, base: "main" })).files, 1000);
    const { user, system } = process.cpuUsage(started);
    const took = (user + system) / 1000;
    assert.ok(took < 3000, `it took ${Math.round(took)} ms`);
  });
});
