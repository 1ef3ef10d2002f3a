import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { parse } from "yaml";
import {
  readStackFile,
  sandboxKind,
  sandboxTemplate,
  shadowProject,
  stackFile,
  writeLocalStackFile,
  writeShadowProject,
} from "../../engine/stack-config.ts";

interface StackFile {
  readonly config: Readonly<Record<string, unknown>>;
  readonly encryptionsalt?: string;
}

describe("the stack file that the engine is given", () => {
  let stateFolder: string;

  beforeEach(async () => {
    stateFolder = await mkdtemp(path.join(tmpdir(), "stack config test-"));
  });

  afterEach(() => rm(stateFolder, { recursive: true }));

  const write = async (stack: string, config?: Readonly<Record<string, unknown>>): Promise<StackFile> =>
    parse(await readFile(await writeLocalStackFile(stateFolder, stack, config), "utf8")) as StackFile;
  const committed = async (file: string): Promise<StackFile> =>
    parse(await readFile(file, "utf8")) as StackFile;

  it("says what the committed one says", async () => {
    assert.deepEqual(await write("development"), await committed(stackFile("development")));
  });

  it("is the sandbox template's for a stack without a file, which is not made by that", async () => {
    const stack = "sandbox-without-a-file";
    assert.deepEqual(await write(stack), await committed(sandboxTemplate));
    assert.ok(!existsSync(stackFile(stack)));
  });

  it("says which kind of sandbox it is, but for the usual one", async () => {
    const application = { "kubernetes-sdlc:sandbox": { kind: "application" } };
    assert.equal(await sandboxKind({ stack: "sandbox-without-a-file", config: application }), "application");
    assert.equal(await sandboxKind({ stack: "sandbox-without-a-file" }), undefined);
    assert.equal(await sandboxKind({ stack: "development" }), undefined);
  });

  it("has the salt that Pulumi made for the stack, and the committed one stays without", async () => {
    const before = await readFile(stackFile("development"), "utf8");
    await writeShadowProject(stateFolder);
    const salted = path.join(shadowProject(stateFolder), "Pulumi.development.yaml");
    await writeFile(salted, "encryptionsalt: v1:abc=:v1:def\n");
    assert.equal((await write("development")).encryptionsalt, "v1:abc=:v1:def");
    assert.equal((await write("sandbox-a")).encryptionsalt, undefined);
    assert.equal(await readFile(stackFile("development"), "utf8"), before);
  });

  it("has other settings in place of the file's, more of them, and fewer", async () => {
    const { config } = await write("development", {
      "kubernetes-sdlc:kubernetesVersion": "1.35",
      "kubernetes-sdlc:cidr": "10.9.0.0/16",
      "aws:region": undefined,
    });
    const { "aws:region": region, ...rest } = (await committed(stackFile("development"))).config;
    assert.equal(typeof region, "string");
    assert.deepEqual(config, {
      ...rest,
      "kubernetes-sdlc:kubernetesVersion": "1.35",
      "kubernetes-sdlc:cidr": "10.9.0.0/16",
    });
  });

  it("belongs to a project of the same name, in a folder where Pulumi may write", async () => {
    await writeShadowProject(stateFolder);
    const project: unknown = parse(
      await readFile(path.join(shadowProject(stateFolder), "Pulumi.yaml"), "utf8"),
    );
    assert.deepEqual(project, { name: "kubernetes-sdlc", runtime: "nodejs" });
  });

  it("is refused with its name, the line and a remedy where it is not YAML", async () => {
    const file = path.join(stateFolder, "Pulumi.sandbox-a.yaml");
    await writeFile(file, "config:\n  aws:region: [eu-west-1\n  kubernetes-sdlc:cidr: 10.0.0.0/16\n");
    await assert.rejects(readStackFile(file), (error: Error) => {
      const [cause, remedy, ...more] = error.message.split("\n");
      assert.equal(error.name, "UserError");
      assert.match(cause ?? "", /^Pulumi\.sandbox-a\.yaml cannot be read: .* at line 3, column \d+\.$/);
      assert.match(remedy ?? "", /Mend that line/);
      assert.deepEqual(more, []);
      return true;
    });
  });
});
