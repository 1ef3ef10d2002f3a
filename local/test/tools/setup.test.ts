/** The set-up, as `make tools` runs it, in a cache of its own in which most tools seem to be built. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { cacheFolder } from "../../folders.ts";
import { goTools, toolPath } from "../../tools/catalogue.ts";
import { pythonPrograms } from "../../tools/python.ts";
import { command } from "../../../test/support/command.ts";

describe("the set-up of the tools", function () {
  this.timeout(30_000);
  let cache: string;

  beforeEach(async () => {
    cache = await mkdtemp(path.join(tmpdir(), "cache test-"));
  });

  afterEach(() => rm(cache, { recursive: true, force: true }));

  async function seemBuilt(missing: readonly string[]): Promise<void> {
    const built = goTools.filter(({ name }) => !missing.includes(name)).map(({ name }) => toolPath(name));
    for (const file of [...built, path.join(path.dirname(pythonPrograms), "complete")]) {
      const there = path.join(cache, path.relative(cacheFolder, file));
      await mkdir(path.dirname(there), { recursive: true });
      await writeFile(there, "");
    }
  }

  /** A PATH on which a program of that name is found first, which does what `script` says. */
  async function pretend(name: string, script: string): Promise<Record<string, string>> {
    const folder = path.join(cache, "bin");
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    return { PATH: [folder, process.env["PATH"] ?? ""].join(path.delimiter) };
  }

  it("does nothing, and says nothing, where everything is there", async () => {
    await seemBuilt([]);
    const noGo = await pretend("go", "exit 1");
    const { exitCode, all } = await command("tools", { SDLC_CACHE: cache, ...noGo });
    assert.deepEqual({ exitCode, all }, { exitCode: 0, all: "" });
  });

  it("builds no engine where the user has one", async () => {
    await seemBuilt(["pulumi", "pulumi-language-nodejs"]);
    await pretend("pulumi", "echo v3.250.0");
    const found = await pretend("pulumi-language-nodejs", "");
    const { exitCode, all } = await command("tools", { SDLC_CACHE: cache, ...found });
    assert.deepEqual({ exitCode, all }, { exitCode: 0, all: "" });
  });

  for (const [how, proxy] of [
    ["that nobody serves", "https://127.0.0.1:1"],
    ["that is turned off", "off"],
  ] as const) {
    it(`names the one tool that is missing, and the remedy, at a module proxy ${how}`, async () => {
      await seemBuilt(["kwok"]);
      const { exitCode, stderr, stdout } = await command("tools", {
        SDLC_CACHE: cache,
        GOPROXY: proxy,
        GOMODCACHE: path.join(cache, "modules"),
      });
      assert.equal(exitCode, 1);
      assert.match(stdout, /^Setting up 1 tools in .*; from nothing this usually takes 1 min\.$/m);
      const [empty, cause, remedy] = stderr.slice(stderr.indexOf("\nerror: ")).split("\n");
      assert.equal(empty, "");
      assert.equal(cause, "error: Could not build kwok v0.8.0: a package registry could not be reached.");
      assert.match(remedy ?? "", /^ {2}Connect to the network .* run the same command again/);
      assert.doesNotMatch(stderr, /^\s+at .*\.ts:\d+/m);
      assert.ok(!existsSync(path.join(cache, path.relative(cacheFolder, toolPath("kwok")))));
      assert.deepEqual(await readdir(path.join(cache, "build")), []);
    });
  }

  it("ends at the first failure, whatever else is being built", async () => {
    await seemBuilt(["pulumi-language-nodejs", "etcd"]);
    const go = await pretend(
      "go",
      'case "$*" in *etcd*) exec sleep 600;; esac\necho "no space left" >&2\nexit 1',
    );
    const { exitCode, stderr } = await command("tools", { SDLC_CACHE: cache, ...go });
    assert.equal(exitCode, 1);
    assert.match(stderr, /error: Could not build pulumi-language-nodejs v3\.68\.0\.\n[^]*no space left/);
  });

  it("names the program that the machine lacks", async () => {
    await seemBuilt(["kwok"]);
    const { exitCode, stderr } = await command("tools", {
      SDLC_CACHE: cache,
      PATH: path.join(cache, "nothing"),
    });
    assert.equal(exitCode, 1);
    assert.match(
      stderr,
      /error: Could not build kwok v0\.8\.0: the program go was not found\.\n {2}Install Go/,
    );
  });
});
