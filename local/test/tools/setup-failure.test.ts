import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { setUpFailure } from "../../tools/setup-failure.ts";

const run = promisify(execFile);

describe("a tool that could not be set up", () => {
  const unreachable = "a package registry could not be reached.";
  const said: readonly (readonly [name: string, text: string, why: string, remedy: RegExp])[] = [
    [
      "Go without a network",
      'Get "https://proxy/x.info": dial tcp: lookup proxy: no such host',
      unreachable,
      /^ {2}Connect to the network/,
    ],
    [
      "Go without a proxy",
      "kwok@v0.7.0: module lookup disabled by GOPROXY=off",
      unreachable,
      /^ {2}Connect to the network/,
    ],
    [
      "pip without a network, which then finds no version either",
      "WARNING: Retrying after connection broken by 'NewConnectionError(…)'\nERROR: Could not find a version that satisfies the requirement moto==5.2.5 (from versions: none)",
      unreachable,
      /^ {2}Connect to the network/,
    ],
    [
      "pip where the version is not served",
      "ERROR: Could not find a version that satisfies the requirement moto==5.2.5 (from versions: 5.2.4)",
      "the package registry does not serve moto==5.2.5.",
      /^ {2}Set GOPROXY \/ PIP_INDEX_URL to a registry that serves it/,
    ],
    [
      "Go where the version is not served",
      "go: sigs.k8s.io/kwok@v0.8.0: reading https://proxy/sigs.k8s.io/kwok/@v/v0.8.0.info: 404 Not Found",
      "the package registry does not serve sigs.k8s.io/kwok@v0.8.0.",
      /^ {2}Set GOPROXY/,
    ],
    [
      "Go where the version is refused",
      "sigs.k8s.io/kwok@v0.8.0: reading https://proxy/sigs.k8s.io/kwok/@v/v0.8.0.zip: 403 Forbidden",
      "the package registry does not serve sigs.k8s.io/kwok@v0.8.0.",
      /^ {2}Set GOPROXY/,
    ],
    [
      "the compiler on a full disk",
      "/tmp/go-build1/b100/_pkg_.a: write: no space left on device",
      "the disk is full.",
      /^ {2}Make room, .* SDLC_CACHE and GOCACHE .* what was built stays\.$/,
    ],
    [
      "Node on a full disk",
      "ENOSPC: no space left on device, mkdir '/cache/tools'",
      "the disk is full.",
      /^ {2}Make room/,
    ],
    [
      "Node in a folder of somebody else",
      "EACCES: permission denied, mkdir '/cache/my tools'",
      "/cache/my tools may not be written.",
      /^ {2}Let your user own it, or set SDLC_CACHE/,
    ],
    [
      "Go in a folder of somebody else",
      "go: mkdir /go/pkg/mod/cache: permission denied",
      "/go/pkg/mod/cache may not be written.",
      /^ {2}Let your user own it/,
    ],
    [
      "pip where the content is another one",
      "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.",
      "the package registry sent something else than what is pinned.",
      /^ {2}Do not use it/,
    ],
    [
      "Go where the content is another one",
      "verifying sigs.k8s.io/kwok@v0.8.0: checksum mismatch\nSECURITY ERROR",
      "the package registry sent something else than what is pinned.",
      /^ {2}Do not use it/,
    ],
    [
      "Go whose compiler ran out of memory",
      "k8s.io/api/core/v1: /go/pkg/tool/compile: signal: killed",
      "the compiler was killed, most likely because memory ran out.",
      /^ {2}Free memory/,
    ],
  ];
  for (const [name, text, why, expected] of said) {
    it(`has a line of cause and one of remedy by what is said by ${name}`, () => {
      const { message, details } = setUpFailure("build kwok", new Error(text));
      const [cause, remedy = "", ...more] = message.split("\n");
      assert.equal(cause, `Could not build kwok: ${why}`);
      assert.match(remedy, expected);
      assert.match(remedy, /run the same command again/);
      assert.deepEqual(more, []);
      assert.equal(details, text);
    });
  }

  it("is blamed on the program that is not there, by its name", async () => {
    const error = await run("no-such-go", ["build"]).catch((reason: unknown) => reason);
    const { message } = setUpFailure("build kwok", error);
    assert.match(message, /^Could not build kwok: the program no-such-go was not found\.\n {2}Install it/);
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
      "console.error('ld: out of luck'); process.exit(1)",
    ]).catch((reason: unknown) => reason);
    const { message, details } = setUpFailure("build kwok", error);
    assert.match(message, /^Could not build kwok\.\n {2}Read the output below/);
    assert.equal(details.split("\n").filter((line) => line === "ld: out of luck").length, 1);
  });

  it("is told also of what is no error", () => {
    assert.equal(setUpFailure("build kwok", "killed").details, "killed");
  });
});
