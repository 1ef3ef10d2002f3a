/** A local platform for tests: one of a suite's own, in a folder that goes with it, or the one that a run's suites share. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { accountObjects } from "../../local/cli/baseline.ts";
import {
  ensureStack,
  projectName,
  pulumiQuiet,
  runEngine,
  type EngineResult,
  type EngineRun,
} from "../../local/engine/run.ts";
import { shadowProject } from "../../local/engine/stack-config.ts";
import type { CensusEntry } from "../../local/gateway/types.ts";
import { readPlatformInfo, type PlatformInfo } from "../../local/platform/info.ts";
import { ensurePlatform } from "../../local/platform/start.ts";
import { stopPlatform } from "../../local/platform/stop.ts";
import { accountToken, seedAccounts } from "./git-host.ts";

/** Fast enough for a test, slow enough that states are passed through one after the other. */
const testScale = 600;

/** Where a suite's process reads the state folder of the shared platform. */
export const sharedFolderVariable = "TEST_PLATFORM_FOLDER";

/** People of its github.com beside the engineer and Flux, whom a platform knows only from its start. */
const people = [
  { login: "flux-next", access: "read" },
  { login: "outsider", access: "write", repositories: ["acme/other"] },
] as const;

export class TestPlatform {
  readonly stateFolder: string;
  readonly info: PlatformInfo;

  private constructor(stateFolder: string, info: PlatformInfo) {
    this.stateFolder = stateFolder;
    this.info = info;
  }

  /**
   * The platform that the suites of a run share, with Development on it: what a suite makes there bears names of its own, and
   * is gone when the suite ends.
   */
  static async shared(): Promise<TestPlatform> {
    const stateFolder = process.env[sharedFolderVariable];
    const info = stateFolder === undefined ? undefined : await readPlatformInfo(stateFolder);
    if (stateFolder === undefined || info === undefined)
      throw new Error("No shared platform runs. Run the suite by npm test, which starts one.");
    return new TestPlatform(stateFolder, info);
  }

  static async start(): Promise<TestPlatform> {
    // A folder with a space in its name, which every path has to survive.
    const stateFolder = await mkdtemp(path.join(tmpdir(), "sdlc test-"));
    await seedAccounts(stateFolder, people);
    return new TestPlatform(stateFolder, await ensurePlatform(stateFolder, testScale));
  }

  /** What one of the {@link people} logs in with. */
  tokenOf(login: (typeof people)[number]["login"]): string {
    return accountToken(this.stateFolder, login);
  }

  run(stack: string, config?: EngineRun["config"]): EngineRun {
    return { stateFolder: this.stateFolder, info: this.info, stack, ...(config && { config }) };
  }

  /** As a user types `pulumi config set --path`; a secret is typed in. */
  async configure(stack: string, setting: string, value: string, ...flags: "--secret"[]): Promise<void> {
    const run = this.run(stack);
    await ensureStack(run);
    const key = `${projectName}:${setting}`;
    const args = ["config", "set", "--stack", stack, "--path", ...flags, key];
    await pulumiQuiet(run, args, shadowProject(this.stateFolder), value);
  }

  /** Runs the engine and fails with its output when it failed. */
  async succeed(
    operation: Parameters<typeof runEngine>[1],
    stack: string,
    config?: EngineRun["config"],
  ): Promise<EngineResult> {
    const result = await this.engine(operation, stack, config);
    if (result.exitCode !== 0) throw new Error(`pulumi ${operation} of ${stack} failed:\n${result.output}`);
    return result;
  }

  engine(
    operation: Parameters<typeof runEngine>[1],
    stack: string,
    config?: EngineRun["config"],
    env: Readonly<Record<string, string>> = {},
  ): Promise<EngineResult> {
    return runEngine(this.run(stack, config), operation, { inherit: false, env });
  }

  /** What the AWS account holds, without what AWS still lists but has deleted. */
  async account(): Promise<CensusEntry[]> {
    return (await accountObjects(this.info)).filter(({ status }) => status !== "gone");
  }

  async stop(): Promise<void> {
    await stopPlatform(this.stateFolder);
    await rm(this.stateFolder, { recursive: true, force: true });
  }
}
