import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { setUpFailure } from "../../tools/setup-failure.ts";

const run = promisify(execFile);

describe("a tool that could not be set up", () => {
  const said: readonly (readonly [string, string])[] = [
    ["Go without a network", 'Get "https://proxy/x.info": dial tcp: lookup proxy: no such host'],
    ["Go without a proxy", "kwok@v0.7.0: module lookup disabled by GOPROXY=off"],
    ["pip without a network", "NewConnectionError: Failed to establish a new connection"],
    ["pip without the version", "ERROR: Could not find a version that satisfies the requirement moto==5.2.5"],
  ];
  for (const [name, text] of said) {
    it(`is blamed on the registry by what ${name} says`, () => {
      const { message, details } = setUpFailure("build kwok", new Error(text));
      const [cause, remedy, ...more] = message.split("\n");
      assert.equal(cause, "Could not build kwok: a package registry could not be reached.");
      assert.match(remedy ?? "", /Connect to the network.*run the same command again/);
      assert.deepEqual(more, []);
      assert.equal(details, text);
    });
  }

  it("is blamed on the program that is not there, by its name", async () => {
    const error = await run("no-such-go", ["build"]).catch((reason: unknown) => reason);
    const { message } = setUpFailure("build kwok", error);
    assert.match(message, /^Could not build kwok: the program no-such-go was not found\.\n {2}Install Go/);
  });

  it("is not blamed on a missing program when a file is missing", () => {
    const { message } = setUpFailure(
      "build kwok",
      new Error("ENOENT: no such file or directory, open 'go.sum'"),
    );
    assert.match(message, /^Could not build kwok\.\n/);
  });

  it("keeps what the tool said, once, when the cause is unknown", async () => {
    const error = await run(process.execPath, [
      "-e",
      "console.error('ld: out of disk'); process.exit(1)",
    ]).catch((reason: unknown) => reason);
    const { message, details } = setUpFailure("build kwok", error);
    assert.match(message, /^Could not build kwok\.\n {2}Read the output below/);
    assert.equal(details.split("\n").filter((line) => line === "ld: out of disk").length, 1);
  });

  it("is told also of what is no error", () => {
    assert.equal(setUpFailure("build kwok", "killed").details, "killed");
  });
});
