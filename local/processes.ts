/** Starts, watches and stops the programs that the local platform consists of. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, open, readFile } from "node:fs/promises";
import path from "node:path";
import {
  identify,
  recordedProcesses,
  removeRecord,
  signalGroup,
  writeRecord,
  type ProcessIdentity,
} from "./process-records.ts";
import { UserError } from "./user-error.ts";

export interface ProcessRequest {
  /** Unique in the state folder; also the name of its pid file and log. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Added to this process's own environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** `<state>/logs/<name>.log` if left out. */
  readonly logFile?: string;
  readonly cwd?: string;
}

export interface ProcessExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The end of its log, at most 20 lines. */
  readonly lastLines: string;
}

export interface ManagedProcess {
  readonly name: string;
  readonly pid: number;
  readonly logFile: string;
  /** Resolves when the process has ended, for whatever reason; never rejects. */
  readonly exited: Promise<ProcessExit>;
  /** Asks the process and its children to end, and kills them after `gracefulMilliseconds` (5,000). */
  stop(gracefulMilliseconds?: number): Promise<ProcessExit>;
  /** Lets this Node process end while the child goes on. */
  release(): void;
}

export class Processes {
  readonly stateFolder: string;
  readonly #running = new Map<string, ManagedProcess>();
  readonly #starting = new Set<Promise<ManagedProcess>>();
  #closed = false;

  constructor(stateFolder: string) {
    this.stateFolder = stateFolder;
  }

  /**
   * Starts a program in a process group of its own, so that Ctrl-C in a terminal reaches only who can stop
   * the others in order, and records it.
   * @throws UserError if the program cannot be started, or a process of that name runs already, or all were stopped.
   */
  async start(request: ProcessRequest): Promise<ManagedProcess> {
    const starting = this.#start(request);
    this.#starting.add(starting);
    try {
      return await starting;
    } finally {
      this.#starting.delete(starting);
    }
  }

  async #start(request: ProcessRequest): Promise<ManagedProcess> {
    const { name, command, args } = request;
    await this.#refuseSecond(name);
    if (this.#closed) {
      throw new UserError(
        `${name} is not started: the local platform is stopping.`,
        "Start the platform again.",
      );
    }
    const logFile = request.logFile ?? path.join(this.stateFolder, "logs", `${name}.log`);
    await mkdir(path.dirname(logFile), { recursive: true });
    const log = await open(logFile, "a");
    const child = spawn(command, args, {
      detached: true,
      stdio: ["ignore", log.fd, log.fd],
      env: { ...process.env, ...request.env },
      ...(request.cwd === undefined ? {} : { cwd: request.cwd }),
    });
    const ended = once(child, "exit") as Promise<[number | null, NodeJS.Signals | null]>;
    // A program that cannot be started emits "error" for both promises; the await below reports it.
    ended.catch(() => undefined);
    try {
      await once(child, "spawn");
    } catch (error) {
      throw new UserError(
        `${name} could not be started: ${(error as Error).message}.`,
        `Check that ${command} exists and may be executed; \`make tools\` builds the platform's own.`,
      );
    } finally {
      await log.close();
    }
    const pid = child.pid ?? 0;
    const exited = ended.then(async ([code, signal]): Promise<ProcessExit> => {
      this.#running.delete(name);
      await recorded;
      await removeRecord(this.stateFolder, name);
      return { code, signal, lastLines: await lastLines(logFile) };
    });
    const managed: ManagedProcess = {
      name,
      pid,
      logFile,
      exited,
      stop: (gracefulMilliseconds = 5_000) => stop(pid, exited, gracefulMilliseconds),
      release: () => {
        child.unref();
      },
    };
    this.#running.set(name, managed);
    const recorded = this.#record(name, pid);
    await recorded;
    return managed;
  }

  /** Whether everything was stopped for good. */
  get closed(): boolean {
    return this.#closed;
  }

  /** From here on nothing is started: what ends now was ended on purpose, whoever did it. */
  close(): void {
    this.#closed = true;
  }

  /**
   * Stops everything that this object started and that still runs, or that is just being started; nothing can be started
   * through it after.
   */
  async stopAll(): Promise<void> {
    this.close();
    await Promise.allSettled(this.#starting);
    await Promise.all([...this.#running.values()].map((child) => child.stop()));
  }

  async #refuseSecond(name: string): Promise<void> {
    const [other] = await recordedProcesses(this.stateFolder, (recorded) => recorded === name);
    if (!other?.alive) return;
    throw new UserError(
      `${name} runs already as process ${other.pid}, since ${other.startedAt}.`,
      "Stop the platform that it belongs to with `make local-down`, then start again.",
    );
  }

  async #record(name: string, pid: number): Promise<void> {
    const identity: ProcessIdentity | undefined = await identify(pid);
    if (identity) await writeRecord(this.stateFolder, { name, pid, ...identity });
  }
}

async function stop(
  pid: number,
  exited: Promise<ProcessExit>,
  gracefulMilliseconds: number,
): Promise<ProcessExit> {
  signalGroup(pid, "SIGTERM");
  const timer = setTimeout(() => {
    signalGroup(pid, "SIGKILL");
  }, gracefulMilliseconds);
  const exit = await exited;
  clearTimeout(timer);
  return exit;
}

async function lastLines(logFile: string): Promise<string> {
  const text = await readFile(logFile, "utf8").catch(() => "");
  return text.trimEnd().split("\n").slice(-20).join("\n");
}
