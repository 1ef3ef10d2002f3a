import assert from "node:assert/strict";
import { folderWith, startTestInternet, type Reply, type Sent, type TestInternet } from "./support.ts";

const base64 = (text: string): string => Buffer.from(text).toString("base64");

describe("local api.github.com", function () {
  this.timeout(60_000);
  let net: TestInternet;
  let admin = "";
  const call = (route: string, sent: Sent = {}): Promise<Reply> =>
    net.request(`https://api.github.com/repos/team/platform${route}`, { token: admin, ...sent });
  const put = (file: string, text: string, extra: Record<string, unknown> = {}): Promise<Reply> =>
    call(`/contents/${file}`, {
      method: "PUT",
      json: { message: `Write ${file}`, content: base64(text), branch: "work", ...extra },
    });
  const head = async (branch: string): Promise<string> =>
    ((await call(`/git/ref/heads/${branch}`)).json["object"] as { sha: string }).sha;
  const fileSha = (reply: Reply): string => (reply.json["content"] as { sha: string }).sha;

  before(async () => {
    net = await startTestInternet();
    admin = net.internet.accounts.get("platform-engineer").token;
    const source = await folderWith(net.folder, { "README.md": "hello\n", "a/b/c.yaml": "kind: List\n" });
    await net.internet.addRepository("team", "platform", source);
    const sha = await head("main");
    await call("/git/refs", { method: "POST", json: { ref: "refs/heads/work", sha } });
  });
  after(() => net.stop());

  it("makes an empty repository once, for who may", async () => {
    const create = (name: string, token: string): Promise<Reply> =>
      net.request("https://api.github.com/orgs/team/repos", { method: "POST", token, json: { name } });
    const reader = net.internet.accounts.get("flux").token;
    assert.equal((await create("orders", reader)).status, 403);
    const made = await create("orders", admin);
    assert.deepEqual([made.status, made.json["clone_url"]], [201, "https://github.com/team/orders.git"]);
    assert.equal((await create("orders", admin)).status, 422);
    assert.equal((await create("../orders", admin)).status, 422);
    assert.equal(
      (await net.git(net.folder, "ls-remote", `https://git:${admin}@github.com/team/orders.git`)).exitCode,
      0,
    );
  });

  it("creates, finds and deletes a branch, and refuses a second of that name or a bad one", async () => {
    const sha = await head("main");
    const create = (ref: string): Promise<Reply> =>
      call("/git/refs", { method: "POST", json: { ref: `refs/heads/${ref}`, sha } });
    assert.equal((await create("cluster/sandbox-a")).status, 201);
    const again = await create("cluster/sandbox-a");
    assert.deepEqual([again.status, again.json["message"]], [422, "Reference already exists"]);
    assert.equal((await create("not..valid")).status, 422);
    assert.equal(await head("cluster/sandbox-a"), sha);
    assert.equal((await call("/git/refs/heads/cluster/sandbox-a", { method: "DELETE" })).status, 204);
    assert.equal((await call("/git/ref/heads/cluster/sandbox-a")).status, 404);
    assert.equal((await call("/git/refs/heads/cluster/sandbox-a", { method: "DELETE" })).status, 422);
  });

  it("makes one commit for each file written, changed and removed", async () => {
    const start = await head("work");
    const written = await put("clusters/sandbox-a/platform.yaml", "one\n");
    assert.equal(written.status, 201);
    const sha = fileSha(written);
    assert.equal((await put("clusters/sandbox-a/platform.yaml", "two\n", { sha })).status, 200);
    const read = await call("/contents/clusters/sandbox-a/platform.yaml?ref=work");
    assert.equal(Buffer.from(String(read.json["content"]), "base64").toString(), "two\n");
    const removed = await call("/contents/clusters/sandbox-a/platform.yaml", {
      method: "DELETE",
      json: { message: "Remove", branch: "work", sha: read.json["sha"] },
    });
    assert.equal(removed.status, 200);
    const commits = (await call("/commits?sha=work&per_page=4")).json as unknown as { sha: string }[];
    assert.equal(commits[3]?.sha, start);
    const { files } = (await call(`/commits/${commits[2]?.sha ?? ""}`)).json;
    assert.deepEqual(files, [{ filename: "clusters/sandbox-a/platform.yaml", status: "added" }]);
    const before = await call("/git/trees/main?recursive=1");
    assert.deepEqual((await call("/git/trees/work?recursive=1")).json["sha"], before.json["sha"]);
  });

  it("refuses a stale blob with 409 and a missing one with 422, and commits nothing", async () => {
    const first = fileSha(await put("stale.yaml", "one\n"));
    await put("stale.yaml", "two\n", { sha: first });
    const start = await head("work");
    assert.equal((await put("stale.yaml", "three\n", { sha: first })).status, 409);
    assert.equal((await put("stale.yaml", "three\n")).status, 422);
    assert.equal(await head("work"), start);
  });

  it("makes trees and commits, and moves a branch to one that follows its head", async () => {
    const start = await head("work");
    const send = (method: string, route: string, json: object): Promise<Reply> =>
      call(route, { method, json });
    const parent = (await call(`/git/commits/${start}`)).json;
    const base = (parent["tree"] as { sha: string }).sha;
    const file = { mode: "100644", type: "blob" };
    const tree = await send("POST", "/git/trees", {
      base_tree: base,
      tree: [
        { ...file, path: "made/at-once.yaml", content: "made: true\n" },
        { ...file, path: "a/b/c.yaml", sha: null },
      ],
    });
    assert.equal(tree.status, 201);
    const wish = { message: "Make and remove", tree: tree.json["sha"], parents: [start] };
    const commit = await send("POST", "/git/commits", wish);
    assert.deepEqual([commit.status, commit.json["parents"]], [201, [{ sha: start }]]);
    const moved = await send("PATCH", "/git/refs/heads/work", { sha: commit.json["sha"] });
    assert.equal(moved.status, 200);
    const { files } = (await call(`/commits/${await head("work")}`)).json;
    assert.deepEqual(files, [
      { filename: "a/b/c.yaml", status: "removed" },
      { filename: "made/at-once.yaml", status: "added" },
    ]);
    const back = await send("PATCH", "/git/refs/heads/work", { sha: start });
    assert.deepEqual([back.status, back.json["message"]], [422, "Update is not a fast forward"]);
    assert.equal((await send("PATCH", "/git/refs/heads/work", { sha: start, force: true })).status, 200);
    assert.equal((await send("PATCH", "/git/refs/heads/gone", { sha: start })).status, 422);
  });

  it("lets no commit be lost when many write to one branch at once", async () => {
    const replies = await Promise.all(
      Array.from({ length: 8 }, (_, index) => put(`parallel/${index}.yaml`, `${index}\n`)),
    );
    const made = replies.filter(({ status }) => status === 201).length;
    assert.deepEqual(
      [...new Set(replies.map(({ status }) => status))].filter((s) => s !== 201 && s !== 409),
      [],
    );
    const listed = (await call("/contents/parallel?ref=work")).json as unknown as unknown[];
    assert.equal(listed.length, made);
    assert.ok(made >= 1);
  });

  it("answers for missing branches, files and repositories with 404", async () => {
    const written = await put("x.yaml", "x\n", { branch: "gone" });
    assert.deepEqual([written.status, written.json["message"]], [404, "Branch gone not found"]);
    assert.equal((await call("/contents/nothing.yaml?ref=main")).status, 404);
    assert.equal((await call("/branches/gone")).status, 404);
    const other = await net.request("https://api.github.com/repos/team/gone", { token: admin });
    assert.equal(other.status, 404);
  });

  it("refuses a bad token with 401, a reader's write with 403, and hides what a token is not for", async () => {
    assert.equal((await call("", { token: "wrong" })).status, 401);
    const token = net.internet.accounts.get("flux").token;
    const write = await call("/contents/x.yaml", {
      token,
      method: "PUT",
      json: { message: "x", content: base64("x"), branch: "work" },
    });
    assert.deepEqual(
      [write.status, write.json["message"]],
      [403, "Resource not accessible by personal access token"],
    );
    assert.equal((await call("/keys", { token })).status, 403);
    const outside = net.internet.accounts.set("outside", "admin", ["team/other"]).token;
    assert.equal((await call("", { token: outside })).status, 404);
  });

  it("keeps deploy keys until they are deleted, and takes no key twice", async () => {
    const json = { title: "sandbox-a", key: "ssh-ed25519 AAAA", read_only: true };
    const made = await call("/keys", { method: "POST", json });
    assert.deepEqual([made.status, made.json["read_only"]], [201, true]);
    assert.equal((await call("/keys", { method: "POST", json })).status, 422);
    const route = `/keys/${String(made.json["id"])}`;
    assert.equal((await call(route)).json["title"], "sandbox-a");
    assert.equal((await call(route, { method: "DELETE" })).status, 204);
    assert.equal((await call(route)).status, 404);
  });

  it("opens one pull request for a branch and lists it by its head", async () => {
    const json = { title: "Add KEDA", head: "work", base: "main" };
    assert.equal((await call("/pulls", { method: "POST", json })).status, 201);
    assert.equal((await call("/pulls", { method: "POST", json })).status, 422);
    const listed = (await call("/pulls?head=team:work")).json as unknown as { title: string }[];
    assert.deepEqual(
      listed.map(({ title }) => title),
      ["Add KEDA"],
    );
    assert.equal((await call("/pulls", { method: "POST", json: { ...json, head: "gone" } })).status, 422);
  });

  it("merges a pull request once, with a commit of both parents, and not what is in conflict or has moved", async () => {
    const branch = async (name: string, file: string, content: string): Promise<number> => {
      await call("/git/refs", {
        method: "POST",
        json: { ref: `refs/heads/${name}`, sha: await head("main") },
      });
      const message = `Write ${file}`;
      await call(`/contents/${file}`, {
        method: "PUT",
        json: { message, content: base64(content), branch: name },
      });
      const json = { title: name, head: name, base: "main" };
      return (await call("/pulls", { method: "POST", json })).json["number"] as number;
    };
    const merge = (number: number, json: object = {}): Promise<Reply> =>
      call(`/pulls/${number}/merge`, { method: "PUT", json });
    const first = await branch("first", "same.yaml", "one\n");
    const second = await branch("second", "same.yaml", "two\n");
    assert.equal((await merge(first, { sha: "0".repeat(40) })).status, 409);
    const [main, topic] = [await head("main"), await head("first")];
    const merged = await merge(first);
    assert.deepEqual([merged.status, merged.json["merged"]], [200, true]);
    assert.equal(await head("main"), merged.json["sha"]);
    const [commit] = (await call("/commits?sha=main&per_page=1")).json as unknown as {
      parents: { sha: string }[];
    }[];
    assert.deepEqual(commit?.parents, [{ sha: main }, { sha: topic }]);
    const closed = (await call(`/pulls/${first}`)).json;
    assert.deepEqual([closed["state"], closed["merge_commit_sha"]], ["closed", merged.json["sha"]]);
    const again = await merge(first);
    assert.deepEqual([again.status, again.json["message"]], [405, "Pull Request is not mergeable"]);
    assert.equal((await merge(second)).status, 405);
    assert.equal((await merge(99)).status, 404);
    const token = net.internet.accounts.get("flux").token;
    assert.equal((await call(`/pulls/${second}/merge`, { method: "PUT", json: {}, token })).status, 403);
  });
});
