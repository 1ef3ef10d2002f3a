/** The commands' way to Pulumi, with the real `pulumi` on a file backend. */
import assert from "node:assert/strict";
import path from "node:path";
import { PulumiCli } from "../../commands/pulumi-cli.ts";
import { readStackFile } from "../../commands/stack-file.ts";
import { UserError } from "../../src/errors.ts";
import { TestBackend } from "../support/backend.ts";

describe("pulumi-cli", function () {
  this.timeout(60_000);
  let backend: TestBackend;

  before(async () => {
    backend = await TestBackend.create();
    await backend.init("sandbox-b", { kubernetesVersion: "next", tags: { ticket: "TICKET-1" } });
    await backend.init("development");
    await backend.deployed("development", {
      kubernetesVersion: "1.34",
      kubeconfig: {
        "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
        plaintext: '"hidden"',
      },
    });
  });

  after(() => backend.remove());

  it("lists the stacks of the project by name, with the name that every command takes", async () => {
    const stacks = await backend.pulumi.listStacks();
    assert.deepEqual(
      stacks.map(({ name, fullName, resourceCount }) => [name, fullName, resourceCount]),
      [
        ["development", "organization/kubernetes-sdlc/development", 1],
        ["sandbox-b", "organization/kubernetes-sdlc/sandbox-b", 0],
      ],
    );
    const [first] = stacks;
    assert.ok(Date.now() - (first?.lastUpdate?.getTime() ?? 0) < 60_000);
  });

  it("shows a secret output only when asked", async () => {
    const masked = await backend.pulumi.outputs("development");
    assert.deepEqual(masked, { kubernetesVersion: "1.34", kubeconfig: "[secret]" });
    const clear = await backend.pulumi.outputs("organization/kubernetes-sdlc/development", {
      showSecrets: true,
    });
    assert.deepEqual(clear, { kubernetesVersion: "1.34", kubeconfig: "hidden" });
  });

  it("finds no outputs on a stack that was never deployed", async () => {
    assert.deepEqual(await backend.pulumi.outputs("sandbox-b"), {});
  });

  it("reads a stack's settings as text, and of a secret its name alone", async () => {
    await backend.pulumi.quiet(["config", "set", "--secret", "token", "hidden", "--stack", "sandbox-b"]);
    assert.deepEqual(await backend.pulumi.config("sandbox-b"), {
      values: {
        "kubernetes-sdlc:kubernetesVersion": "next",
        "kubernetes-sdlc:tags": '{"ticket":"TICKET-1"}',
      },
      secretKeys: ["kubernetes-sdlc:token"],
    });
  });

  it("tells a stack's settings as its file does", async () => {
    await backend.init("sandbox-c", {
      kubernetesVersion: "1.35",
      availabilityZones: 3,
      encryptSecrets: true,
      nodeGroups: [{ labels: { team: "a" }, name: "general" }],
      "aws:region": "eu-west-1",
    });
    const set = ["config", "set", "--stack", "sandbox-c", "--secret", "--path"];
    await backend.pulumi.quiet([...set, "credentials.root.token", "hidden"]);
    const file = await readStackFile(backend.folder, "kubernetes-sdlc", "sandbox-c");
    assert.deepEqual(file, await backend.pulumi.config("sandbox-c"));
    assert.deepEqual(file.secretKeys, ["kubernetes-sdlc:credentials"]);
    assert.equal(await readStackFile(backend.folder, "kubernetes-sdlc", "sandbox-zz"), undefined);
    await backend.pulumi.quiet(["stack", "rm", "sandbox-c", "--yes"]);
  });

  it("says which stack is missing", async () => {
    await assert.rejects(backend.pulumi.outputs("sandbox-zz"), {
      name: "UserError",
      message:
        "Stack sandbox-zz: is not on this backend.\n  See which there are: pulumi stack ls. Make it: pulumi stack init <name>, then pulumi up.",
    });
  });

  it("says that pulumi is not on the PATH", async () => {
    const pulumi = new PulumiCli(backend.folder, { ...backend.env, PATH: path.join(backend.folder, "none") });
    await assert.rejects(pulumi.listStacks(), /^UserError: pulumi: is not on the PATH\.\n {2}Install it/);
    await assert.rejects(pulumi.run("preview", "development"), UserError);
  });

  it("says that nobody is logged in", async () => {
    const pulumi = new PulumiCli(backend.folder, {
      ...backend.env,
      PULUMI_BACKEND_URL: "https://api.pulumi.com",
      PULUMI_ACCESS_TOKEN: "",
    });
    await assert.rejects(pulumi.listStacks(), /^UserError: pulumi stack ls: is not logged in .*\n {2}Log in/);
  });

  it("says that the folder of a backend is not there", async () => {
    const url = "file:///nowhere/backend";
    const pulumi = new PulumiCli(backend.folder, { ...backend.env, PULUMI_BACKEND_URL: url });
    await assert.rejects(
      pulumi.listStacks(),
      /stack ls: the backend file:\/\/\/nowhere\/backend is not there/,
    );
  });

  it("says that the passphrase is missing or wrong", async () => {
    const pulumi = new PulumiCli(backend.folder, { ...backend.env, PULUMI_CONFIG_PASSPHRASE: "wrong" });
    await assert.rejects(
      pulumi.outputs("development", { showSecrets: true }),
      /cannot decrypt .*\n {2}Set PULUMI_CONFIG_PASSPHRASE/,
    );
  });
});
