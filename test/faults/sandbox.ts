/** The sandbox of one scenario: its stack, its cluster, its account, its branch. */
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { recordBaseline } from "../../local/cli/baseline.ts";
import { stackOutputs } from "../../local/engine/outputs.ts";
import { runEngine, type EngineResult, type EngineRun, type RunningEngine } from "../../local/engine/run.ts";
import type { TeardownEvent } from "../../src/teardown/receipt/events.ts";
import type { TestPlatform } from "../support/test-platform.ts";
import { SandboxAccount } from "./account.ts";
import { SandboxCluster } from "./cluster.ts";
import { PlatformRepository } from "./repository.ts";
import type { Choices, Scenario, Way } from "./scenario.ts";

const region = "eu-west-1";

export class Sandbox {
  readonly run: EngineRun;
  readonly ticketBranch: string;
  readonly account: SandboxAccount;
  readonly repository: PlatformRepository;
  /** What a scenario has to remember between its parts, by a name of its own. */
  readonly notes = new Map<string, string>();
  readonly #reports: string;
  #cluster: SandboxCluster | undefined;
  #vpcId = "";

  constructor(platform: TestPlatform, name: string, settings: Scenario["settings"] = {}) {
    const { stateFolder, info } = platform;
    const ticket = `FAULT-${name.replace(/\D/g, "") || "0"}`;
    this.ticketBranch = `${ticket}-${name}`;
    const config = {
      "kubernetes-sdlc:flux": { enabled: true },
      // Only what a scenario asks for runs in its cluster.
      "kubernetes-sdlc:services": {},
      "kubernetes-sdlc:sandbox": { branch: this.ticketBranch },
      "kubernetes-sdlc:tags": { ticket, owner: "fault-suite", expiry: "1d" },
      ...settings,
    };
    this.run = { stateFolder, info, stack: `sandbox-${name}`, config };
    this.account = new SandboxAccount(info, region);
    this.repository = new PlatformRepository(stateFolder, info);
    this.#reports = path.join(stateFolder, "reports", this.run.stack);
    mkdirSync(this.#reports, { recursive: true });
  }

  /** Name of the stack, and of the cluster. */
  get name(): string {
    return this.run.stack;
  }

  /** @throws {Error} before the `up`. */
  get cluster(): SandboxCluster {
    if (this.#cluster === undefined) throw new Error(`${this.name} has no cluster yet.`);
    return this.#cluster;
  }

  get vpcId(): string {
    return this.#vpcId;
  }

  /** What all teardowns of it have written down, the oldest first. */
  events(): readonly TeardownEvent[] {
    const files = readdirSync(this.#reports, { withFileTypes: true }).filter(({ name }) =>
      name.endsWith(".jsonl"),
    );
    return files
      .flatMap(({ name }) => readFileSync(path.join(this.#reports, name), "utf8").split("\n"))
      .flatMap((line) => parseEvent(line) ?? [])
      .sort((a, b) => (a.at < b.at ? -1 : 1));
  }

  /** @throws {Error} with the engine's output if it failed. */
  async up(files: Scenario["files"]): Promise<void> {
    if (files !== undefined) {
      await this.repository.commit(this.ticketBranch, files(this), "Plant what the scenario needs");
    }
    const { info, stateFolder, stack } = this.run;
    await recordBaseline(info, stateFolder, stack);
    const { exitCode, output } = await this.engine("up");
    if (exitCode !== 0) throw new Error(`pulumi up of ${stack} failed:\n${output}`);
    this.#vpcId = String((await stackOutputs(this.run))["vpcId"]);
    this.#cluster = await SandboxCluster.connect(this.run, region);
  }

  engine(
    operation: "up" | "destroy",
    choices: Choices = {},
    started?: (engine: RunningEngine) => void,
  ): Promise<EngineResult> {
    const env = { SDLC_REPORTS: this.#reports, ...choices };
    return runEngine(this.run, operation, { inherit: false, env, ...(started && { started }) });
  }
}

/** Undefined for half a line, of a teardown that was killed while it wrote. */
function parseEvent(line: string): TeardownEvent | undefined {
  try {
    return line === "" ? undefined : (JSON.parse(line) as TeardownEvent);
  } catch {
    return undefined;
  }
}

/** `f7`, `f7-plain`: the name of a scenario's sandbox, which no other scenario's begins with in full. */
export function sandboxName({ number }: Pick<Scenario, "number">, way: Way): string {
  return way === "product" ? `f${number}` : `f${number}-${way}`;
}
