/** Keeps one program of the local platform running: what ends unasked is started again. */
import { setTimeout as sleep } from "node:timers/promises";
import type { ManagedProcess, ProcessExit, Processes, ProcessRequest } from "./processes.ts";

/** Milliseconds before the first restart; doubled with each further one, up to the longest. */
const backoff = { first: 250, longest: 10_000 };
/** Milliseconds after which a program counts as healthy, and its next end as a first one. */
const settled = 30_000;

export class SupervisedProcess {
  readonly #processes: Processes;
  readonly #request: ProcessRequest;
  readonly #log: (line: string) => void;
  readonly #stopping = new AbortController();
  #child: ManagedProcess | undefined;
  #watching: Promise<void> = Promise.resolve();
  #lastExit: ProcessExit | undefined;

  private constructor(processes: Processes, request: ProcessRequest, log: (line: string) => void) {
    this.#processes = processes;
    this.#request = request;
    this.#log = log;
  }

  /** @throws UserError if the program cannot be started at all. */
  static async start(
    processes: Processes,
    request: ProcessRequest,
    log: (line: string) => void,
  ): Promise<SupervisedProcess> {
    const supervised = new SupervisedProcess(processes, request, log);
    const child = await processes.start(request);
    supervised.#child = child;
    supervised.#watching = supervised.#watch(child);
    return supervised;
  }

  get name(): string {
    return this.#request.name;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** How it last ended unasked; undefined if it never did. */
  get lastExit(): ProcessExit | undefined {
    return this.#lastExit;
  }

  /** Ends it for good; see ManagedProcess.stop for the milliseconds. */
  async stop(gracefulMilliseconds?: number): Promise<void> {
    this.#stopping.abort();
    await this.#child?.stop(gracefulMilliseconds);
    await this.#watching;
  }

  async #watch(first: ManagedProcess): Promise<void> {
    let delay = backoff.first;
    let child: ManagedProcess | undefined = first;
    while (!this.#isStopping()) {
      const since = Date.now();
      if (child) await this.#ended(child);
      if (this.#isStopping()) return;
      delay = Date.now() - since > settled ? backoff.first : delay;
      this.#log(`${this.#request.name} is started again in ${delay} ms.`);
      await sleep(delay, undefined, { signal: this.#stopping.signal, ref: false }).catch(() => undefined);
      if (this.#isStopping()) return;
      delay = Math.min(delay * 2, backoff.longest);
      child = await this.#restart();
      this.#child = child;
      // A stop that came while the program was being started found nothing to stop.
      if (this.#isStopping()) await child?.stop();
    }
  }

  async #ended(child: ManagedProcess): Promise<void> {
    const exit = await child.exited;
    if (this.#isStopping()) return;
    this.#lastExit = exit;
    const how = exit.signal === null ? `code ${String(exit.code)}` : `signal ${exit.signal}`;
    this.#log(`${child.name} ended unasked with ${how}; the end of ${child.logFile}:\n${exit.lastLines}`);
  }

  async #restart(): Promise<ManagedProcess | undefined> {
    try {
      return await this.#processes.start(this.#request);
    } catch (error) {
      this.#log((error as Error).message);
      return undefined;
    }
  }

  #isStopping(): boolean {
    return this.#stopping.signal.aborted || this.#processes.closed;
  }
}
