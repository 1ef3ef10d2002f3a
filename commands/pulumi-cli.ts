/** What the commands ask of Pulumi, by its own command line: the user's backend, login and passphrase hold. */
import path from "node:path";
import { execa } from "execa";
import { UserError } from "../src/errors.ts";
import { outlive } from "./interruption.ts";
import { prefixLines } from "./prefix-lines.ts";

/** Where Pulumi.yaml is. */
export const projectFolder = path.dirname(import.meta.dirname);

export interface Stack {
  /** Such as `sandbox-a`. */
  readonly name: string;
  /** Such as `organization/kubernetes-sdlc/sandbox-a`, which every command of Pulumi takes. */
  readonly fullName: string;
  /** When its last operation ended; undefined before its first. */
  readonly lastUpdate: Date | undefined;
  readonly updateInProgress: boolean;
  /** Undefined where the backend does not tell. */
  readonly resourceCount: number | undefined;
}

/** A stack's configuration, each value as text; of a secret only its name is known. */
export interface StackConfigValues {
  /** By key with its namespace: `kubernetes-sdlc:cidr`. Lists and objects are JSON. */
  readonly values: Readonly<Record<string, string>>;
  readonly secretKeys: readonly string[];
}

export type Operation = "up" | "preview" | "refresh" | "destroy";

export interface OperationResult {
  readonly exitCode: number;
  /** Whether somebody asked for its end, by Ctrl-C or otherwise. */
  readonly interrupted: boolean;
}

interface ListedStack {
  readonly name: string;
  readonly lastUpdate?: string;
  readonly updateInProgress?: boolean;
  readonly resourceCount?: number;
}

interface ConfigEntry {
  readonly value?: string;
  readonly secret: boolean;
}

export class PulumiCli {
  /** Where the project is, and its stack files. */
  readonly folder: string;
  readonly #env: Readonly<Record<string, string>>;

  /**
   * @param folder where the project is.
   * @param env is added to this process's own environment.
   */
  constructor(folder: string = projectFolder, env: Readonly<Record<string, string>> = {}) {
    this.folder = folder;
    this.#env = env;
  }

  /** The project's stacks on the backend, by name. */
  async listStacks(): Promise<Stack[]> {
    const listed = await this.#json<readonly ListedStack[]>(["stack", "ls", "--json", "-Q"]);
    return listed
      .map(({ name, lastUpdate, updateInProgress = false, resourceCount }) => ({
        name: name.split("/").at(-1) ?? name,
        fullName: name,
        lastUpdate: lastUpdate === undefined ? undefined : new Date(lastUpdate),
        updateInProgress,
        resourceCount,
      }))
      .sort((a, b) => a.fullName.localeCompare(b.fullName, "en"));
  }

  /**
   * What a stack exported when it last ran; nothing for one that was never deployed.
   *
   * @param stack its name, or its full one.
   * @throws {UserError} if there is no such stack.
   */
  outputs(
    stack: string,
    { showSecrets = false }: { readonly showSecrets?: boolean } = {},
  ): Promise<Record<string, unknown>> {
    const secrets = showSecrets ? ["--show-secrets"] : [];
    return this.#json(["stack", "output", "--json", "--stack", stack, ...secrets]);
  }

  /** @throws {UserError} if there is no such stack. */
  async config(stack: string): Promise<StackConfigValues> {
    const entries = Object.entries(
      await this.#json<Record<string, ConfigEntry>>(["config", "--json", "--stack", stack]),
    );
    return {
      values: Object.fromEntries(
        entries.flatMap(([key, { value, secret }]) => (secret || value === undefined ? [] : [[key, value]])),
      ),
      secretKeys: entries.filter(([, { secret }]) => secret).map(([key]) => key),
    };
  }

  /**
   * Runs an operation on the terminal, without asking: whoever calls has asked. Ctrl-C lets the engine end what it
   * has begun, and this process outlives it.
   *
   * @param prefix stands before each line, for operations that run beside each other.
   */
  async run(
    operation: Operation,
    stack: string,
    args: readonly string[] = [],
    { prefix }: { readonly prefix?: string } = {},
  ): Promise<OperationResult> {
    const yes = operation === "preview" ? [] : ["--yes", "--skip-preview"];
    const plain = prefix === undefined ? [] : ["--suppress-progress", "--color", "never"];
    const inTerminal = process.stdin.isTTY && prefix === undefined;
    const engine = execa("pulumi", [operation, "--stack", stack, ...yes, ...plain, ...args], {
      cwd: this.folder,
      env: this.#env,
      reject: false,
      stdio: prefix === undefined ? "inherit" : ["ignore", "pipe", "pipe"],
      buffer: false,
      // A signal to this process's whole group must reach the engine once, not twice.
      detached: !inTerminal,
      forceKillAfterDelay: false,
    });
    if (prefix !== undefined) prefixLines(engine, prefix);
    const { result, interrupted } = await outlive(engine, inTerminal);
    if (result.code === "ENOENT") throw notOnPath();
    return { exitCode: result.exitCode ?? 1, interrupted };
  }

  /**
   * Runs a command that changes no resource and returns what it printed.
   *
   * @throws {UserError} with what Pulumi said.
   */
  async quiet(args: readonly string[]): Promise<string> {
    const command = ["--non-interactive", "--color", "never", ...args];
    const result = await execa("pulumi", command, {
      cwd: this.folder,
      env: this.#env,
      stdin: "ignore",
      reject: false,
    });
    if (result.code === "ENOENT") throw notOnPath();
    if (result.exitCode !== 0) throw failure(args, result.stderr);
    return result.stdout;
  }

  async #json<T>(args: readonly string[]): Promise<T> {
    return JSON.parse(await this.quiet(args)) as T;
  }
}

function notOnPath(): UserError {
  return new UserError({
    what: "pulumi: is not on the PATH.",
    remedy:
      'Install it (https://www.pulumi.com/docs/install/), or take the local platform\'s: eval "$(make env)"',
  });
}

function failure(args: readonly string[], stderr: string): UserError {
  const said = stderr
    .replaceAll(/^error: /gm, "")
    .replaceAll(/\s+/g, " ")
    .trim();
  const command = `pulumi ${args.slice(0, 2).join(" ")}`;
  const missing = /no stack named '([^']+)' found/.exec(said)?.[1];
  if (missing !== undefined) {
    return new UserError({
      what: `Stack ${missing}: is not on this backend.`,
      remedy: "See which there are: pulumi stack ls. Make it: pulumi stack init <name>, then pulumi up.",
    });
  }
  if (/must be set for login|not logged in|unauthorized/i.test(said)) {
    return new UserError({
      what: `${command}: is not logged in to a backend (${said}).`,
      remedy: "Log in: pulumi login, or set PULUMI_BACKEND_URL and what it needs.",
    });
  }
  const folder = /unable to open bucket (\S+?)(?:\?\S*)?: .*no such file/.exec(said)?.[1];
  if (folder !== undefined) {
    return new UserError({
      what: `${command}: the backend ${folder} is not there, so that no stack can be in it.`,
      remedy:
        "Check where you are logged in: pulumi whoami --verbose. The first stack of a local platform makes it: make sandbox",
    });
  }
  if (/passphrase/i.test(said)) {
    return new UserError({
      what: `${command}: cannot decrypt (${said}).`,
      remedy: "Set PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE.",
    });
  }
  return new UserError({
    what: `${command}: failed: ${said}`,
    remedy: "Check where you are logged in: pulumi whoami --verbose",
  });
}
