import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { createConnection } from "node:net";
import { once } from "node:events";
import { tmpdir } from "node:os";
import path from "node:path";
import { checkout } from "../../folders.ts";
import {
  attachProviders,
  chooseStandIns,
  neededByEks,
  requireOfficial,
  sdkVersion,
  standIns,
  type StandIn,
} from "../../engine/providers.ts";
import { UserError } from "../../user-error.ts";

describe("the choice of provider stand-ins", () => {
  const without = (...names: StandIn[]): StandIn[] => standIns.filter((name) => !names.includes(name));

  const cases: readonly (readonly [string | undefined, StandIn[]])[] = [
    [undefined, without()],
    ["", without()],
    ["official", []],
    ["local", without()],
    ["aws=official", without("aws")],
    ["eks=local", without()],
    ["aws=official,kubernetes=official", without("aws", "kubernetes")],
    ["official,eks=local", ["eks"]],
    ["eks=official,local", without("eks")],
  ];
  for (const [choice, expected] of cases) {
    it(`is ${expected.join(", ") || "none"} for ${JSON.stringify(choice)}`, () => {
      assert.deepEqual(chooseStandIns(choice), expected);
    });
  }

  for (const choice of ["offical", "gcp=official", "aws=", "=official", "aws=official,eks=maybe"]) {
    it(`refuses ${JSON.stringify(choice)} with what may be written`, () => {
      assert.throws(
        () => chooseStandIns(choice),
        /^UserError: LOCAL_PROVIDERS has ".*", which is no choice of a provider\.\n {2}Write official, local, or/,
      );
    });
  }
});

describe("official plugins", () => {
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

  const install = (name: string, version: string): Promise<unknown> =>
    mkdir(path.join(home, "plugins", `resource-${name}-v${version}`), { recursive: true });
  const refusal = (...names: StandIn[]): string => {
    try {
      requireOfficial(names);
    } catch (error) {
      assert.ok(error instanceof UserError);
      return error.message;
    }
    return "";
  };

  it("are wanted at exactly the version of the SDK, and only if somebody asks for them", async () => {
    const version = sdkVersion("aws");
    await install("aws", "1.0.0");
    assert.equal(
      refusal("aws"),
      `LOCAL_PROVIDERS asks for official plugins that are not installed: aws ${version} (of the program's SDK).\n` +
        `  Install them: pulumi plugin install resource aws ${version}; or take the stand-ins, with LOCAL_PROVIDERS=local.`,
    );
    await install("aws", version);
    assert.equal(refusal("aws"), "");
    assert.equal(refusal(), "");
  });

  it("are two of Kubernetes where EKS is official too: its own SDK asks for another version", async () => {
    await install("eks", sdkVersion("eks"));
    await install("kubernetes", sdkVersion("kubernetes"));
    assert.equal(refusal("kubernetes"), "");
    assert.equal(refusal("eks"), "", "the Kubernetes stand-in serves both");
    const command = `pulumi plugin install resource kubernetes ${neededByEks.kubernetes}`;
    const text = refusal("eks", "kubernetes");
    assert.match(text, /not installed: kubernetes 4\.19\.0 \(of the EKS plugin's own SDK\)\.\n/);
    assert.ok(text.includes(`Install them: ${command};`), text);
    await install("kubernetes", neededByEks.kubernetes);
    assert.equal(refusal("eks", "kubernetes"), "");
  });

  it("are all named at once", () => {
    const names = [...refusal(...standIns).matchAll(/resource (\w+) ([\d.]+)/g)].map(([, name]) => name);
    assert.deepEqual(names, ["aws", "eks", "github", "kubernetes", "kubernetes"]);
  });

  it("of the EKS plugin's own SDK are known for the release of EKS that is used here", async () => {
    assert.equal(sdkVersion("eks"), neededByEks.eks, "look into nodejs/eks/package.json of the new release");
    // The SDK for programs wants at least what the plugin has.
    const manifest = path.join(checkout, "node_modules/@pulumi/eks/package.json");
    const { dependencies } = JSON.parse(await readFile(manifest, "utf8")) as {
      dependencies: Record<string, string>;
    };
    assert.equal(dependencies["@pulumi/kubernetes"], `^${neededByEks.kubernetes}`);
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
