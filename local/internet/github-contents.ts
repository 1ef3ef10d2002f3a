/** GitHub's REST API for what a repository holds: files (one commit each), trees and commits. */
import {
  api,
  commitBody,
  found,
  GitHubFault,
  route,
  text,
  type Answer,
  type Call,
  type Route,
} from "./github-route.ts";
import { BranchMoved, type Commit, type Person, type TreeEntry } from "./repository.ts";

export const contentRoutes: readonly Route[] = [
  route("GET", /^\/contents(?:\/(?<path>.*))?$/, "read", async (call) => {
    const ref = call.query.get("ref") ?? (await call.repository.defaultBranch());
    const head = await found(commitOf(call, ref), `No commit found for the ref ${ref}`);
    const entry = await entryAt(call, head, call.part["path"] ?? "");
    if (!entry) throw new GitHubFault(404, "Not Found");
    if (entry.type === "blob") {
      const content = (await call.repository.blob(entry.sha)).toString("base64");
      return { body: { ...entryBody(call, entry, ref), encoding: "base64", content } };
    }
    const children = await call.repository.entries(entry.sha);
    const prefix = entry.path === "" ? "" : `${entry.path}/`;
    return {
      body: children.map((child) => entryBody(call, { ...child, path: `${prefix}${child.path}` }, ref)),
    };
  }),
  route("PUT", /^\/contents\/(?<path>.+)$/, "write", async (call) => {
    const encoded = call.body["content"];
    if (typeof encoded !== "string") throw new GitHubFault(422, `"content" wasn't supplied.`);
    return write(call, Buffer.from(encoded, "base64"));
  }),
  route("DELETE", /^\/contents\/(?<path>.+)$/, "write", (call) => write(call, undefined)),
  route("GET", /^\/git\/trees\/(?<tree>.+)$/, "read", async (call) => {
    const sha = await found(call.repository.resolve(`${call.part["tree"] ?? ""}^{tree}`));
    const entries = await call.repository.entries(sha, { recursive: call.query.has("recursive") });
    return {
      body: { sha, url: `${api}/repos/${call.fullName}/git/trees/${sha}`, tree: entries, truncated: false },
    };
  }),
  route("POST", /^\/git\/trees$/, "write", async (call) => {
    const base = await found(call.repository.resolve(`${text(call, "base_tree")}^{tree}`));
    const entries = call.body["tree"];
    if (!Array.isArray(entries)) throw new GitHubFault(422, `Invalid request.\n\n"tree" wasn't supplied.`);
    const sha = await call.repository.makeTree(base, (entries as TreeWish[]).map(changeOf));
    return { status: 201, body: { sha, tree: await call.repository.entries(sha), truncated: false } };
  }),
  route("POST", /^\/git\/commits$/, "write", async (call) => {
    const parents = call.body["parents"] ?? [];
    if (!Array.isArray(parents)) throw new GitHubFault(422, "Invalid request.");
    const [tree, message] = [text(call, "tree"), text(call, "message")];
    const sha = await call.repository.commitTree(tree, parents as string[], message, author(call));
    const [made] = await call.repository.log(sha, "", 1);
    return { status: 201, body: made && gitCommitBody(made) };
  }),
  route("GET", /^\/git\/commits\/(?<sha>[0-9a-f]{40})$/, "read", async (call) => {
    const sha = await found(call.repository.resolve(`${call.part["sha"] ?? ""}^{commit}`));
    const [commit] = await call.repository.log(sha, "", 1);
    return { body: commit && gitCommitBody(commit) };
  }),
  route("GET", /^\/commits$/, "read", async (call) => {
    const start = call.query.get("sha") ?? (await call.repository.defaultBranch());
    const head = await found(commitOf(call, start));
    const limit = Number(call.query.get("per_page") ?? 30);
    const commits = await call.repository.log(head, call.query.get("path") ?? "", limit);
    return { body: commits.map(commitBody) };
  }),
  route("GET", /^\/commits\/(?<ref>.+)$/, "read", async (call) => {
    const ref = call.part["ref"] ?? "";
    const sha = await commitOf(call, ref);
    if (!sha) throw new GitHubFault(422, `No commit found for SHA: ${ref}`);
    const [commit] = await call.repository.log(sha, "", 1);
    const status: Readonly<Record<string, string>> = { A: "added", D: "removed" };
    const files = (await call.repository.changedFiles(sha)).map(({ letter, path: filename }) => ({
      filename,
      status: status[letter] ?? "modified",
    }));
    return { body: { ...(commit && commitBody(commit)), files } };
  }),
];

