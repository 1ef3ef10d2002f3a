/**
 * The AWS endpoint of the local platform. It verifies signatures, refuses what AWS refuses, answers for the
 * services that are handed to it, and passes everything else to the emulator behind it.
 */
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import type { ScaledClock } from "../clock.ts";
import { loopback } from "../ports.ts";
import { UserError } from "../user-error.ts";
import { motoClients } from "./account.ts";
import { answerAdmin, isAdminPath } from "./admin.ts";
import { CallLog } from "./call-log.ts";
import { callerIdentity } from "./caller-identity.ts";
import type { CredentialStore } from "./credentials.ts";
import { InjectedFaults } from "./injected-faults.ts";
import { LaggingAnswers } from "./lagging-answers.ts";
import { MotoConnection } from "./moto.ts";
import {
  deniedFault,
  internalFault,
  readOperation,
  renderFault,
  signatureFault,
  throttleFault,
  type Operation,
  type Protocol,
} from "./protocol.ts";
import { roleAllows } from "./role-sessions.ts";
import { refuse, reword } from "./refusals/index.ts";
import {
  SignatureRefusal,
  verifySignature,
  type SignedRequest,
  type VerifiedSignature,
} from "./signature.ts";
import { AwsFault, type AwsResponse, type AwsService } from "./types.ts";

export interface GatewayOptions {
  readonly clock: ScaledClock;
  readonly motoUrl: string;
  readonly credentials: CredentialStore;
  /** By signing name; these are not passed to the emulator. */
  readonly services: Readonly<Record<string, AwsService>>;
  /** A free one if left out. */
  readonly port?: number;
}

export interface Gateway {
  readonly url: string;
  readonly log: CallLog;
  readonly faults: InjectedFaults;
  close(): Promise<void>;
}

/** What the parts of the gateway share. */
export interface GatewayState extends GatewayOptions {
  readonly moto: MotoConnection;
  readonly log: CallLog;
  readonly faults: InjectedFaults;
  readonly answers: LaggingAnswers;
  /** Runs calls that change something one after the other, so that a check still holds when the call is made. */
  readonly inOrder: <Result>(work: () => Promise<Result>) => Promise<Result>;
}

/** A request as it came from the socket. */
export interface ReceivedRequest extends SignedRequest {
  /** Path and query. */
  readonly url: string;
}

/** Longer than the idle time after which SDKs drop a connection, so that they never write to a closed one. */
const keepAliveMilliseconds = 65_000;

/** @throws UserError if the port is taken */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const state: GatewayState = {
    ...options,
    moto: new MotoConnection(options.motoUrl),
    log: new CallLog(),
    faults: new InjectedFaults(),
    answers: new LaggingAnswers(),
    inOrder: queue(),
  };
  const server = createServer({ keepAliveTimeout: keepAliveMilliseconds }, (incoming, outgoing) => {
    void serve(state, incoming, outgoing);
  });
  server.listen(options.port ?? 0, loopback);
  await once(server, "listening").catch((error: unknown) => {
    throw new UserError(
      `The AWS endpoint cannot listen on port ${options.port ?? 0}: ${(error as Error).message}.`,
      "Stop what uses that port, or leave the port out to get a free one.",
    );
  });
  return {
    url: `http://${loopback}:${(server.address() as AddressInfo).port}`,
    log: state.log,
    faults: state.faults,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
      state.moto.close();
    },
  };
}

function queue(): GatewayState["inOrder"] {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const result = last.then(work);
    last = result.catch(() => undefined);
    return result;
  };
}

async function serve(
  state: GatewayState,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  try {
    const request = await receive(incoming);
    const answer = isAdminPath(request.path) ? await answerAdmin(state, request) : await call(state, request);
    if (answer === "no answer") incoming.socket.destroy();
    else outgoing.writeHead(answer.status, answer.headers).end(answer.body);
  } catch (error) {
    // Only what is wrong with the platform itself comes here: the emulator is gone, or a bug.
    outgoing
      .writeHead(500, { "content-type": "text/plain" })
      .end(`The local platform failed: ${String(error)}\n`);
  }
}

async function receive(incoming: IncomingMessage): Promise<ReceivedRequest> {
  const url = incoming.url ?? "/";
  const [path = "/", query = ""] = url.split(/\?(.*)/s);
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(incoming.headers)) headers[name] = String(value);
  const body = await buffer(incoming);
  return { method: incoming.method ?? "GET", url, path, query: new URLSearchParams(query), headers, body };
}

