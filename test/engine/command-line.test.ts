/** The commands behind the Makefile's targets, as a user types them, from the first up to the platform's end. */
import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { backendFolder } from "../../local/engine/environment.ts";
import { stackExists } from "../../local/engine/run.ts";
import { stackFile } from "../../local/engine/stack-config.ts";
import { stopPlatform } from "../../local/platform/stop.ts";
import { recordedProcesses } from "../../local/process-records.ts";
import { command } from "../support/command.ts";

const minute = 60_000;
const stack = "development";

describe("The commands of a whole day", function () {
  this.timeout(3 * minute);
  let stateFolder: string;
  let committed: string;
  const environment = (): Record<string, string> => ({
    LOCAL_STATE: stateFolder,
    LOCAL_SCALE: "600",
    STACK: stack,
  });
  const run = (name: string) => command(name, environment());
  const lastLine = (text: string): string => text.trimEnd().split("\n").at(-1) ?? "";

  before(async () => {
    stateFolder = await mkdtemp(path.join(tmpdir(), "commands test-"));
    committed = await readFile(stackFile(stack), "utf8");
  });

  after(async () => {
    await stopPlatform(stateFolder);
    await rm(stateFolder, { recursive: true });
  });

  it("end in order at Ctrl-C, with what to do next", async () => {
    const up = run("sandbox");
    let said = "";
    for await (const line of up) {
      said += `${line}\n`;
      // The network is begun; most of the rest is not.
      if (/aws:ec2:Vpc \S+ created/.test(line)) up.kill("SIGINT");
    }
    const { exitCode, stderr } = await up;
    assert.equal(exitCode, 1);
    assert.match(said, /cancelling/);
    const error = stderr.slice(stderr.indexOf("\nerror: "));
    assert.match(
      error,
      /^\nerror: pulumi up of development was interrupted\.\n {2}Run make sandbox STACK=development/,
    );
    assert.doesNotMatch(stderr, /^\s+at .*\.ts:\d+/m);
    assert.match((await run("status")).stdout, /development {2}has no cluster/);
  });

  it("go on where Ctrl-C stopped them, and end with the line for scripts", async () => {
    const { exitCode, stdout, stderr } = await run("sandbox");
    assert.equal(exitCode, 0, stderr);
    assert.doesNotMatch(stdout, /Removing .* lock/);
    assert.match(
      lastLine(stdout),
      /^development ready: kubernetes 1\.\d+, 3 nodes, 5 add-ons, \d+ Flux objects ready, \d+ s$/,
    );
  });

  it("tell the status", async () => {
    const { stdout } = await run("status");
    assert.match(stdout, /^The local platform runs at http:\/\/127\.0\.0\.1:\d+ since .*, at scale 600\.$/m);
    assert.match(stdout, /^ {2}development {2}kubernetes 1\.\d+, 3 of 3 nodes ready$/m);
  });

  it("leave alone a stack that another run has locked", async () => {
    const locks = path.join(backendFolder(stateFolder), ".pulumi/locks/organization/kubernetes-sdlc", stack);
    const lock = path.join(locks, "4f1c.json");
    await mkdir(locks, { recursive: true });
    await writeFile(lock, JSON.stringify({ pid: process.pid, timestamp: new Date().toISOString() }));
    const { exitCode, stderr } = await run("destroy");
    assert.equal(exitCode, 1);
    const expected = `error: Stack development is locked by another run: process ${process.pid}, since .*\\n {2}Wait until`;
    assert.match(stderr, new RegExp(expected));
    await rm(lock);
  });

  it("destroy the stack and count what is left, but keep the file that a person wrote", async () => {
    const { exitCode, stdout, stderr } = await run("destroy");
    assert.equal(exitCode, 0, stderr);
    assert.match(lastLine(stdout), /^development destroyed: 0 resources left, \d+ s$/);
    assert.equal(stackExists(stateFolder, stack), false);
    assert.equal(await readFile(stackFile(stack), "utf8"), committed);
    const again = await run("destroy");
    assert.equal(again.exitCode, 1);
    assert.match(
      again.stderr,
      /error: There is no stack development on the local platform\.\n {2}Run make status/,
    );
  });

  it("stop the platform once, and with it every process", async () => {
    const running = await recordedProcesses(stateFolder);
    const { stdout } = await run("down");
    assert.equal(
      stdout,
      `The local platform is down: ${running.length} processes stopped, its AWS account and stacks are gone.`,
    );
    assert.deepEqual(await recordedProcesses(stateFolder), []);
    assert.match((await run("down")).stdout, /nothing to stop/);
  });
});
