/**
 * What the plugin knows of one provider instance: its configuration, the engine that it reports to, and whether that has
 * interrupted it.
 */
import { credentials } from "@grpc/grpc-js";
import engineServices from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import engineMessages from "@pulumi/pulumi/proto/engine_pb.js";
import type { OperationContext } from "./implementation.ts";

type Severity = Parameters<OperationContext<unknown>["log"]>[0];

const severities: Readonly<Record<Severity, engineMessages.LogSeverity>> = {
  debug: engineMessages.LogSeverity.DEBUG,
  info: engineMessages.LogSeverity.INFO,
  warning: engineMessages.LogSeverity.WARNING,
  error: engineMessages.LogSeverity.ERROR,
};

/** The fields of a request that say which resource it is about. */
export interface RequestSubject {
  getUrn?(): string;
  getName?(): string;
  getType?(): string;
  getTimeout?(): number;
}

/** A call, as far as it says whose it is. */
export interface Caller {
  /** Address of the connection, `127.0.0.1:40001`: another one after the engine has closed a connection that was idle. */
  readonly peer: string;
  /** Whether an instance begins with such a call (Handshake, Configure); every other call needs what these have left. */
  readonly opens: boolean;
}

/** Which session a call belongs to. */
export interface Sessions<Configuration> {
  of(caller: Caller): Session<Configuration>;
  all(): Iterable<Session<Configuration>>;
}

/**
 * One for the process: the engine starts a process for each provider instance. Where a call comes from means nothing, because
 * grpc-go closes a connection that was idle for 30 minutes and makes another one for the next call.
 */
export function oneSession<Configuration>(): Sessions<Configuration> {
  const session = new Session<Configuration>();
  return { of: () => session, all: () => [session] };
}

export class Session<Configuration> {
  #configuration: { readonly value: Configuration } | undefined;
  #interruption = new AbortController();
  #engine: engineServices.EngineClient | undefined;
  engineAddress: string | undefined;

  /** The engine tells its own address in Handshake and again in Attach. */
  attach(engineAddress: string): void {
    if (engineAddress === this.engineAddress) return;
    this.#engine?.close();
    this.engineAddress = engineAddress;
    this.#engine = new engineServices.EngineClient(engineAddress, credentials.createInsecure());
  }

  get configuration(): Configuration | undefined {
    return this.#configuration?.value;
  }

  get isConfigured(): boolean {
    return this.#configuration !== undefined;
  }

  /** An engine that configures has a run before it, whatever became of the one before. */
  configure(value: Configuration): void {
    this.#configuration = { value };
    if (this.#interruption.signal.aborted) this.#interruption = new AbortController();
  }

  /** Sent when the user interrupts the engine, and at every normal end. */
  cancel(): void {
    this.#interruption.abort();
  }

  close(): void {
    this.cancel();
    this.#engine?.close();
  }

  context(subject: RequestSubject, type: string, call: AbortSignal): OperationContext<Configuration> {
    if (!this.#configuration) {
      throw new Error(
        "the provider was asked for something before it was configured; run the command again. " +
          "One set of attached providers serves one engine run.",
      );
    }
    const urn = subject.getUrn?.() ?? "";
    const timeout = subject.getTimeout?.() ?? 0;
    return {
      configuration: this.#configuration.value,
      urn,
      name: subject.getName?.() ?? "",
      type,
      signal: AbortSignal.any([this.#interruption.signal, call]),
      timeoutSeconds: (fallback) => (timeout > 0 ? timeout : fallback),
      status: (message) => {
        this.#log("info", message, urn, true);
      },
      log: (severity, message) => {
        this.#log(severity, message, urn, false);
      },
    };
  }

  #log(severity: Severity, message: string, urn: string, ephemeral: boolean): void {
    const request = new engineMessages.LogRequest()
      .setSeverity(severities[severity])
      .setMessage(message)
      .setUrn(urn)
      .setEphemeral(ephemeral);
    // A line that the engine no longer takes is no reason to fail the operation it tells about.
    this.#engine?.log(request, () => undefined);
  }
}
