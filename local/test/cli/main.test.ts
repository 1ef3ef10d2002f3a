/** The command line where no platform runs, and where it cannot start. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { writeRecord } from "../../process-records.ts";
import { command } from "../../../test/support/command.ts";

describe("the command line without a platform", function () {
  this.timeout(30_000);
  let folder: string;
  let stateFolder: string;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "command test-"));
    stateFolder = path.join(folder, "state");
  });

  afterEach(() => rm(folder, { recursive: true }));

  const run = async (name: string, env: Readonly<Record<string, string>> = {}) => {
    const { exitCode, stdout, stderr } = await command(name, { LOCAL_STATE: stateFolder, ...env });
    return { exitCode, stdout, stderr };
  };

  async function refused(name: string, env: Readonly<Record<string, string>>, cause: string, remedy: RegExp) {
    const { exitCode, stdout, stderr } = await run(name, env);
    assert.equal(exitCode, 1);
    assert.equal(stdout, "");
    const [empty, first, second, ...more] = stderr.split("\n");
    assert.deepEqual([empty, first, more], ["", `error: ${cause}`, []]);
    assert.match(second ?? "", remedy);
    assert.ok(!existsSync(stateFolder), "something half-made is left");
  }

  for (const name of ["destory", "", "constructor", "__proto__"]) {
    it(`refuses the command ${JSON.stringify(name)} with those that there are`, () =>
      refused(
        name,
        {},
        `There is no command ${JSON.stringify(name)}.`,
        /^ {2}Use one of: sandbox, destroy, status/,
      ));
  }

  for (const name of ["destroy", "env"]) {
    it(`refuses to ${name} with the remedy`, () =>
      refused(name, {}, "The local platform is not running.", /^ {2}Start it, .*: make sandbox$/));
  }

  for (const [name, stack] of [
    ["destroy", "qa"],
    ["sandbox", "sandbox-A"],
    ["sandbox", ""],
  ] as const) {
    it(`refuses to ${name} a stack of the name ${JSON.stringify(stack)} before anything else`, async () => {
      const { exitCode, stdout, stderr } = await run(name, { STACK: stack });
      assert.deepEqual({ exitCode, stdout }, { exitCode: 1, stdout: "" });
      assert.match(
        stderr,
        new RegExp(`^\\nerror: Stack "${stack}": .*\\n {2}Name it sandbox-<something>, .*$`),
      );
    });
  }

  it("tells the status, and how to start it", async () => {
    const { exitCode, stdout } = await run("status");
    assert.equal(exitCode, 0);
    assert.match(stdout, /^The local platform is not running\. Start it, .*: make sandbox$/);
  });

  it("reports the pid file that a crash left, and removes it when asked", async () => {
    // A pid that no system gives, so that its process is gone for sure.
    const record = {
      name: "moto",
      pid: 2 ** 30,
      command: "python server.py",
      startedAt: "2026-01-01T00:00:00.000Z",
    };
    await writeRecord(stateFolder, record);
    const { exitCode, stdout } = await run("status");
    assert.equal(exitCode, 0);
    assert.match(stdout, /\n {2}stale pid file of moto \(1073741824\); make local-down removes it$/);
    assert.match((await run("down")).stdout, /nothing to stop/);
    assert.deepEqual(await readdir(path.join(stateFolder, "run")), []);
  });

  it("stops nothing, and says so, however often it is asked", async () => {
    const stdout = "The local platform is not running; nothing to stop.";
    assert.deepEqual(await run("down"), { exitCode: 0, stdout, stderr: "" });
    assert.deepEqual(await run("down"), { exitCode: 0, stdout, stderr: "" });
  });
});
