/**
 * The local ghcr.io: go-containerregistry's registry, with the accounts of the local github.com in front of it
 * (basic authentication; a package may be public for reading). It keeps what it holds in its memory, and so loses it where it
 * ends by itself.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { waitForAnswer } from "../kubernetes/wait-for-answer.ts";
import { loopback, onFreePorts } from "../ports.ts";
import type { Processes } from "../processes.ts";
import { SupervisedProcess } from "../supervised-process.ts";
import { toolPath } from "../tools/catalogue.ts";
import { may, presentedToken, type Account, type Accounts } from "./accounts.ts";
import { passOn, replyJson, urlOf, type Host } from "./host.ts";

export interface OciRegistry {
  readonly host: Host;
  stop(): Promise<void>;
}

export async function startOciRegistry(
  processes: Processes,
  accounts: Accounts,
  publicPackages: ReadonlySet<string>,
): Promise<OciRegistry> {
  const { running, port } = await onFreePorts(1, ([port = 0]) => startProgram(processes, port));
  return {
    host: (request, response) => serve(port, accounts, publicPackages, request, response),
    stop: () => running.stop(),
  };
}

async function startProgram(
  processes: Processes,
  port: number,
): Promise<{ running: SupervisedProcess; port: number }> {
  const request = {
    name: "registry",
    command: toolPath("registry"),
    args: ["-port", String(port)],
  };
  const running = await SupervisedProcess.start(processes, request, (line) => {
    console.error(line);
    if (/ended unasked/.test(line)) console.error("What ghcr.io held is lost with it: publish it again.");
  });
  try {
    await waitForAnswer(running, `http://${loopback}:${port}/v2/`);
  } catch (error) {
    await running.stop();
    throw error;
  }
  return { running, port };
}

/** The package in /v2/<package>/(manifests|blobs|tags|referrers)/…; its own name may hold such a word, too. */
const packageOf = (pathname: string): string =>
  /^\/v2\/(.+)\/(?:manifests|blobs|tags|referrers)\//.exec(pathname)?.[1] ?? "";

/** A token that is limited to some repositories reaches the packages of their owners. */
function mayUse(account: Account, access: "read" | "write", name: string): boolean {
  const [owner = ""] = name.split("/");
  const own = account.repositories?.find((repository) => repository.startsWith(`${owner}/`));
  return may(account, access, own ?? name);
}

async function serve(
  port: number,
  accounts: Accounts,
  publicPackages: ReadonlySet<string>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { pathname } = urlOf(request);
  const reading = request.method === "GET" || request.method === "HEAD";
  const token = presentedToken(request);
  const account = token === undefined ? undefined : accounts.byToken(token);
  const name = packageOf(pathname);
  if (!account && !(token === undefined && reading && publicPackages.has(name))) {
    response.setHeader("www-authenticate", 'Basic realm="ghcr.io"');
    refuse(response, 401, "UNAUTHORIZED", "authentication required");
    return;
  }
  if (account && name && !mayUse(account, reading ? "read" : "write", name)) {
    refuse(response, 403, "DENIED", `permission_denied: ${reading ? "read" : "write"}_package`);
    return;
  }
  const headers = { ...request.headers, "x-forwarded-proto": "https" };
  // The registry knows no accounts, and would take credentials for a mistake.
  delete headers.authorization;
  await passOn(request, response, { port, headers });
}

function refuse(response: ServerResponse, status: number, code: string, message: string): void {
  replyJson(response, status, { errors: [{ code, message }] });
}
