/**
 * The part of GitHub's REST API that branches, repository files, deploy keys and pull requests need, on the same
 * bare repositories that the Git server serves. Paths, codes and messages are those of the public REST reference.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import path from "node:path";
import { may, presentedToken, type Account, type Accounts } from "./accounts.ts";
import { contentRoutes } from "./github-contents.ts";
import { pullRoutes } from "./github-pulls.ts";
import { recordRoutes } from "./github-records.ts";
import { refRoutes } from "./github-refs.ts";
import { GitHubFault, type Answer, type Route } from "./github-route.ts";
import { readBody, replyJson, urlOf } from "./host.ts";
import { Repository } from "./repository.ts";

const routes: readonly Route[] = [...refRoutes, ...contentRoutes, ...recordRoutes, ...pullRoutes];

/** Answers one request to api.github.com. */
export async function serveGitHubApi(
  root: string,
  accounts: Accounts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const { status = 200, body } = await answer(root, accounts, request);
    if (body === undefined) response.writeHead(status).end();
    else replyJson(response, status, body);
  } catch (error) {
    if (!(error instanceof GitHubFault)) throw error;
    const { status, message } = error;
    replyJson(response, status, {
      message,
      status: String(status),
      documentation_url: "https://docs.github.com/rest",
    });
  }
}

async function answer(root: string, accounts: Accounts, request: IncomingMessage): Promise<Answer> {
  const url = urlOf(request);
  const token = presentedToken(request);
  const account = token === undefined ? undefined : accounts.byToken(token);
  if (token !== undefined && !account) throw new GitHubFault(401, "Bad credentials");
  const pathname = url.pathname.replace(/\/$/, "");
  if (pathname === "/user") {
    if (!account) throw new GitHubFault(401, "Requires authentication");
    return { body: { login: account.login, id: 1, type: "User" } };
  }
  const user = /^\/users\/([^/]+)$/.exec(pathname)?.[1];
  // Every owner is a person's account: /orgs/… has nothing, which is how clients tell the two apart.
  if (user) return { body: { login: user, id: 1, type: "User" } };
  const owned = request.method === "POST" ? /^\/orgs\/([\w.-]+)\/repos$/.exec(pathname)?.[1] : undefined;
  if (owned) return createRepository(root, owned, account, parseBody(await readBody(request)));

  const [, owner = "", name = "", rest = ""] = /^\/repos\/([\w.-]+)\/([\w.-]+)(\/.*)?$/.exec(pathname) ?? [];
  if (!owner) throw new GitHubFault(404, "Not Found");
  const repository = new Repository(path.join(root, owner, `${name}.git`));
  const fullName = `${owner}/${name}`;
  const visible = repository.isPublic || (account && may(account, "read", fullName));
  if (!repository.exists || !visible) throw new GitHubFault(404, "Not Found");

  for (const route of routes) {
    const match = request.method === route.method ? route.path.exec(rest) : null;
    if (!match) continue;
    if (route.access !== "read" && !(account && may(account, route.access, fullName))) {
      throw account
        ? new GitHubFault(403, "Resource not accessible by personal access token")
        : new GitHubFault(401, "Requires authentication");
    }
    const part = Object.fromEntries(
      Object.entries(match.groups ?? {}).map(([key, value]) => [key, decodeURIComponent(value)]),
    );
    const body = parseBody(await readBody(request));
    return route.answer({ repository, fullName, account, part, query: url.searchParams, body });
  }
  throw new GitHubFault(404, "Not Found");
}

/** An empty repository, private unless it shall not be, as in "Create an organization repository". */
async function createRepository(
  root: string,
  owner: string,
  account: Account | undefined,
  body: Readonly<Record<string, unknown>>,
): Promise<Answer> {
  const { name } = body;
  if (!account) throw new GitHubFault(401, "Requires authentication");
  if (typeof name !== "string" || !/^\w[\w.-]*$/.test(name))
    throw new GitHubFault(422, "Repository creation failed.");
  const fullName = `${owner}/${name}`;
  if (!may(account, "admin", fullName)) {
    throw new GitHubFault(403, "Resource not accessible by personal access token");
  }
  const repository = new Repository(path.join(root, owner, `${name}.git`));
  if (repository.exists) throw new GitHubFault(422, "Repository creation failed.");
  await repository.create({ public: body["private"] === false });
  return {
    status: 201,
    body: { name, full_name: fullName, clone_url: `https://github.com/${fullName}.git` },
  };
}

function parseBody(content: Buffer): Readonly<Record<string, unknown>> {
  if (content.length === 0) return {};
  try {
    return JSON.parse(content.toString()) as Readonly<Record<string, unknown>>;
  } catch {
    throw new GitHubFault(400, "Problems parsing JSON");
  }
}