/** An entry of a tree that is to be made: a file by its content, or with no object one that goes. */
interface TreeWish {
  readonly path: string;
  readonly content?: string;
  readonly sha?: string | null;
}

function changeOf({ path, content, sha }: TreeWish): { path: string; content: Buffer | undefined } {
  if (content === undefined && sha !== null) {
    throw new GitHubFault(422, `${path}: only content, or null for sha, is taken here.`);
  }
  return { path, content: content === undefined ? undefined : Buffer.from(content) };
}

/** As Git keeps a commit, without GitHub's users. */
function gitCommitBody({ sha, tree, parents, author: person, message }: Commit): Record<string, unknown> {
  const pointers = parents.map((parent) => ({ sha: parent }));
  return { sha, tree: { sha: tree }, parents: pointers, author: person, committer: person, message };
}

const commitOf = async (call: Call, ref: string): Promise<string | undefined> =>
  (await call.repository.resolve(`refs/heads/${ref}^{commit}`)) ?? call.repository.resolve(`${ref}^{commit}`);

async function entryAt(call: Call, commit: string, file: string): Promise<TreeEntry | undefined> {
  const sha = await call.repository.resolve(`${commit}:${file}`);
  if (!sha) return undefined;
  const type = await call.repository.text(["cat-file", "-t", sha]);
  return { mode: type === "blob" ? "100644" : "040000", type, sha, path: file };
}

function entryBody(
  call: Call,
  { type, sha, path: file, size }: TreeEntry,
  ref: string,
): Record<string, unknown> {
  return {
    type: type === "blob" ? "file" : "dir",
    name: file.split("/").at(-1),
    path: file,
    sha,
    size: size ?? 0,
    url: `${api}/repos/${call.fullName}/contents/${file}?ref=${ref}`,
    html_url: `https://github.com/${call.fullName}/blob/${ref}/${file}`,
  };
}

/** Creates, updates or (without content) removes a file, under the rules for the blob that it replaces. */
async function write(call: Call, content: Buffer | undefined): Promise<Answer> {
  const { repository } = call;
  const file = call.part["path"] ?? "";
  const message = text(call, "message");
  const branch =
    typeof call.body["branch"] === "string" ? call.body["branch"] : await repository.defaultBranch();
  const head = await found(repository.resolve(`refs/heads/${branch}`), `Branch ${branch} not found`);
  const existing = await entryAt(call, head, file);
  const sha = call.body["sha"];
  if (!existing && !content) throw new GitHubFault(404, "Not Found");
  if (existing && typeof sha !== "string")
    throw new GitHubFault(422, `Invalid request.\n\n"sha" wasn't supplied.`);
  if (typeof sha === "string" && sha !== existing?.sha) {
    throw new GitHubFault(409, `${file} does not match ${sha}`);
  }
  try {
    const change = { branch, path: file, content, message, author: author(call) };
    const { commit } = await repository.commitFile(head, change);
    const [made] = await repository.log(commit, "", 1);
    const entry = content && (await entryAt(call, commit, file));
    const nested = made && { ...commitBody(made), message, author: made.author, html_url: "" };
    return {
      status: existing ? 200 : 201,
      body: { content: entry ? entryBody(call, entry, branch) : null, commit: nested },
    };
  } catch (error) {
    if (!(error instanceof BranchMoved)) throw error;
    const now = (await repository.resolve(`refs/heads/${branch}`)) ?? "gone";
    throw new GitHubFault(409, `refs/heads/${branch} is at ${now} but expected ${head}`);
  }
}

function author(call: Call): Person {
  const given = (call.body["author"] ?? call.body["committer"]) as Partial<Person> | undefined;
  const login = call.account?.login ?? "anonymous";
  return {
    name: given?.name ?? login,
    email: given?.email ?? `${login}@users.noreply.github.com`,
  };
}
