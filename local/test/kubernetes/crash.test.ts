/** A platform that was killed leaves its control planes running; the next one clears them away. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { checkout } from "../../folders.ts";
import { LocalControlPlanes } from "../../kubernetes/control-planes.ts";
import { recordedProcesses } from "../../process-records.ts";
import { Processes } from "../../processes.ts";

const request = { name: "sandbox-a", arn: "arn", version: "1.35", serviceCidr: "10.100.0.0/16" };
const moduleUrl = (file: string): string => JSON.stringify(pathToFileURL(path.join(checkout, file)).href);

const dyingPlatform = (stateFolder: string): string => `
  import { LocalControlPlanes } from ${moduleUrl("local/kubernetes/control-planes.ts")};
  import { Processes } from ${moduleUrl("local/processes.ts")};
  const processes = new Processes(${JSON.stringify(stateFolder)});
  const planes = new LocalControlPlanes({ processes, authenticator: async () => undefined });
  await planes.create(${JSON.stringify(request)});
  process.kill(process.pid, "SIGKILL");
`;

describe("LocalControlPlanes after a crash of the platform", function () {
  this.timeout(180_000);
  let stateFolder: string;
  let processes: Processes;
  let planes: LocalControlPlanes;

  before(async () => {
    stateFolder = await mkdtemp(path.join(tmpdir(), "crash "));
    processes = new Processes(stateFolder);
    planes = new LocalControlPlanes({ processes, authenticator: () => Promise.resolve(undefined) });
  });

  after(async () => {
    await planes.close();
    await processes.stopAll();
    await rm(stateFolder, { recursive: true, force: true });
  });

  it("replaces what is left of a cluster of the same name", async () => {
    const platform = spawn(process.execPath, ["--input-type=module", "-e", dyingPlatform(stateFolder)], {
      stdio: "inherit",
    });
    const [, signal] = (await once(platform, "exit")) as [number | null, string | null];
    assert.equal(signal, "SIGKILL");
    const left = await recordedProcesses(stateFolder);
    assert.equal(left.length, 5);
    assert.ok(left.every(({ alive }) => alive));

    await planes.create(request);
    const now = await recordedProcesses(stateFolder);
    assert.equal(now.length, 5);
    assert.ok(now.every(({ pid, alive }) => alive && !left.some((old) => old.pid === pid)));
    assert.deepEqual(await planes.nodes(request.name), []);
  });
});
