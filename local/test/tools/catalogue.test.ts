/** Where built programs are: what an older catalogue describes is never taken for today's. */
import assert from "node:assert/strict";
import path from "node:path";
import { buildFolderName, goBuilds, toolPath, type GoBuild } from "../../tools/catalogue.ts";

const build = (name: string, version: string, beside?: string): GoBuild => ({
  name,
  programs: [{ name, module: `example.com/${name}`, version, package: `example.com/${name}` }],
  usualSeconds: 1,
  ...(beside !== undefined && { beside }),
});
const folder = (of: GoBuild, ...others: readonly GoBuild[]): string => buildFolderName(of, [of, ...others]);

describe("the folder of a build", () => {
  const engine = build("engine", "v1.0.0");

  it("is another one when a program's version changes, or a program joins it", () => {
    const names = [
      folder(engine),
      folder(build("engine", "v1.0.1")),
      folder({ ...engine, programs: [...engine.programs, ...build("other", "v1.0.0").programs] }),
    ];
    assert.equal(new Set(names).size, 3);
    for (const name of names) assert.match(name, /^engine-[0-9a-f]{12}$/);
  });

  it("stays when only its usual time changes, or a build elsewhere", () => {
    assert.equal(
      folder(engine, build("elsewhere", "v1.0.0")),
      folder({ ...engine, usualSeconds: 2 }, build("elsewhere", "v2.0.0")),
    );
  });

  it("is one with that of the build that it stands beside, and changes with it", () => {
    const [host, newer] = ["v1.0.0", "v1.0.1"].map((version) => build("host", version, "engine"));
    assert.ok(host && newer);
    assert.equal(folder(engine, host), folder(host, engine));
    assert.notEqual(folder(engine, host), folder(engine, newer));
  });

  it("is the engine's for the language host, which the engine takes from beside itself", () => {
    const [engine, host] = ["pulumi", "pulumi-language-nodejs"].map((tool) => path.dirname(toolPath(tool)));
    assert.equal(engine, host);
    assert.equal(new Set(goBuilds.map((build) => buildFolderName(build))).size, goBuilds.length - 1);
  });
});
