import assert from "node:assert/strict";
import { connect } from "node:net";
import path from "node:path";
import { text as consumeText } from "node:stream/consumers";
import { folderWith, startTestInternet, type TestInternet } from "./support.ts";

describe("local github.com: Git", function () {
  this.timeout(60_000);
  let net: TestInternet;
  let [reader, writer] = ["", ""];
  const url = (token: string, name = "team/platform"): string =>
    `https://${token ? `git:${token}@` : ""}github.com/${name}.git`;
  const listing = (token: string, name?: string): ReturnType<TestInternet["git"]> =>
    net.git(net.folder, "ls-remote", url(token, name));

  before(async () => {
    net = await startTestInternet();
    const source = await folderWith(net.folder, { "clusters/development/platform.yaml": "kind: List\n" });
    await net.internet.addRepository("team", "platform", source);
    await net.internet.addRepository("team", "handbook", source, { public: true });
    reader = net.internet.accounts.get("flux").token;
    writer = net.internet.accounts.set("writer", "write", ["team/platform"]).token;
  });
  after(() => net.stop());

  it("takes a clone, a commit and a push with a writer's token, and serves the commit", async () => {
    const clone = path.join(net.folder, "clone");
    assert.equal((await net.git(net.folder, "clone", "--quiet", url(writer), clone)).text, "");
    await net.git(clone, "checkout", "--quiet", "-b", "TICKET-1-try");
    await net.git(clone, "commit", "--quiet", "--allow-empty", "-m", "Try");
    const head = (await net.git(clone, "rev-parse", "HEAD")).text;
    const push = await net.git(clone, "push", "origin", "TICKET-1-try");
    assert.equal(push.exitCode, 0, push.text);
    assert.match((await listing(reader)).text, new RegExp(`${head}\\s+refs/heads/TICKET-1-try`));
  });

  it("refuses a reader's push by name, and changes nothing", async () => {
    const clone = path.join(net.folder, "reader");
    await net.git(net.folder, "clone", "--quiet", url(reader), clone);
    const push = await net.git(clone, "push", "origin", "HEAD:refs/heads/sneaked");
    assert.match(push.text, /Permission to team\/platform\.git denied to flux/);
    assert.doesNotMatch((await listing(reader)).text, /sneaked/);
  });

  it("refuses a wrong token, no token, and a token after it was rotated or removed", async () => {
    assert.match((await listing("wrong")).text, /Invalid username or token/);
    assert.match((await listing("")).text, /could not read Username/);
    const old = net.internet.accounts.set("rotating", "read").token;
    assert.equal((await listing(old)).exitCode, 0);
    const next = net.internet.accounts.set("rotating", "read").token;
    assert.match((await listing(old)).text, /Invalid username or token/);
    assert.equal((await listing(next)).exitCode, 0);
    net.internet.accounts.remove("rotating");
    assert.match((await listing(next)).text, /Invalid username or token/);
  });

  it("does not tell a repository that is out of a token's reach from one that is missing", async () => {
    const outside = net.internet.accounts.set("outside", "admin", ["team/other"]).token;
    assert.match((await listing(outside)).text, /Repository not found/);
    assert.match((await listing(reader, "team/missing")).text, /Repository not found/);
  });

  it("lets anybody read a public repository, and nobody push to it without a token", async () => {
    assert.match((await listing("", "team/handbook")).text, /refs\/heads\/main/);
    const clone = path.join(net.folder, "handbook");
    await net.git(net.folder, "clone", "--quiet", url("", "team/handbook"), clone);
    assert.match(
      (await net.git(clone, "push", "origin", "HEAD:refs/heads/x")).text,
      /could not read Username/,
    );
  });

  it("keeps what a repository holds when the platform adds it again", async () => {
    const before = (await listing(reader)).text;
    await net.internet.addRepository("team", "platform", await folderWith(net.folder, { "other.yaml": "" }));
    assert.equal((await listing(reader)).text, before);
  });

  it("refuses a host that it does not serve, by name", async () => {
    const { text } = await net.git(net.folder, "ls-remote", "https://example.com/a.git");
    assert.match(text, /response 502/);
    const [, host = "", port = ""] = /^http:\/\/(.+):(\d+)$/.exec(net.internet.proxyUrl) ?? [];
    const socket = connect(Number(port), host);
    socket.write("CONNECT example.com:443 HTTP/1.1\r\nhost: example.com:443\r\n\r\n");
    assert.match(
      await consumeText(socket),
      /^HTTP\/1\.1 502 example\.com is not on the local internet\.\r\n/,
    );
  });
});
