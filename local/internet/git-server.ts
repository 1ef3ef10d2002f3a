/** Git over HTTPS as github.com speaks it, by `git http-backend` over the bare repositories. */
import { spawn } from "node:child_process";
import type { IncomingMessage, ServerResponse } from "node:http";
import { devNull } from "node:os";
import path from "node:path";
import { may, presentedToken, type Accounts } from "./accounts.ts";
import { reply, urlOf } from "./host.ts";
import { Repository } from "./repository.ts";

const route = /^\/([\w.-]+)\/([\w.-]+?)(?:\.git)?\/(info\/refs|git-upload-pack|git-receive-pack)$/;

/** Whether a path of github.com belongs to Git's protocol. */
export const isGitPath = (pathname: string): boolean => route.test(pathname);

/**
 * Serves clone, fetch and push. Refusals are GitHub's: 401 without credentials or with wrong ones, 404 for what the
 * account may not see, 403 for a push that it may not make.
 */
export async function serveGit(
  root: string,
  accounts: Accounts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = urlOf(request);
  const [, owner = "", name = "", service = ""] = route.exec(url.pathname) ?? [];
  const repository = new Repository(path.join(root, owner, `${name}.git`));
  const push = service === "git-receive-pack" || url.searchParams.get("service") === "git-receive-pack";

  const token = presentedToken(request);
  const account = token === undefined ? undefined : accounts.byToken(token);
  const challenge = { "www-authenticate": 'Basic realm="GitHub"' };
  if (token !== undefined && !account) {
    reply(response, 401, "Invalid username or token. Password authentication is not supported.\n", challenge);
    return;
  }
  if (!account && (push || !repository.exists || !repository.isPublic)) {
    reply(response, 401, "Repository not found.\n", challenge);
    return;
  }
  const visible = repository.isPublic || (account && may(account, "read", `${owner}/${name}`));
  if (!repository.exists || !visible) {
    reply(response, 404, "Repository not found.\n");
    return;
  }
  if (push && !(account && may(account, "write", `${owner}/${name}`))) {
    const who = account?.login ?? "";
    reply(response, 403, `Permission to ${owner}/${name}.git denied to ${who}.\n`);
    return;
  }
  await runBackend(root, `/${owner}/${name}.git/${service}`, account?.login ?? "", request, response);
}

/** The Common Gateway Interface, as `git help http-backend` describes it. */
async function runBackend(
  root: string,
  pathInfo: string,
  user: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const header = (name: string): string => {
    const value = request.headers[name];
    return typeof value === "string" ? value : "";
  };
  const backend = spawn("git", ["http-backend"], {
    env: {
      PATH: process.env["PATH"],
      GIT_CONFIG_GLOBAL: devNull,
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: "1",
      GIT_PROTOCOL: header("git-protocol"),
      PATH_INFO: pathInfo,
      REQUEST_METHOD: request.method ?? "GET",
      QUERY_STRING: urlOf(request).search.slice(1),
      CONTENT_TYPE: header("content-type"),
      HTTP_CONTENT_ENCODING: header("content-encoding"),
      // Its presence is what allows a push.
      ...(user ? { REMOTE_USER: user } : {}),
      REMOTE_ADDR: "127.0.0.1",
    },
    stdio: ["pipe", "pipe", "ignore"],
  });
  // The backend may end before it has read a body that it does not want.
  backend.stdin.on("error", () => undefined);
  response.on("close", () => backend.kill());
  request.pipe(backend.stdin);

  let pending = Buffer.alloc(0);
  for await (const chunk of backend.stdout as AsyncIterable<Buffer>) {
    if (response.headersSent) {
      response.write(chunk);
      continue;
    }
    pending = Buffer.concat([pending, chunk]);
    const end = pending.indexOf("\r\n\r\n");
    if (end < 0) continue;
    writeHead(response, pending.subarray(0, end).toString());
    response.write(pending.subarray(end + 4));
  }
  if (!response.headersSent) throw new Error("git http-backend gave no answer");
  response.end();
}

function writeHead(response: ServerResponse, head: string): void {
  let status = 200;
  for (const line of head.split("\r\n")) {
    const [name = "", ...rest] = line.split(":");
    const value = rest.join(":").trim();
    if (name.toLowerCase() === "status") status = Number.parseInt(value, 10);
    else response.setHeader(name, value);
  }
  response.writeHead(status);
}
