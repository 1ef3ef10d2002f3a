/** A small Pulumi project in a temporary folder, run by the real engine against provider stand-ins. */
import { mkdtemp, mkdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { execa } from "execa";
import { checkout } from "../../folders.ts";
import type { ServedProvider } from "../../product.ts";
import { toolPath } from "../../tools/catalogue.ts";

/** How many resources an engine run created, updated, replaced, …: the summary event's own keys. */
export type Changes = Readonly<Record<string, number>>;

export interface EngineRun {
  readonly failed: boolean;
  readonly changes: Changes;
  /** Diagnostics as `severity: message`, ephemeral lines left out. */
  readonly diagnostics: readonly string[];
  /** Passing lines, as `logical name: message`. */
  readonly statusLines: readonly string[];
  /** Finished steps as `operation name`, in order; the stack and providers left out. */
  readonly steps: readonly string[];
}

interface EngineEvent {
  readonly summaryEvent?: { readonly resourceChanges: Changes };
  readonly diagnosticEvent?: {
    readonly urn?: string;
    readonly severity: string;
    readonly message: string;
    readonly ephemeral?: boolean;
  };
  readonly resOutputsEvent?: {
    readonly metadata: { readonly op: string; readonly urn: string; readonly type: string };
  };
}

const nameOf = (urn: string): string => urn.split("::").at(-1) ?? urn;

export class EngineProject {
  readonly folder: string;
  readonly #environment: Record<string, string>;

  private constructor(folder: string, environment: Record<string, string>) {
    this.folder = folder;
    this.#environment = environment;
  }

  /** `environment` joins the one the engine gets; the machine's own AWS settings never do. */
  static async create(environment: Record<string, string> = {}): Promise<EngineProject> {
    const folder = await mkdtemp(path.join(tmpdir(), "engine-project-"));
    const paths = ["pulumi", "pulumi-language-nodejs"].map((tool) => path.dirname(toolPath(tool)));
    const node = path.join(checkout, "node_modules", ".bin");
    const inherited = Object.entries(process.env).filter(([name]) => !/^(AWS|PULUMI)_/.test(name));
    const project = new EngineProject(folder, {
      ...(Object.fromEntries(inherited) as Record<string, string>),
      PATH: [...paths, node, process.env["PATH"] ?? ""].join(path.delimiter),
      PULUMI_HOME: path.join(folder, "home"),
      PULUMI_BACKEND_URL: `file://${folder}`,
      PULUMI_CONFIG_PASSPHRASE: "test",
      PULUMI_SKIP_UPDATE_CHECK: "1",
      // Shows the flag --event-log, as the Automation API does.
      PULUMI_DEBUG_COMMANDS: "true",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "1",
      ...environment,
    });
    await mkdir(path.join(folder, "home"));
    await symlink(path.join(checkout, "node_modules"), path.join(folder, "node_modules"));
    await writeFile(path.join(folder, "package.json"), '{"name":"trial","type":"module"}');
    await writeFile(
      path.join(folder, "Pulumi.yaml"),
      "name: trial\nmain: main.ts\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n" +
        "    nodeargs: --experimental-strip-types --disable-warning=ExperimentalWarning\n",
    );
    await writeFile(path.join(folder, "main.ts"), "");
    await execa("pulumi", ["stack", "init", "test"], project.#options());
    return project;
  }

  async program(source: string): Promise<void> {
    await writeFile(path.join(this.folder, "main.ts"), source);
  }

  #options(environment: Record<string, string> = {}): {
    cwd: string;
    env: Record<string, string>;
    extendEnv: false;
  } {
    return { cwd: this.folder, env: { ...this.#environment, ...environment }, extendEnv: false };
  }

  /**
   * One engine run with the given providers attached; they serve no other run. `meanwhile` gets a way to
   * interrupt it as Ctrl-C does.
   */
  async run(
    command: "preview" | "up" | "refresh" | "destroy",
    providers: readonly ServedProvider[],
    meanwhile?: (interrupt: () => void) => Promise<void>,
  ): Promise<EngineRun> {
    const log = path.join(this.folder, "events.jsonl");
    await rm(log, { force: true });
    const attached = providers.map((provider) => `${provider.package}:${provider.port}`).join(",");
    const flags = ["--stack", "test", "--non-interactive", "--event-log", log];
    const engine = execa(
      "pulumi",
      [command, ...flags, ...(command === "preview" ? [] : ["--yes", "--skip-preview"])],
      {
        ...this.#options({ PULUMI_DEBUG_PROVIDERS: attached }),
        reject: false,
        all: true,
      },
    );
    await meanwhile?.(() => engine.kill("SIGINT"));
    const { failed, all } = await engine;
    const text = await readFile(log, "utf8").catch(() => "");
    const events = text
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as EngineEvent);
    const diagnostics = events.flatMap(({ diagnosticEvent }) => diagnosticEvent ?? []);
    const steps = events.flatMap(({ resOutputsEvent }) => resOutputsEvent?.metadata ?? []);
    return {
      failed,
      changes: events.flatMap(({ summaryEvent }) => summaryEvent ?? []).at(-1)?.resourceChanges ?? {},
      diagnostics: [
        ...diagnostics
          .filter(({ ephemeral, severity }) => !ephemeral && severity !== "debug")
          .map(({ severity, message }) => `${severity}: ${message.trim()}`),
        ...(failed && events.length === 0 ? [all] : []),
      ],
      statusLines: diagnostics
        .filter(({ ephemeral }) => ephemeral)
        .map(({ urn, message }) => `${nameOf(urn ?? "")}: ${message.trim()}`),
      steps: steps
        .filter(({ type }) => !/^pulumi:(pulumi:Stack|providers:)/.test(type))
        .map(({ op, urn }) => `${op} ${nameOf(urn)}`),
    };
  }

  async outputs(): Promise<Record<string, unknown>> {
    const { stdout } = await execa("pulumi", ["stack", "output", "--json"], this.#options());
    return JSON.parse(stdout) as Record<string, unknown>;
  }

  /** The deployment as it stands in the state; with its secrets in clear where they are asked for. */
  async state({ showSecrets = false } = {}): Promise<string> {
    const flags = showSecrets ? ["--show-secrets"] : [];
    const { stdout } = await execa("pulumi", ["stack", "export", ...flags], this.#options());
    return stdout;
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}
