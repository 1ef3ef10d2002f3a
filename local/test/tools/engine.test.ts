import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { toolPath } from "../../tools/catalogue.ts";
import { engineFolder, engineOnPath } from "../../tools/engine.ts";

describe("the engine that is chosen", () => {
  const usualPath = process.env["PATH"];
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "engine test-"));
    process.env["PATH"] = folder;
  });

  afterEach(async () => {
    process.env["PATH"] = usualPath;
    await rm(folder, { recursive: true });
  });

  const program = (name: string, script: string): Promise<void> =>
    writeFile(path.join(folder, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });

  it("is the user's own, where it is new enough and has its language host", async () => {
    await program("pulumi", "echo v3.250.0");
    await program("pulumi-language-nodejs", "");
    assert.equal(await engineOnPath(), path.join(folder, "pulumi"));
    assert.equal(await engineFolder(), folder);
  });

  it("is the built one where there is none on PATH", async () => {
    assert.equal(await engineOnPath(), undefined);
    assert.equal(await engineFolder(), path.dirname(toolPath("pulumi")));
  });

  it("is the built one where the user's has no language host", async () => {
    await program("pulumi", "echo v3.250.0");
    assert.equal(await engineOnPath(), undefined);
  });

  const unfit: readonly (readonly [string, string])[] = [
    ["is too old", "echo v3.199.0"],
    ["tells no version", "echo something else"],
    ["was built without a version", "exit 0"],
    ["does not run", "exit 1"],
  ];
  for (const [name, script] of unfit) {
    it(`is the built one where the user's ${name}`, async () => {
      await program("pulumi", script);
      await program("pulumi-language-nodejs", "");
      assert.equal(await engineOnPath(), undefined);
    });
  }
});
