/**
 * What the plumbing knows of one provider instance. The engine attaches several instances of a package to one address, each over a
 * connection of its own, so the connection's peer address tells them apart.
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

export class Session<Configuration> {
  configuration: { readonly value: Configuration } | undefined;
  readonly #interruption = new AbortController();
  #engine: engineServices.EngineClient | undefined;
  engineAddress: string | undefined;

  /** The engine tells its own address in Handshake and again in Attach. */
  attach(engineAddress: string): void {
    if (engineAddress === this.engineAddress) return;
    this.#engine?.close();
    this.engineAddress = engineAddress;
    this.#engine = new engineServices.EngineClient(engineAddress, credentials.createInsecure());
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
    if (!this.configuration) {
      throw new Error(
        "the provider was not configured on this connection; run the command again. " +
          "One set of attached providers serves one engine run.",
      );
    }
    const urn = subject.getUrn?.() ?? "";
    const timeout = subject.getTimeout?.() ?? 0;
    return {
      configuration: this.configuration.value,
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
