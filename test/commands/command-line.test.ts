/** The commands as processes: what a person and a pipeline get when they are typed wrongly. */
import assert from "node:assert/strict";
import path from "node:path";
import { execa } from "execa";
import {
  checkoutArguments,
  extraArguments,
  required,
  upgradeArguments,
} from "../../local/cli/user-command.ts";
import { checkout } from "../../local/folders.ts";

describe("commands typed wrongly", function () {
  // The AWS SDK and the Kubernetes client are large, and take their time to load on a busy machine.
  this.timeout(180_000);

  for (const [name, args, exitCode, message] of [
    ["align", ["--nope"], 1, /^Unknown option '--nope'/],
    [
      "expired",
      ["--parallel", "none"],
      1,
      /^--parallel: given "none"; allowed is a number of stacks\.\n {2}npm run expired/,
    ],
    [
      "upgrade-check",
      [],
      2,
      /^npm run upgrade-check: needs a stack and a minor\.\n {2}npm run upgrade-check -- sandbox-a --to/,
    ],
    ["upgrade-check", ["sandbox-a", "--to", "newest"], 2, /needs a stack and a minor/],
  ] as const) {
    it(`${name} ${args.join(" ")} says how, and exits with ${exitCode}`, async () => {
      const file = path.join(checkout, "commands", `${name}.ts`);
      const node = ["--disable-warning=ExperimentalWarning", file, ...args];
      const result = await execa(process.execPath, node, { cwd: checkout, reject: false, stdin: "ignore" });
      assert.equal(result.exitCode, exitCode);
      assert.match(result.stderr, message);
      assert.doesNotMatch(result.stderr, /^\s+at .*\.ts:\d+/m);
    });
  }
});

describe("arguments of make", () => {
  const names = ["ARGS", "TO", "CHECKOUT"];
  const set = (values: Readonly<Record<string, string>>): void => {
    for (const name of names) Reflect.deleteProperty(process.env, name);
    Object.assign(process.env, values);
  };
  after(() => {
    set({});
  });

  it("become those of the command", () => {
    set({ ARGS: " --destroy  --parallel 2 " });
    assert.deepEqual(extraArguments(), ["--destroy", "--parallel", "2"]);
    set({ TO: "1.36", CHECKOUT: "../my platform", ARGS: "--strict" });
    const expected = ["sandbox-a", "--to", "1.36", "--checkout", "../my platform", "--strict"];
    assert.deepEqual(upgradeArguments("sandbox-a"), expected);
    set({});
    assert.deepEqual(upgradeArguments("sandbox-a"), ["sandbox-a"]);
  });

  it("are asked for where the command has nothing to work on without them", () => {
    set({ CHECKOUT: "../platform" });
    assert.deepEqual(required("CHECKOUT", "../other"), ["../platform"]);
    assert.deepEqual(checkoutArguments(), ["--checkout", "../platform"]);
    set({ CHECKOUT: "" });
    assert.throws(() => required("CHECKOUT", "../platform"), /CHECKOUT is not set\./);
    assert.deepEqual(checkoutArguments(), []);
  });
});
