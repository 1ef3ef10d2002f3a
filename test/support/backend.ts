/** A file backend of a test's own, with stacks that say they were deployed. The real `pulumi` reads them. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { parse, stringify } from "yaml";
import { PulumiCli } from "../../commands/pulumi-cli.ts";
import { checkout } from "../../local/folders.ts";
import { engineFolder } from "../../local/tools/engine.ts";

const project = "kubernetes-sdlc";

interface State {
  readonly deployment: Readonly<Record<string, unknown>>;
}

export class TestBackend {
  /** A folder with a space in its name, which every path has to survive. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  readonly pulumi: PulumiCli;

  private constructor(folder: string, env: Readonly<Record<string, string>>) {
    this.folder = folder;
    this.env = env;
    this.pulumi = new PulumiCli(folder, env);
  }

  static async create(): Promise<TestBackend> {
    const folder = await mkdtemp(path.join(tmpdir(), "backend test-"));
    await mkdir(path.join(folder, "backend"));
    await writeFile(path.join(folder, "Pulumi.yaml"), `name: ${project}\nruntime: nodejs\n`);
    return new TestBackend(folder, {
      PATH: [
        path.join(checkout, "node_modules", ".bin"),
        await engineFolder(),
        process.env["PATH"] ?? "",
      ].join(path.delimiter),
      PULUMI_BACKEND_URL: pathToFileURL(path.join(folder, "backend")).href,
      PULUMI_CONFIG_PASSPHRASE: "test",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_HOME: path.join(folder, "home"),
    });
  }

  /** Makes a stack with these settings (without the project's name before them), which no `up` has run on. */
  async init(stack: string, config: Readonly<Record<string, unknown>> = {}): Promise<void> {
    await this.pulumi.quiet(["stack", "init", stack, "--no-select"]);
    await this.configure(stack, config);
  }

  async configure(stack: string, config: Readonly<Record<string, unknown>>): Promise<void> {
    const settings = Object.entries(config).map(([name, value]) => [
      name.includes(":") ? name : `${project}:${name}`,
      value,
    ]);
    const file = path.join(this.folder, `Pulumi.${stack}.yaml`);
    // The stack's salt is in there already.
    const kept = parse(await readFile(file, "utf8")) as Record<string, unknown>;
    await writeFile(file, stringify({ ...kept, config: Object.fromEntries(settings) as unknown }));
  }

  /** Has the stack's state say that an `up` ended with these outputs. */
  async deployed(
    stack: string,
    outputs: Readonly<Record<string, unknown>>,
    { protected: protect = false }: { readonly protected?: boolean } = {},
  ): Promise<void> {
    const file = path.join(this.folder, "state.json");
    const type = "pulumi:pulumi:Stack";
    const urn = `urn:pulumi:${stack}::${project}::${type}::${project}-${stack}`;
    const time = new Date().toISOString();
    const state = JSON.parse(await this.pulumi.quiet(["stack", "export", "--stack", stack])) as State;
    const deployment = {
      ...state.deployment,
      manifest: { time, magic: "", version: "" },
      resources: [{ urn, custom: false, type, outputs, protect }],
    };
    await writeFile(file, JSON.stringify({ ...state, deployment }));
    await this.pulumi.quiet(["stack", "import", "--stack", stack, "--file", file]);
  }

  async remove(): Promise<void> {
    // A `pulumi` that has ended may have left a child behind that still writes its cache.
    await rm(this.folder, { recursive: true, force: true, maxRetries: 10 });
  }
}
