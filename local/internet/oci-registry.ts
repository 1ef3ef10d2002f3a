/**
 * The local ghcr.io: the real distribution registry, with the accounts of the local github.com in front of it
 * (basic authentication; a package may be public for reading).
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import path from "node:path";
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
  stateFolder: string,
  processes: Processes,
  accounts: Accounts,
  publicPackages: ReadonlySet<string>,
): Promise<OciRegistry> {
  const { running, port } = await onFreePorts(1, ([port = 0]) => startProgram(stateFolder, processes, port));
  return {
    host: (request, response) => serve(port, accounts, publicPackages, request, response),
    stop: () => running.stop(),
  };
}

async function startProgram(
  stateFolder: string,
  processes: Processes,
  port: number,
): Promise<{ running: SupervisedProcess; port: number }> {
  const request = {
    name: "registry",
    command: toolPath("registry"),
    args: ["serve", path.join(import.meta.dirname, "registry.yaml")],
    env: {
      REGISTRY_HTTP_ADDR: `${loopback}:${port}`,
      REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY: path.join(stateFolder, "oci"),
      OTEL_TRACES_EXPORTER: "none",
    },
  };
  const running = await SupervisedProcess.start(processes, request, console.error);
  try {
    await waitForAnswer(running, `http://${loopback}:${port}/`);
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
