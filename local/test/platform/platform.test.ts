/** The daemon's life: found, started, crashed, stopped; each in a state folder of its own. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { backendFolder } from "../../engine/environment.ts";
import { readPlatformInfo } from "../../platform/info.ts";
import { ensurePlatform, requirePlatform, runningPlatform } from "../../platform/start.ts";
import { stopPlatform } from "../../platform/stop.ts";
import { identify, recordedProcesses, type RecordedProcess } from "../../process-records.ts";
import { printed } from "../../../test/support/console.ts";

const scale = 0;

describe("the local platform", function () {
  this.timeout(180_000);
  const folders: string[] = [];

  async function newFolder(): Promise<string> {
    const folder = await mkdtemp(path.join(tmpdir(), "platform test-"));
    folders.push(folder);
    return folder;
  }

  afterEach(async () => {
    for (const folder of folders.splice(0)) {
      await stopPlatform(folder);
      await rm(folder, { recursive: true });
    }
  });

  const start = (folder: string): Promise<string[]> =>
    printed(async () => {
      await ensurePlatform(folder, scale);
    });
  async function crash(folder: string): Promise<RecordedProcess[]> {
    const [daemon] = await recordedProcesses(folder, (name) => name === "platform");
    assert.ok(daemon?.alive);
    process.kill(daemon.pid, "SIGKILL");
    while (await identify(daemon.pid)) await new Promise(setImmediate);
    const orphans = (await recordedProcesses(folder)).filter(({ alive }) => alive);
    assert.ok(orphans.some(({ name }) => name === "moto"));
    return orphans;
  }

  it("is required where it does not run, with the remedy", async () => {
    await assert.rejects(requirePlatform(await newFolder()), {
      name: "UserError",
      message: "The local platform is not running.\n  Start it, and a sandbox on it, with: make sandbox",
    });
  });

  it("is started once, also by two commands one after the other", async () => {
    const folder = await newFolder();
    const first = ensurePlatform(folder, scale);
    while ((await recordedProcesses(folder)).length === 0) await new Promise(setImmediate);
    const [one, other] = await Promise.all([first, ensurePlatform(folder, scale)]);
    assert.deepEqual(other, one);
    assert.deepEqual(await requirePlatform(folder), one);
    assert.deepEqual(await start(folder), []);
  });

  it("that crashed is cleared away and named, with its stacks, before a new one starts", async () => {
    const folder = await newFolder();
    await start(folder);
    await mkdir(path.join(backendFolder(folder), ".pulumi", "stacks"), { recursive: true });
    const orphans = await crash(folder);
    assert.equal(await runningPlatform(folder), undefined);

    const [said = "", next] = await start(folder);
    assert.match(said, /^An earlier local platform ended without being stopped\. Its AWS account is gone/);
    for (const { name, pid } of orphans) {
      assert.ok(said.includes(`${name} (${pid})`), said);
      assert.equal(await identify(pid), undefined, name);
    }
    assert.match(next ?? "", /^Starting the local platform/);
    assert.ok(!existsSync(backendFolder(folder)));
    assert.ok(await runningPlatform(folder));
  });

  it("that crashed is not mistaken for another one, which has its port by now", async () => {
    const [crashed, other] = [await newFolder(), await newFolder()];
    await start(other);
    await cp(path.join(other, "platform.json"), path.join(crashed, "platform.json"));
    assert.equal(await runningPlatform(crashed), undefined);
    assert.ok(await runningPlatform(other));
  });

  it("that ends while it starts tells the end of its log, and leaves no process", async () => {
    const folder = await newFolder();
    const error: unknown = await ensurePlatform(folder, -1).catch((reason: unknown) => reason);
    assert.ok(error instanceof Error && "details" in error);
    assert.match(
      error.message,
      /^The local platform ended while it started\.\n {2}Read .*platform\.log; then run/,
    );
    assert.match(String(error.details), /The time scale must be 0 or more, not -1/);
    assert.deepEqual(await recordedProcesses(folder), []);
  });

  it("is stopped with exactly what it started, beside another one", async () => {
    const [mine, other] = [await newFolder(), await newFolder()];
    await Promise.all([ensurePlatform(mine, scale), ensurePlatform(other, scale)]);
    const [started, others] = [await recordedProcesses(mine), await recordedProcesses(other)];
    assert.ok(started.length >= 2);
    assert.notEqual((await readPlatformInfo(mine))?.gatewayUrl, (await readPlatformInfo(other))?.gatewayUrl);

    assert.equal(await stopPlatform(mine), started.length);
    for (const { name, pid } of started) assert.equal(await identify(pid), undefined, name);
    assert.deepEqual(await recordedProcesses(mine), []);
    assert.equal(await readPlatformInfo(mine), undefined);
    assert.equal(await stopPlatform(mine), 0);

    assert.deepEqual(await recordedProcesses(other), others);
    assert.ok(await runningPlatform(other));
  });
});
