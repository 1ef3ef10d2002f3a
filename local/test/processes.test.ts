import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setImmediate } from "node:timers/promises";
import { identify, recordedProcesses, sameProcess, stopRecorded, writeRecord } from "../process-records.ts";
import { Processes } from "../processes.ts";
import { SupervisedProcess } from "../supervised-process.ts";
import { UserError } from "../user-error.ts";

const waitForever = ["-e", "setInterval(() => undefined, 60_000)"];

describe("processes of the local platform", () => {
  let stateFolder: string;
  let processes: Processes;

  beforeEach(async () => {
    stateFolder = await mkdtemp(path.join(tmpdir(), "processes test "));
    processes = new Processes(stateFolder);
  });

  afterEach(async () => {
    await processes.stopAll();
    await rm(stateFolder, { recursive: true });
  });

  const pidFiles = (): Promise<string[]> => readdir(path.join(stateFolder, "run"));

  it("are recorded while they run, and not after", async () => {
    const child = await processes.start({ name: "idle", command: process.execPath, args: waitForever });
    const [record] = await recordedProcesses(stateFolder);
    assert.equal(record?.name, "idle");
    assert.equal(record.pid, child.pid);
    assert.equal(record.alive, true);
    assert.equal((await child.stop()).signal, "SIGTERM");
    assert.deepEqual(await pidFiles(), []);
  });

  it("tell why they ended", async () => {
    const child = await processes.start({
      name: "failing",
      command: process.execPath,
      args: ["-e", "console.error('first'); console.error(process.env.REASON); process.exit(3)"],
      env: { REASON: "no more disk" },
    });
    assert.deepEqual(await child.exited, { code: 3, signal: null, lastLines: "first\nno more disk" });
  });

  it("are killed with their own children when they do not end in time", async () => {
    const script = `process.on("SIGTERM", () => {});
      const child = require("node:child_process").spawn(process.execPath, ["-e", "process.on('SIGTERM', () => {}); console.log(process.pid); setInterval(() => {}, 60000)"], { stdio: "inherit" });
      setInterval(() => {}, 60000);`;
    const child = await processes.start({
      name: "stubborn",
      command: process.execPath,
      args: ["-e", script],
    });
    const grandchild = await firstLine(child.logFile);
    assert.equal((await child.stop(50)).signal, "SIGKILL");
    assert.equal(await identify(Number(grandchild)), undefined);
  });

  it("cannot be started twice under one name", async () => {
    await processes.start({ name: "one", command: process.execPath, args: waitForever });
    await assert.rejects(
      new Processes(stateFolder).start({ name: "one", command: process.execPath, args: waitForever }),
      (error: unknown) => error instanceof UserError && /one runs already as process \d+/.test(error.message),
    );
  });

  it("that are just being started when all are stopped are stopped too, and nothing is started after", async () => {
    const request = { name: "late", command: process.execPath, args: waitForever };
    const starting = processes.start(request);
    // Its log is opened when nothing holds it up any more.
    while (!existsSync(path.join(stateFolder, "logs", "late.log"))) await setImmediate();
    await processes.stopAll();
    const { pid } = await starting;
    assert.equal(await identify(pid), undefined);
    assert.deepEqual(await recordedProcesses(stateFolder), []);
    await assert.rejects(processes.start(request), /late is not started: the local platform is stopping/);
  });

  it("that end once all are to end are not started again", async () => {
    const request = { name: "kept", command: process.execPath, args: waitForever };
    const lines: string[] = [];
    const kept = await SupervisedProcess.start(processes, request, (line) => lines.push(line));
    const pid = kept.pid ?? 0;
    processes.close();
    process.kill(pid, "SIGTERM");
    await kept.stop();
    assert.deepEqual(lines, []);
    assert.deepEqual(await recordedProcesses(stateFolder), []);
  });

  it("that do not exist are an error with the program's name", async () => {
    await assert.rejects(
      processes.start({ name: "missing", command: "/nowhere/program", args: [] }),
      /missing could not be started: .*\/nowhere\/program/,
    );
  });

  it("left by a crash are found and stopped", async () => {
    const left = await processes.start({ name: "left", command: process.execPath, args: waitForever });
    assert.deepEqual(await stopRecorded(stateFolder), ["left"]);
    assert.equal((await left.exited).signal, "SIGTERM");
    assert.deepEqual(await pidFiles(), []);
  });

  it("that got a recorded pid later are left alone", async () => {
    const stranger = spawn(process.execPath, waitForever, { detached: true, stdio: "ignore" });
    await once(stranger, "spawn");
    const pid = stranger.pid ?? 0;
    const identity = await identify(pid);
    assert.ok(identity);
    await writeRecord(stateFolder, { name: "old", pid, ...identity, startedAt: "2020-01-01T00:00:00.000Z" });
    assert.deepEqual(await stopRecorded(stateFolder), []);
    assert.deepEqual(await pidFiles(), []);
    assert.notEqual(await identify(pid), undefined);
    stranger.kill();
    await once(stranger, "exit");
  });

  it("are told apart by start and arguments, not by the program's path", () => {
    const one = { command: "/usr/bin/python3 moto_server -p 1", startedAt: "2026-01-01T00:00:00.000Z" };
    assert.ok(sameProcess(one, { ...one, command: "/opt/Python moto_server -p 1" }));
    assert.ok(sameProcess(one, { ...one, startedAt: "2026-01-01T00:00:01.000Z" }));
    assert.ok(!sameProcess(one, { ...one, command: "/usr/bin/python3 moto_server -p 2" }));
    assert.ok(!sameProcess(one, { ...one, startedAt: "2026-01-01T00:00:05.000Z" }));
  });
});

/** The first line of a log, once it is there. */
async function firstLine(file: string): Promise<string> {
  const { watch, readFile } = await import("node:fs/promises");
  const changes = watch(path.dirname(file), { signal: AbortSignal.timeout(5_000) })[Symbol.asyncIterator]();
  for (;;) {
    const changed = changes.next();
    const [line, ...rest] = (await readFile(file, "utf8")).split("\n");
    if (line && rest.length > 0) return line;
    await changed;
  }
}
