/** The set-up, as `make tools` runs it, in a cache of its own in which most tools seem to be built. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import which from "which";
import { cacheFolder } from "../../folders.ts";
import { goTools, toolPath } from "../../tools/catalogue.ts";
import { pythonPrograms } from "../../tools/python.ts";
import { wheelProgram } from "../../tools/wheels.ts";
import { command } from "../../../test/support/command.ts";

describe("the set-up of the tools", function () {
  this.timeout(30_000);
  let cache: string;

  beforeEach(async () => {
    cache = await mkdtemp(path.join(tmpdir(), "cache test-"));
  });

  afterEach(() => rm(cache, { recursive: true, force: true }));

  /** Where a file of the machine's cache would be in the test's own. */
  const inCache = (file: string): string => path.join(cache, path.relative(cacheFolder, file));

  async function seemBuilt(missing: readonly string[]): Promise<void> {
    const built = goTools.filter(({ name }) => !missing.includes(name)).map(({ name }) => toolPath(name));
    const others = [path.join(path.dirname(pythonPrograms), "complete"), wheelProgram("kubectl")];
    for (const file of [...built, ...others].map(inCache)) {
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, "");
    }
  }

  /** A PATH on which a program of that name is found first, which does what `script` says. */
  async function pretend(name: string, script: string): Promise<Record<string, string>> {
    const folder = path.join(cache, "bin");
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    return { PATH: [folder, process.env["PATH"] ?? ""].join(path.delimiter) };
  }

  /** A `python3` may be a script that looks for Python on the PATH. */
  async function realProgram(name: string): Promise<string> {
    if (name !== "python3") return which(name);
    return (await execa("python3", ["-c", "import sys; print(sys.executable)"])).stdout;
  }

  /** A PATH with nothing but these programs of the machine. */
  async function nothingBut(...names: readonly string[]): Promise<Record<string, string>> {
    const folder = path.join(cache, "only");
    await mkdir(folder, { recursive: true });
    for (const name of names) await symlink(await realProgram(name), path.join(folder, name));
    return { PATH: folder };
  }

  /** A Go that has every module and builds every program, after `seconds`; it notes what it was asked to build. */
  const workingGo = (seconds = 0): Promise<Record<string, string>> =>
    pretend(
      "go",
      `case "$1 $2" in
"env GOVERSION") printf 'go1.26.8\\nauto\\n' ;;
"mod download") mkdir -p '${cache}/module'; : > '${cache}/module/go.sum'; echo '{"Dir":"${cache}/module","GoMod":"${cache}/module/go.mod"}' ;;
"mod edit") echo '{"Go":"1.26.0","Replace":null}' ;;
build*)
  echo "$$ $*" >> '${cache}/builds'
  case ${seconds} in 0) ;; 600) exec sleep 600 ;; *) sleep ${seconds} ;; esac
  for package in "$@"; do
    case "$previous" in -o) out="$package" ;; esac
    previous="$package"
  done
  for package in "$@"; do
    name="\${package%/v3}"
    case "$package" in *.*/*) : > "$out/\${name##*/}" ;; esac
  done ;;
esac`,
    );

  const builds = async (): Promise<string[]> =>
    (await readFile(path.join(cache, "builds"), "utf8").catch(() => "")).trim().split("\n").filter(Boolean);

  /** The lines of an error for people, behind all that was shown before. */
  const errorLines = (stderr: string): string[] =>
    stderr.slice(stderr.indexOf("\nerror: ")).trim().split("\n");

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
      assert.match(stdout, /^Setting up the tools in .*; from nothing this usually takes \d+ min\.$/m);
      const [cause, remedy] = errorLines(stderr);
      assert.equal(cause, "error: Could not build kwok: a package registry could not be reached.");
      assert.match(remedy ?? "", /^ {2}Connect to the network .* run the same command again/);
      assert.doesNotMatch(stderr, /^\s+at .*\.ts:\d+/m);
      assert.ok(!existsSync(inCache(toolPath("kwok"))));
      assert.ok(!existsSync(path.join(cache, "build")));
    });
  }

  it("ends at the first failure, whatever else is being built", async () => {
    await seemBuilt(["pulumi", "kube-apiserver"]);
    const go = await pretend(
      "go",
      'case "$*" in "env GOVERSION"*) echo go1.26.8; exit;; *kubernetes*) exec sleep 600;; esac\necho "out of luck" >&2\nexit 1',
    );
    const { exitCode, stderr } = await command("tools", { SDLC_CACHE: cache, ...go });
    assert.equal(exitCode, 1);
    assert.match(stderr, /error: Could not build pulumi\.\n[^]*out of luck/);
  });

  it("builds only the programs of a build that are missing, beside those of an older version", async () => {
    await seemBuilt(["etcd", "kwok", "helm-controller"]);
    const older = path.join(cache, "tools", "kwok-v0.7.0", "kwok");
    await mkdir(path.dirname(older), { recursive: true });
    await writeFile(older, "older");
    const { exitCode, all } = await command("tools", { SDLC_CACHE: cache, ...(await workingGo()) });
    assert.equal(exitCode, 0, all);
    for (const name of ["etcd", "kwok", "helm-controller"]) assert.ok(existsSync(inCache(toolPath(name))));
    const packages = (await builds()).map((line) => /-o .*\/programs\/ (.*)$/.exec(line)?.[1]).sort();
    assert.deepEqual(packages, [
      "github.com/fluxcd/helm-controller sigs.k8s.io/kwok/cmd/kwok",
      "go.etcd.io/etcd/server/v3",
    ]);
    assert.equal(await readFile(older, "utf8"), "older");
  });

  it("ends at Ctrl-C, with its compiler, and goes on where it stopped when it is run again", async () => {
    await seemBuilt(["kwok"]);
    const running = command("tools", { SDLC_CACHE: cache, ...(await workingGo(600)) });
    while ((await builds()).length === 0) await sleep(50);
    running.kill("SIGINT");
    const { exitCode, stderr } = await running;
    assert.equal(exitCode, 1);
    assert.deepEqual(errorLines(stderr), [
      "error: The set-up was interrupted after 0 of 1 steps.",
      "  Run the same command again: it goes on where this stopped, and what was compiled stays.",
    ]);
    const [compiler = ""] = await builds();
    assert.throws(() => process.kill(Number.parseInt(compiler), 0), { code: "ESRCH" });
    assert.ok(!existsSync(path.join(cache, "build")));
    const again = await command("tools", { SDLC_CACHE: cache, ...(await workingGo()) });
    assert.equal(again.exitCode, 0, again.all);
    assert.ok(existsSync(inCache(toolPath("kwok"))));
  });

  it("waits for another one at work in the same folder, and makes nothing twice", async () => {
    await seemBuilt(["kwok"]);
    const env = { SDLC_CACHE: cache, ...(await workingGo(1)) };
    const both = await Promise.all([command("tools", env), command("tools", env)]);
    assert.deepEqual(
      both.map(({ exitCode }) => exitCode),
      [0, 0],
      both.map(({ all }) => all).join("\n"),
    );
    assert.equal((await builds()).length, 1);
    const waiting = both.filter(({ stdout }) => /^Another set-up is at work in .*process \d+/m.test(stdout));
    assert.equal(waiting.length, 1);
  });

  it("goes on after one that was killed, and clears away what that left", async () => {
    await seemBuilt(["kwok"]);
    const running = command("tools", { SDLC_CACHE: cache, ...(await workingGo(5)) });
    while ((await builds()).length === 0) await sleep(50);
    running.kill("SIGKILL");
    await running;
    assert.ok(existsSync(path.join(cache, "setup.lock")));
    await writeFile(path.join(cache, "build", "left"), "");
    const { exitCode, stdout, all } = await command("tools", { SDLC_CACHE: cache, ...(await workingGo()) });
    assert.equal(exitCode, 0, all);
    assert.doesNotMatch(stdout, /Another set-up/);
    assert.deepEqual(
      await readdir(cache).then((names) => names.filter((name) => /lock|build$/.test(name))),
      [],
    );
  });

  it("names everything that the machine lacks at once", async () => {
    await seemBuilt(["kwok"]);
    const { exitCode, stderr } = await command("tools", { SDLC_CACHE: cache, ...(await nothingBut()) });
    assert.equal(exitCode, 1);
    const [cause, remedy, ...more] = errorLines(stderr);
    assert.equal(
      cause,
      "error: The set-up needs what this machine does not have: git (not found); ps (not found); Python 3.11 or newer, with venv (python3 not found).",
    );
    assert.match(remedy ?? "", /^ {2}Install it .*apt-get install .*run the same command again/);
    assert.deepEqual(more, []);
  });

  for (const [how, script, fault] of [
    ["is too old", "echo 3.10.4", "python3 is 3.10.4"],
    ["has no venv", "echo \"No module named 'venv'\" >&2; exit 1", "python3 does not run, or has no venv"],
    ["cannot fill a virtual environment", "echo 3.12.1; exit 1", "python3 has no ensurepip"],
  ] as const) {
    it(`names the Python that ${how}`, async () => {
      await seemBuilt([]);
      await rm(inCache(path.join(path.dirname(pythonPrograms), "complete")));
      const fake = await pretend("python3", script);
      const { exitCode, stderr } = await command("tools", { SDLC_CACHE: cache, ...fake });
      assert.equal(exitCode, 1);
      assert.match(stderr, new RegExp(`with venv \\(${fault}\\)\\.$`, "m"));
    });
  }

  it("takes Go from its wheel where the machine has none, and says so where that cannot be had", async () => {
    await seemBuilt(["kwok"]);
    const { exitCode, stderr } = await command("tools", {
      SDLC_CACHE: cache,
      ...(await nothingBut("git", "ps", "python3")),
      PIP_INDEX_URL: "http://127.0.0.1:1",
      PIP_FIND_LINKS: "",
      PIP_RETRIES: "1",
    });
    assert.equal(exitCode, 1);
    const [cause, remedy] = errorLines(stderr);
    assert.equal(cause, "error: Could not install go: a package registry could not be reached.");
    assert.match(remedy ?? "", /PIP_INDEX_URL/);
  });

  it("does not start where a file stands in the folder's place", async () => {
    const file = path.join(cache, "file");
    await writeFile(file, "");
    const { exitCode, stderr } = await command("tools", { SDLC_CACHE: file });
    assert.equal(exitCode, 1);
    const [cause, remedy] = errorLines(stderr);
    assert.equal(cause, `error: Could not set up the tools: ${file} is not a folder.`);
    assert.match(remedy ?? "", /^ {2}Remove it, or set SDLC_CACHE/);
  });
});
