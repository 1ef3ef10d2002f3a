/** The emulator behind the gateway: its process, and how a call is passed to it. */
import { Agent, request as httpRequest } from "node:http";
import path from "node:path";
import { buffer } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import type { ScaledClock } from "../clock.ts";
import { loopback, onFreePorts } from "../ports.ts";
import type { ManagedProcess, Processes } from "../processes.ts";
import { pythonPrograms } from "../tools/python.ts";
import { UserError } from "../user-error.ts";
import type { AwsResponse } from "./types.ts";

export interface Moto {
  readonly url: string;
  readonly process: ManagedProcess;
}

/** Starts moto with AWS's durations and waits until it answers. @throws UserError with the end of its log */
export async function startMoto(processes: Processes, clock: ScaledClock): Promise<Moto> {
  return onFreePorts(1, ([port = 0]) => startMotoAt(processes, clock, port));
}

async function startMotoAt(processes: Processes, clock: ScaledClock, port: number): Promise<Moto> {
  const child = await processes.start({
    name: "moto",
    command: path.join(pythonPrograms, "python"),
    args: [path.join(import.meta.dirname, "moto", "server.py"), String(port), String(clock.scale)],
    env: {
      PYTHONDONTWRITEBYTECODE: "1",
      // AWS's own policies, such as AmazonEKSClusterPolicy, are there to be attached.
      MOTO_IAM_LOAD_MANAGED_POLICIES: "true",
      // moto would pre-make a thousand snapshots a region that the account then seems to own.
      MOTO_EC2_LOAD_DEFAULT_AMIS: "false",
    },
  });
  const url = `http://${loopback}:${port}`;
  const ended = child.exited.then(({ lastLines }) => {
    throw new UserError(
      "The AWS emulator (moto) ended while it was starting.",
      `Read ${child.logFile}; \`make tools\` installs it again.`,
      lastLines,
    );
  });
  await Promise.race([waitForMoto(url), ended]);
  return { url, process: child };
}

/** Resolves when moto answers. @throws UserError after `timeoutMilliseconds` (30,000) */
export async function waitForMoto(url: string, timeoutMilliseconds = 30_000): Promise<void> {
  const deadline = Date.now() + timeoutMilliseconds;
  while (Date.now() < deadline) {
    const answer = await fetch(new URL("/moto-api/", url)).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer?.ok) return;
    await sleep(50);
  }
  throw new UserError(
    `The AWS emulator (moto) did not answer within ${timeoutMilliseconds / 1000} s.`,
    "Look into its log; a machine that is very busy may need a second try.",
  );
}

export interface RawRequest {
  readonly method: string;
  /** Path and query as they came. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** Headers that belong to one connection, not to the message. */
const connectionHeaders = new Set([
  "connection",
  "content-length",
  "expect",
  "keep-alive",
  "transfer-encoding",
]);

const messageHeaders = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !connectionHeaders.has(name)));

export class MotoConnection {
  readonly #url: string;
  readonly #agent = new Agent({ keepAlive: true });

  constructor(url: string) {
    this.#url = url;
  }

  async send(request: RawRequest): Promise<AwsResponse> {
    return new Promise((resolve, reject) => {
      const outgoing = httpRequest(new URL(request.url, this.#url), {
        method: request.method,
        agent: this.#agent,
        headers: { ...messageHeaders(request.headers), "content-length": request.body.length },
      });
      outgoing.on("error", reject);
      outgoing.on("response", (incoming) => {
        buffer(incoming).then((body) => {
          const headers = messageHeaders(incoming.headers as Record<string, string>);
          resolve({ status: incoming.statusCode ?? 500, headers, body });
        }, reject);
      });
      outgoing.end(request.body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}
