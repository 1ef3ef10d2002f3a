import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { createConnection } from "node:net";
import { once } from "node:events";
import { tmpdir } from "node:os";
import path from "node:path";
import { checkout } from "../../../local/folders.ts";
import {
  attachProviders,
  chooseStandIns,
  officialInstalled,
  standIns,
  type StandIn,
} from "../../../local/engine/providers.ts";

describe("the choice of provider stand-ins", () => {
  const none = (): boolean => false;
  const all = (): boolean => true;
  const without = (...names: StandIn[]): StandIn[] => standIns.filter((name) => !names.includes(name));

  const cases: readonly (readonly [string | undefined, (name: StandIn) => boolean, StandIn[]])[] = [
    [undefined, none, without()],
    [undefined, all, []],
    [undefined, (name) => name === "aws", without("aws")],
    ["", all, []],
    ["official", none, []],
    ["local", all, without()],
    ["aws=official", none, without("aws")],
    ["eks=local", all, ["eks"]],
    ["aws=official,kubernetes=official", none, without("aws", "kubernetes")],
    ["official,eks=local", none, ["eks"]],
    ["eks=official,local", all, without("eks")],
  ];
  for (const [choice, installed, expected] of cases) {
    const plugins = standIns.filter(installed).join(" and ") || "nothing";
    it(`is ${expected.join(", ") || "none"} for ${JSON.stringify(choice)} with ${plugins} installed`, () => {
      assert.deepEqual(chooseStandIns(choice, installed), expected);
    });
  }

  for (const choice of ["offical", "gcp=official", "aws=", "=official", "aws=official,eks=maybe"]) {
    it(`refuses ${JSON.stringify(choice)} with what may be written`, () => {
      assert.throws(
        () => chooseStandIns(choice, none),
        /^UserError: LOCAL_PROVIDERS has ".*", which is no choice of a provider\.\n {2}Write official, local, or/,
      );
    });
  }
});

describe("an official plugin", () => {
  const usualHome = process.env["PULUMI_HOME"];
  let home: string;

  beforeEach(async () => {
    home = await mkdtemp(path.join(tmpdir(), "pulumi home-"));
    process.env["PULUMI_HOME"] = home;
  });

  afterEach(async () => {
    if (usualHome === undefined) delete process.env["PULUMI_HOME"];
    else process.env["PULUMI_HOME"] = usualHome;
    await rm(home, { recursive: true });
  });

  it("counts as installed at exactly the version of the SDK", async () => {
    const manifest = path.join(checkout, "node_modules/@pulumi/aws/package.json");
    const { version } = JSON.parse(await readFile(manifest, "utf8")) as { version: string };
    await mkdir(path.join(home, "plugins", "resource-aws-v1.0.0"), { recursive: true });
    assert.equal(officialInstalled("aws"), false);
    await mkdir(path.join(home, "plugins", `resource-aws-v${version}`));
    assert.equal(officialInstalled("aws"), true);
    assert.equal(officialInstalled("eks"), false);
  });
});

describe("a set of provider stand-ins", function () {
  this.timeout(30_000);

  it("listens until it is closed, each on a port of its own", async () => {
    const providers = await attachProviders(["aws", "kubernetes"], {});
    const ports = providers.debugProviders.split(",").map((one) => Number(one.split(":")[1]));
    assert.match(providers.debugProviders, /^aws:\d+,kubernetes:\d+$/);
    for (const port of ports) {
      const socket = createConnection(port, "127.0.0.1");
      await once(socket, "connect");
      socket.destroy();
    }
    await providers.close();
    for (const port of ports) await assert.rejects(once(createConnection(port, "127.0.0.1"), "connect"));
  });

  it("is no process at all where no stand-in is wanted", async () => {
    const providers = await attachProviders([], {});
    assert.equal(providers.debugProviders, "");
    await providers.close();
  });

  it("that ends before it listens is an error with a remedy, not a wait", async () => {
    // Node refuses to start with this option, as the host would with a module that does not load.
    await assert.rejects(attachProviders(["aws"], { NODE_OPTIONS: "--no-such-option" }), {
      name: "UserError",
      message: /^The provider stand-ins aws ended before they listened\.\n {2}Read their output above/,
    });
  });
});