async function call(state: GatewayState, request: ReceivedRequest): Promise<AwsResponse | "no answer"> {
  const started = performance.now();
  const { service, region } = credentialScope(request);
  const operation = readOperation(service, request.headers, request.query, request.body);
  const action =
    operation.action ??
    state.services[service]?.operation?.(request.method, request.path) ??
    `${request.method} ${request.path}`;
  const response = await perform(state, request, operation, action).catch((error: unknown) => {
    if (error instanceof AwsFault) return renderFault(operation.protocol, error);
    throw error;
  });
  const answered = response !== "no answer";
  state.log.add({
    time: new Date().toISOString(),
    service,
    region,
    action,
    status: answered ? response.status : 0,
    ...(answered && response.status >= 400 && { code: errorCode(response) }),
    milliseconds: Math.round(performance.now() - started),
  });
  return response;
}

async function perform(
  state: GatewayState,
  request: ReceivedRequest,
  operation: Operation,
  action: string,
): Promise<AwsResponse | "no answer"> {
  const { protocol } = operation;
  const signature = await verified(state, request, protocol);
  const { service, caller } = signature;
  const fault = state.faults.hit(service, action);
  const injected = fault?.kind;
  if (injected === "timeout") return "no answer";
  if (injected === "throttle") throw throttleFault(protocol);
  if (injected === "error500") throw internalFault(protocol);
  if (injected === "expired") throw signatureFault("expired", protocol);
  if (injected === "denied") throw deniedFault(protocol, caller, `${service}:${action}`);
  if (!(await roleAllows(motoClients(state.motoUrl, signature.region), caller))) {
    throw deniedFault(protocol, caller, `${service}:${action}`);
  }
  const response = await answer(state, request, operation, signature);
  if (injected === "stale" && isQuestion(action))
    return state.answers.lagging(request, response, fault?.seconds);
  return injected === "lost-answer" ? "no answer" : response;
}

async function verified(
  state: GatewayState,
  request: ReceivedRequest,
  protocol: Protocol,
): Promise<VerifiedSignature> {
  try {
    return await verifySignature(request, state.credentials);
  } catch (error) {
    throw error instanceof SignatureRefusal ? signatureFault(error.problem, protocol) : error;
  }
}

async function answer(
  state: GatewayState,
  request: ReceivedRequest,
  operation: Operation,
  { service, region, caller }: VerifiedSignature,
): Promise<AwsResponse> {
  const { action, form, json } = operation;
  const own = state.services[service];
  if (own) return own.handle({ ...request, service, region, caller, ...(action && { action }) });
  if (service === "sts" && action === "GetCallerIdentity") return callerIdentity(caller);
  // The emulator takes service and region from this header, which a presigned URL lacks.
  const authorization =
    request.headers["authorization"] ??
    `AWS4-HMAC-SHA256 Credential=${request.query.get("X-Amz-Credential") ?? ""}, SignedHeaders=host, Signature=0`;
  const raw = { ...request, headers: { ...request.headers, authorization } };
  if (!action || isQuestion(action)) return state.moto.send(raw);
  const asked = { service, action, form, json, aws: motoClients(state.motoUrl, region) };
  return state.inOrder(async () => {
    await refuse(asked);
    const response = await state.moto.send(raw);
    reword(asked, response);
    return response;
  });
}

const isQuestion = (action: string): boolean => /^(Describe|Get|List)/.test(action);

/** Whom the request is for, as it says itself: enough to answer an error in the right protocol. */
function credentialScope({ headers, query }: ReceivedRequest): { service: string; region: string } {
  const credential =
    /Credential=([^, ]+)/.exec(headers["authorization"] ?? "")?.[1] ?? query.get("X-Amz-Credential") ?? "";
  const [, , region = "", service = ""] = credential.split("/");
  return { service, region };
}

function errorCode(response: AwsResponse): string {
  const body = response.body.toString();
  const [, code] = /<Code>([^<]+)<\/Code>|"__type": *"(?:[^"#]*#)?([^"]+)"/.exec(body)?.filter(Boolean) ?? [];
  return code ?? response.headers["x-amzn-errortype"] ?? "";
}
