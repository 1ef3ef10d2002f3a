/** Runs the Pulumi engine on the local platform, as a user would, with its own set of provider stand-ins. */
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { execa } from "execa";
import { checkout } from "../folders.ts";
import type { PlatformInfo } from "../platform/info.ts";
import { outlive } from "../product.ts";
import { engineFolder } from "../tools/engine.ts";
import { backendFolder, engineEnvironment } from "./environment.ts";
import { cleanEventLog } from "./event-log.ts";
import { clearStaleLocks } from "./locks.ts";
import { attachProviders, chooseStandIns, requireOfficial, standIns } from "./providers.ts";
import { sandboxKind, shadowProject, writeLocalStackFile, writeShadowProject } from "./stack-config.ts";

export const projectName = "kubernetes-sdlc";

export interface EngineRun {
  readonly stateFolder: string;
  readonly info: PlatformInfo;
  readonly stack: string;
  /** Settings that take the place of those in the stack's file. */
  readonly config?: Readonly<Record<string, unknown>>;
}

/** An engine at work, for who has to end it otherwise than a person does. */
export interface RunningEngine {
  /** It leads a process group of its own, unless it runs in a terminal. */
  readonly pid: number;
  /** As in {@link EngineResult}; it grows meanwhile. */
  readonly eventLog: string;
}

export interface EngineResult {
  readonly exitCode: number;
  /** Whether somebody asked for its end, by Ctrl-C or otherwise. */
  readonly interrupted: boolean;
  /** Both streams as they came, if they were not inherited. */
  readonly output: string;
  /** Where the engine wrote its events, one JSON object a line. */
  readonly eventLog: string;
}

export const stackExists = (stateFolder: string, stack: string): boolean =>
  existsSync(path.join(backendFolder(stateFolder), ".pulumi", "stacks", projectName, `${stack}.json`));

/** Makes the stack in the local backend if it is not there. */
export async function ensureStack(run: EngineRun): Promise<void> {
  if (stackExists(run.stateFolder, run.stack)) return;
  await mkdir(backendFolder(run.stateFolder), { recursive: true });
  await writeShadowProject(run.stateFolder);
  const folder = shadowProject(run.stateFolder);
  await pulumiQuiet(run, ["stack", "init", run.stack, "--no-select"], folder);
  // As a user would set the credentials that Flux reads the repository and the releases with.
  const set = async (setting: string, value: string, ...flags: "--secret"[]): Promise<void> => {
    const key = `${projectName}:credentials.${setting}`;
    await pulumiQuiet(run, ["config", "set", "--stack", run.stack, "--path", ...flags, key], folder, value);
  };
  await set("root.type", "token");
  await set("root.token", run.info.fluxToken, "--secret");
  const kind = await sandboxKind(run);
  if (kind === "application") {
    await set("apps.type", "token");
    await set("apps.token", run.info.fluxToken, "--secret");
  }
  // Where the platform comes from a registry, as gitops/clusters/ has it.
  if (kind !== "performance" && !["staging", "production"].includes(run.stack)) return;
  await set("platform.type", "registry");
  await set("platform.server", "ghcr.io");
  await set("platform.username", "flux");
  await set("platform.password", run.info.fluxToken, "--secret");
}

/** Runs a `pulumi` command that needs no provider and returns what it printed; `input` is what it reads. */
export async function pulumiQuiet(
  run: EngineRun,
  args: readonly string[],
  cwd: string = checkout,
  input = "",
): Promise<string> {
  const env = await engineEnvironment(run.info, run.stateFolder);
  const { stdout } = await execa(path.join(await engineFolder(), "pulumi"), args, { cwd, env, input });
  return stdout;
}

/** Runs `pulumi <operation>` for a stack with providers attached; `inherit` shows it on the terminal. */
export async function runEngine(
  run: EngineRun,
  operation: "up" | "destroy" | "preview" | "refresh",
  {
    args = [],
    inherit = true,
    env = {},
    started,
  }: {
    readonly args?: readonly string[];
    readonly inherit?: boolean;
    readonly env?: Readonly<Record<string, string>>;
    readonly started?: (engine: RunningEngine) => void;
  } = {},
): Promise<EngineResult> {
  const names = chooseStandIns(process.env["LOCAL_PROVIDERS"]);
  requireOfficial(standIns.filter((name) => !names.includes(name)));
  await ensureStack(run);
  await clearStaleLocks(run.stateFolder, projectName, run.stack);
  const environment = { ...(await engineEnvironment(run.info, run.stateFolder)), ...env };
  const eventLog = path.join(run.stateFolder, "events", `${run.stack}-${operation}-${Date.now()}.json`);
  await mkdir(path.dirname(eventLog), { recursive: true });
  const config = await writeLocalStackFile(run.stateFolder, run.stack, run.config);
  const yes = operation === "preview" ? [] : ["--yes", "--skip-preview"];
  const plain = inherit && process.stdout.isTTY ? [] : ["--suppress-progress", "--color", "never"];
  const inTerminal = inherit && process.stdin.isTTY;
  const program = path.join(await engineFolder(), "pulumi");
  // Nothing may fail between this and its close: an open set keeps this process from ending.
  const providers = await attachProviders(names, environment);
  try {
    const engine = execa(
      program,
      [
        operation,
        "--stack",
        run.stack,
        "--config-file",
        config,
        ...yes,
        ...plain,
        "--event-log",
        eventLog,
        ...args,
      ],
      {
        cwd: checkout,
        env: { ...environment, PULUMI_DEBUG_PROVIDERS: providers.debugProviders },
        reject: false,
        all: true,
        stdio: inherit ? "inherit" : ["ignore", "pipe", "pipe"],
        // A signal to this process's whole group must reach the engine once, not twice.
        detached: !inTerminal,
        forceKillAfterDelay: false,
      },
    );
    if (engine.pid !== undefined) started?.({ pid: engine.pid, eventLog });
    const { result, interrupted } = await outlive(engine, inTerminal);
    return {
      exitCode: result.exitCode ?? 1,
      interrupted,
      output: typeof result.all === "string" ? result.all : "",
      eventLog,
    };
  } finally {
    await providers.close();
    await cleanEventLog(eventLog);
  }
}
