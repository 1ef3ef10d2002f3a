import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { backendFolder } from "../../engine/environment.ts";
import { clearStaleLocks } from "../../engine/locks.ts";
import { printed } from "../../../test/support/console.ts";

describe("the lock of a stack", () => {
  let stateFolder: string;

  beforeEach(async () => {
    stateFolder = await mkdtemp(path.join(tmpdir(), "locks test-"));
  });

  afterEach(() => rm(stateFolder, { recursive: true }));

  const locks = (stack: string): string =>
    path.join(backendFolder(stateFolder), ".pulumi", "locks", "organization", "kubernetes-sdlc", stack);
  const plant = async (content: unknown, stack = "sandbox-a"): Promise<void> => {
    await mkdir(locks(stack), { recursive: true });
    const text = typeof content === "string" ? content : JSON.stringify(content);
    await writeFile(path.join(locks(stack), "4f1c.json"), text);
  };
  const clear = (): Promise<void> => clearStaleLocks(stateFolder, "kubernetes-sdlc", "sandbox-a");
  const lock = (pid: number, timestamp: Date) => ({
    pid,
    username: "somebody",
    hostname: "here",
    timestamp: timestamp.toISOString().replace("Z", "123456+00:00"),
  });

  async function endedProcess(): Promise<number> {
    const child = execFile(process.execPath, ["-e", ""]);
    await once(child, "exit");
    return child.pid ?? 0;
  }

  it("need not be there", clear);

  it("is respected while its run lives, and names the process", async () => {
    await plant(lock(process.pid, new Date()));
    await assert.rejects(clear(), (error: Error) => {
      const [cause, remedy] = error.message.split("\n");
      assert.equal(error.name, "UserError");
      assert.match(
        cause ?? "",
        new RegExp(`^Stack sandbox-a is locked by another run: process ${process.pid}, `),
      );
      assert.match(remedy ?? "", new RegExp(`Wait .* or end it \\(kill ${process.pid}\\)`));
      return true;
    });
    assert.deepEqual(await readdir(locks("sandbox-a")), ["4f1c.json"]);
  });

  it("is removed when its run has died", async () => {
    const pid = await endedProcess();
    await plant(lock(pid, new Date()));
    assert.deepEqual(await printed(clear), [
      `Removing the lock that process ${pid} left on sandbox-a: it no longer runs.`,
    ]);
    assert.deepEqual(await readdir(locks("sandbox-a")), []);
  });

  it("is removed when another process has its run's pid by now", async () => {
    await plant(lock(process.pid, new Date("2020-01-01")));
    assert.equal((await printed(clear)).length, 1);
    assert.deepEqual(await readdir(locks("sandbox-a")), []);
  });

  for (const damaged of ["", '{"pid": 1', "{}", '{"pid": "1", "timestamp": "now"}', "null"]) {
    it(`is removed when its file is damaged: ${JSON.stringify(damaged)}`, async () => {
      await plant(damaged);
      assert.match((await printed(clear)).join(), /^Removing a damaged lock on sandbox-a/);
      assert.deepEqual(await readdir(locks("sandbox-a")), []);
    });
  }

  it("of another stack is left alone, also of one whose name begins the same", async () => {
    await plant(lock(await endedProcess(), new Date()), "sandbox-a-b");
    await clear();
    assert.deepEqual(await readdir(locks("sandbox-a-b")), ["4f1c.json"]);
  });
});
