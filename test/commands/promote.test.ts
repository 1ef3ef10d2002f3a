import assert from "node:assert/strict";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { execa } from "execa";
import { withCheckout } from "../../commands/gitops-checkout.ts";
import { promoteRelease, type ReleasePromotion } from "../../commands/promote-release.ts";
import { promoteTicket } from "../../commands/promote-ticket.ts";
import { publishArtifact } from "../../commands/publish-artifact.ts";
import type { EnvironmentState } from "../../src/flux/environment-state.ts";
import { serviceManifest } from "../../src/render.ts";
import { serviceObjects } from "../../src/services/service.ts";
import { keda } from "../../src/services/keda.ts";
import { startTestInternet, type TestInternet } from "../../local/test/internet/support.ts";

const ticket = "TICKET-123-add-keda";
const url = "https://github.com/acme/platform.git";
const production = "clusters/production/platform.yaml";

describe("promotion through the local github.com", function () {
  this.timeout(180_000);
  let net: TestInternet;
  let token: string;
  let work: string;
  const said: string[] = [];
  const kept: Record<string, string | undefined> = {};
  const authorities = getCACertificates("default");

  const git = async (...args: string[]): Promise<string> => {
    const { exitCode, text } = await net.git(work, ...args);
    assert.equal(exitCode, 0, text);
    return text;
  };
  const push = async (branch: string, file: string, content: string | undefined): Promise<void> => {
    await git("fetch", "--quiet", "origin");
    await git("checkout", "--quiet", "-B", branch, branch === "main" ? "origin/main" : "HEAD");
    if (content === undefined) await git("rm", "--quiet", file);
    else await writeFile(path.join(work, file), content);
    await git("add", "--all");
    await git("commit", "--quiet", "--message", `Change ${file}`);
    await git("push", "--quiet", "origin", branch);
  };
  const merge = async (pull: string | undefined): Promise<void> => {
    const number = pull?.split("/").at(-1) ?? "";
    const address = `https://api.github.com/repos/acme/platform/pulls/${number}/merge`;
    const { status, body } = await net.request(address, { method: "PUT", token, json: {} });
    assert.equal(status, 200, body.toString());
  };
  const report = (line: string): number => said.push(line);
  const promote = (more: { token?: string | undefined } = {}): Promise<string | undefined> =>
    withCheckout({ checkout: undefined, url: () => Promise.resolve(url) }, (checkout) =>
      promoteTicket({
        ...checkout,
        stack: "sandbox-a",
        branch: ticket,
        base: "main",
        token,
        report,
        ...more,
      }),
    );
  const publish = (version: string): ReturnType<typeof publishArtifact> =>
    withCheckout({ checkout: undefined, url: () => Promise.resolve(url) }, ({ root }) =>
      publishArtifact({ checkout: root, version, branch: "main", forStaging: true, report }),
    );
  const release = (
    change: Partial<Pick<ReleasePromotion, "state" | "backTo" | "token">>,
  ): ReturnType<typeof promoteRelease> =>
    withCheckout({ checkout: undefined, url: () => Promise.resolve(url) }, (checkout) =>
      promoteRelease({
        ...checkout,
        base: "main",
        token,
        report,
        state: undefined,
        backTo: undefined,
        ...change,
      }),
    );
  const staging = (version: string, digest: string, healthy = true): EnvironmentState => ({
    running: { kind: "OCIRepository", revision: `${version}@${digest}`, version, digest, since: undefined },
    rows: healthy
      ? []
      : [
          {
            key: "HelmRelease keda/keda",
            state: "failing",
            ready: "False",
            reason: "",
            message: "no",
            attempt: "",
          },
        ],
    healthy,
  });
  const tagOnMain = async (): Promise<string | undefined> => {
    await git("fetch", "--quiet", "origin");
    return /tag: (\S+)/.exec(await git("show", `origin/main:${production}`))?.[1];
  };

  before(async () => {
    net = await startTestInternet();
    token = net.internet.accounts.get("platform-engineer").token;
    const environment = {
      ...net.internet.environment,
      GITHUB_TOKEN: token,
      DOCKER_CONFIG: net.folder,
      // Nobody has told this machine's git who they are.
      GIT_CONFIG_GLOBAL: path.join(net.folder, "none"),
    };
    for (const [name, value] of Object.entries(environment)) {
      kept[name] = process.env[name];
      process.env[name] = value;
    }
    setDefaultCACertificates([...authorities, await readFile(net.internet.caFile, "utf8")]);
    const source = await mkdtemp(path.join(net.folder, "source-"));
    await cp("gitops", source, { recursive: true });
    await net.internet.addRepository("acme", "platform", source);
    work = path.join(net.folder, "work");
    await execa("mkdir", [work]);
    await git("clone", "--quiet", `https://git:${token}@github.com/acme/platform.git`, ".");
  });
  after(async () => {
    setDefaultCACertificates(authorities);
    for (const [name, value] of Object.entries(kept)) {
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
    }
    await net.stop();
    await rm(net.folder, { recursive: true, force: true });
  });

  it("says what is missing before there is anything on the ticket branch", async () => {
    await assert.rejects(promote(), /its ticket branch TICKET-123-add-keda is not on the remote/);
    await git("push", "--quiet", "origin", `main:refs/heads/${ticket}`);
    await assert.rejects(promote(), /changes nothing against main/);
  });

  it("refuses what the guard refuses, with file and line, and opens nothing", async () => {
    const file = "clusters/development/platform.yaml";
    const content = await readFile(path.join(work, file), "utf8");
    await push(ticket, file, content.replace("branch: main", `branch: ${ticket}`));
    await assert.rejects(
      promote(),
      /clusters\/development\/platform\.yaml:12: GitRepository .* follows the branch/,
    );
    const pulls = await net.request("https://api.github.com/repos/acme/platform/pulls?state=all", { token });
    assert.deepEqual(pulls.json, []);
    await push(ticket, file, content);
  });

  it("opens the ticket's pull request once, or prints its text without a token", async () => {
    const options = { version: "2.18.0", interval: "1h", retries: 3, values: {} };
    await push(ticket, "platform/services/keda.yaml", serviceManifest(serviceObjects(keda, options)));
    const pull = await promote();
    assert.equal(pull, "https://github.com/acme/platform/pull/1");
    assert.equal(await promote(), pull);
    said.length = 0;
    assert.equal(await promote({ token: undefined }), undefined);
    const text = said.join("\n");
    assert.match(text, /^# TICKET-123: add keda$/m);
    assert.match(text, /^- HelmRelease keda\/keda: new, 2\.18\.0$/m);
    assert.match(text, /^- `platform\/services\/keda\.yaml` \(new\)$/m);
    assert.ok(!text.includes(token));
    await merge(pull);
  });

  it("takes Production to what Staging runs well, and to nothing else", async () => {
    const first = await publish("0.0.1");
    await push(
      "main",
      "platform/configs/more.yaml",
      "apiVersion: v1\nkind: Namespace\nmetadata: { name: more }\n",
    );
    const second = await publish("0.0.2");
    await assert.rejects(publish("0.0.1"), /0\.0\.1: is published already/);
    await assert.rejects(
      release({ state: staging("0.0.2", second.digest, false) }),
      /Staging is not healthy at 0\.0\.2/,
    );
    await assert.rejects(release({ state: staging("0.0.2", first.digest) }), /somebody has moved the tag/);
    await assert.rejects(release({ state: staging("0.0.9", second.digest) }), /has no release 0\.0\.9/);
    assert.equal(await release({ state: staging("0.0.1", first.digest) }), undefined);
    const made = await release({ state: staging("0.0.2", second.digest) });
    assert.equal(made?.branch, "production-0.0.2");
    await git("fetch", "--quiet", "origin");
    const diff = await git("diff", "--unified=0", "origin/main", `origin/${made.branch}`);
    assert.deepEqual(
      diff.split("\n").filter((line) => /^[+-] /.test(line)),
      ["-    tag: 0.0.1", "+    tag: 0.0.2"],
    );
    await merge(made.pullRequest);
    assert.equal(await tagOnMain(), "0.0.2");
  });

  it("takes Production back to the previous tag, and says so to the guard in the commit", async () => {
    await assert.rejects(release({ backTo: "0.0.3" }), /is above 0\.0\.2/);
    const made = await release({ backTo: "0.0.1" });
    await git("fetch", "--quiet", "origin");
    assert.match(
      await git("log", "-1", "--format=%B", `origin/${made?.branch ?? ""}`),
      /^Take Production back to 0\.0\.1\n\nBack-out: flux-system\/platform 0\.0\.2$/m,
    );
    await merge(made?.pullRequest);
    assert.equal(await tagOnMain(), "0.0.1");
  });

  it("brings Staging on by the next version after a revert on main, whose files are those of before", async () => {
    await push("main", "platform/configs/more.yaml", undefined);
    const third = await publish("0.0.3");
    assert.equal(third.revision, `0.0.3@${third.digest}`);
    const made = await release({ state: staging("0.0.3", third.digest), token: undefined });
    assert.deepEqual(made, { tag: "0.0.3", branch: "production-0.0.3", pullRequest: undefined });
  });
});
