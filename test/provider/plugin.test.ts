import assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";
import { appendFile, readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import path from "node:path";
import { parse, stringify } from "yaml";
import { checkout } from "../../local/folders.ts";
import type { Repository } from "../../local/internet/repository.ts";
import { folderWith, startTestInternet, type TestInternet } from "../../local/test/internet/support.ts";
import { EngineProject, type EngineRun } from "../../local/test/providers/engine-project.ts";
import { kubeconfigFor } from "../support/kubeconfig.ts";

interface ProjectFile {
  readonly plugins: { readonly providers: readonly { readonly name: string; readonly path: string }[] };
}

/** What the API server answers, by path. */
type Answers = Record<string, unknown>;

const flux = "/apis/source.toolkit.fluxcd.io/v1/gitrepositories";

const repository = {
  metadata: { namespace: "flux-system", name: "flux-system", generation: 1 },
  spec: {},
  status: {
    observedGeneration: 1,
    conditions: [{ type: "Ready", status: "True", reason: "Succeeded", message: "stored artifact" }],
    artifact: { revision: "main@sha1:0a1b" },
  },
};

const groups = [
  "admissionregistration.k8s.io/v1",
  "apiextensions.k8s.io/v1",
  "apiregistration.k8s.io/v1",
  "coordination.k8s.io/v1",
];
const group = (groupVersion: string): object => ({
  name: groupVersion.split("/")[0],
  versions: [{ groupVersion, version: groupVersion.split("/")[1] }],
});
const apis = (...more: string[]): object => ({
  kind: "APIGroupList",
  groups: [...groups, ...more].map(group),
});

describe("the project's own provider", function () {
  this.timeout(120_000);
  let net: TestInternet;
  let project: EngineProject;
  let server: Server;
  let kubeconfig: string;
  let token: string;
  const answers: Answers = { "/version": { major: "1", minor: "33", gitVersion: "v1.33.1-eks-1" } };
  /** Emits the path of each request. */
  const asked = new EventEmitter();

  before(async () => {
    net = await startTestInternet();
    token = net.internet.accounts.get("platform-engineer").token;
    const source = await folderWith(net.folder, { "README.md": "hello\n" });
    await net.internet.addRepository("acme", "platform", source);

    server = createServer((request, response) => {
      const pathname = new URL(request.url ?? "/", "http://any").pathname.replace(/\/$/, "");
      const answer = answers[pathname];
      response.writeHead(answer === undefined ? 404 : 200, { "content-type": "application/json" });
      response.end(JSON.stringify(answer ?? { kind: "Status", code: 404 }));
      asked.emit(pathname);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    kubeconfig = kubeconfigFor(server);

    project = await EngineProject.create({ ...net.internet.environment, GITHUB_TOKEN: token });
    // As the project itself says it, from another folder.
    const { plugins } = parse(await readFile(path.join(checkout, "Pulumi.yaml"), "utf8")) as ProjectFile;
    const providers = plugins.providers.map(({ name, path: place }) => ({
      name,
      path: path.join(checkout, place),
    }));
    await appendFile(path.join(project.folder, "Pulumi.yaml"), stringify({ plugins: { providers } }));
  });
  after(async () => {
    server.close();
    await project.remove();
    await net.stop();
  });

  const program = (type: string, inputs: object, outputs: readonly string[] = []): Promise<void> =>
    project.program(`
      import * as pulumi from "@pulumi/pulumi";
      class Any extends pulumi.CustomResource {}
      const made = new Any(${JSON.stringify(type)}, "made", {
        ...${JSON.stringify(inputs)},
        ...${JSON.stringify("kubeconfig" in inputs)} && { kubeconfig: pulumi.secret(${JSON.stringify(kubeconfig)}) },
        ${outputs.map((name) => `${name}: undefined,`).join("")}
      });
      ${outputs.map((name) => `export const ${name} = made.${name};`).join("\n")}
    `);
  const branchExists = async (name: string): Promise<boolean> =>
    (await net.internet.repository("acme", "platform").resolve(`refs/heads/${name}`)) !== undefined;
  const head = async (): Promise<string> =>
    (await net.internet.repository("acme", "platform").resolve("refs/heads/main")) ?? "";

  it("is found by the engine in the checkout, and waits for Flux", async () => {
    answers[flux] = { items: [repository] };
    const inputs = {
      kubeconfig: "",
      required: ["GitRepository flux-system/flux-system"],
      commits: {},
      timeoutMinutes: 1,
    };
    await program("sdlc:flux:Readiness", inputs, ["readyObjects"]);
    const up = await project.run("up", []);
    assert.deepEqual(up.diagnostics, []);
    assert.deepEqual(up.changes, { create: 2 });
    assert.deepEqual(await project.outputs(), { readyObjects: 1 });
    assert.deepEqual((await project.run("up", [])).changes, { same: 2 });
    assert.doesNotMatch(await project.state(), /current-context/);
  });

  it("shows what Flux lacks, and its deletion asks the cluster nothing", async () => {
    const waiting = { ...repository, status: { observedGeneration: 0 } };
    answers[flux] = { items: [waiting] };
    const inputs = {
      kubeconfig: "",
      required: ["GitRepository flux-system/flux-system"],
      commits: {},
      timeoutMinutes: 1,
      changes: { a: "1" },
    };
    await program("sdlc:flux:Readiness", inputs, ["readyObjects"]);
    const up = await project.run("up", [], async () => {
      await once(asked, flux);
      await once(asked, flux);
      answers[flux] = { items: [repository] };
    });
    assert.equal(up.failed, false);
    assert.ok(
      up.statusLines.some((line) =>
        /made: 0 of 1 Flux objects ready, waiting for GitRepository flux-system\/flux-system/.test(line),
      ),
      up.statusLines.join("\n"),
    );
    server.closeAllConnections();
    assert.equal((await project.run("destroy", [])).failed, false);
  });

  it("refuses a service that the living cluster cannot run, and notes once what a version brings", async () => {
    const up = async (version: string, kubernetesVersion: string): Promise<readonly string[]> => {
      const inputs = { kubeconfig: "", kubernetesVersion, service: "keda", version };
      await program("sdlc:services:Prerequisites", inputs);
      return (await project.run("up", [])).diagnostics;
    };
    answers["/version"] = { major: "1", minor: "22", gitVersion: "v1.22.17-eks-1" };
    answers["/apis"] = apis();
    const refused = (await up("2.21.0", "1.22")).join("\n");
    assert.match(refused, /2\.21\.0 needs Kubernetes 1\.23 or newer, and the cluster has 1\.22/);
    assert.match(refused, /uses autoscaling\/v2, which the cluster does not serve/);
    answers["/version"] = { major: "1", minor: "35", gitVersion: "v1.35.6-eks-1" };
    answers["/apis"] = apis("autoscaling/v2");
    const note = (version: string): string =>
      `info: services.keda: ${version} brings keda.sh/v1alpha1, eventing.keda.sh/v1alpha1, which its makers may still change.`;
    assert.deepEqual(await up("2.21.0", "1.35"), [note("2.21.0")]);
    assert.deepEqual(await up("2.21.0", "1.35"), []);
    assert.deepEqual(await up("2.21.0", "1.36"), []);
    assert.deepEqual(await up("2.21.1", "1.36"), [note("2.21.1")]);
    await project.run("destroy", []);
  });

  const clone = "cluster/sandbox-a";
  const platform = (): Repository => net.internet.repository("acme", "platform");
  const onBranch = async (content: string): Promise<object> => ({
    host: "github.com",
    owner: "acme",
    repository: "platform",
    branch: clone,
    commit: await head(),
    directory: "clusters/a",
    files: { "clusters/a/one.yaml": `${content}\n`, "clusters/a/deep/two.yaml": "two\n" },
    message: "Clone",
  });
  const listed = async (): Promise<string[]> =>
    (await platform().text(["ls-tree", "-r", "--name-only", clone])).split("\n");
  const read = (file: string): Promise<string> => platform().text(["show", `${clone}:${file}`]);
  /** Somebody else's commit on the branch. */
  const push = async (file: string, content: string): Promise<void> => {
    const parent = (await platform().resolve(`refs/heads/${clone}`)) ?? "";
    const author = { name: "somebody", email: "somebody@example.com" };
    const change = { branch: clone, path: file, content: Buffer.from(content), message: "Touch it", author };
    await platform().commitFile(parent, change);
  };

  it("makes a branch with its files in one commit, leaves it alone when its start has moved on, and removes it", async () => {
    const inputs = await onBranch("one");
    await program("sdlc:github:Branch", inputs, ["head"]);
    assert.deepEqual((await project.run("up", [])).diagnostics, []);
    assert.deepEqual(await listed(), ["README.md", "clusters/a/deep/two.yaml", "clusters/a/one.yaml"]);
    assert.equal(await platform().text(["rev-list", "--count", `main..${clone}`]), "1");
    assert.deepEqual(await project.outputs(), { head: await platform().resolve(`refs/heads/${clone}`) });
    await program("sdlc:github:Branch", { ...inputs, commit: "0".repeat(40) }, ["head"]);
    assert.deepEqual((await project.run("up", [])).changes, { same: 2 });
    assert.deepEqual((await project.run("refresh", [])).changes, { same: 2 });
    await project.run("destroy", []);
    assert.equal(await branchExists(clone), false);
  });

  it("takes back, in one commit, what others have put into its directory", async () => {
    await program("sdlc:github:Branch", await onBranch("one"), ["head"]);
    await project.run("up", []);
    await push("clusters/a/one.yaml", "touched\n");
    await push("clusters/a/three.yaml", "three\n");
    const up = await project.run("up", []);
    assert.deepEqual(up.changes, { update: 1, same: 1 });
    assert.match(
      up.diagnostics.join("\n"),
      /warning: cluster\/sandbox-a was moved to [0-9a-f]{40} by somebody else/,
    );
    assert.equal(await read("clusters/a/one.yaml"), "one");
    assert.deepEqual(await listed(), ["README.md", "clusters/a/deep/two.yaml", "clusters/a/one.yaml"]);
    // What was pushed is in the history: nothing was forced.
    assert.equal(await platform().text(["rev-list", "--count", `main..${clone}`]), "4");
    assert.deepEqual((await project.run("up", [])).changes, { same: 2 });
  });

  it("changes its files although the branch has moved, and makes it again where it was deleted", async () => {
    await push("clusters/a/one.yaml", "touched\n");
    await program("sdlc:github:Branch", await onBranch("changed"), ["head"]);
    assert.equal((await project.run("up", [])).failed, false);
    assert.equal(await read("clusters/a/one.yaml"), "changed");
    await platform().deleteRef(`refs/heads/${clone}`);
    const up = await project.run("up", []);
    assert.match(up.diagnostics.join("\n"), /warning: cluster\/sandbox-a was deleted by somebody else/);
    assert.equal(await read("clusters/a/one.yaml"), "changed");
  });

  it("does not miss a branch that somebody has removed", async () => {
    await platform().deleteRef(`refs/heads/${clone}`);
    const destroy = await project.run("destroy", []);
    assert.deepEqual([destroy.failed, destroy.diagnostics], [false, []]);
  });

  it("takes over a branch that an earlier stack has left", async () => {
    await platform().createRef(`refs/heads/${clone}`, await head());
    await push("clusters/a/left.yaml", "left\n");
    await program("sdlc:github:Branch", await onBranch("one"), ["head"]);
    const up = await project.run("up", []);
    assert.equal(up.failed, false);
    assert.match(up.diagnostics.join("\n"), /left over from an earlier stack/);
    assert.deepEqual(await listed(), ["README.md", "clusters/a/deep/two.yaml", "clusters/a/one.yaml"]);
    await project.run("destroy", []);
  });

  it("takes another token for no change, and keeps none but the stack's own in the state", async () => {
    const inputs = await onBranch("one");
    const withToken = async (given: string | undefined): Promise<EngineRun> => {
      await project.program(`
        import * as pulumi from "@pulumi/pulumi";
        class Any extends pulumi.CustomResource {}
        const token = ${JSON.stringify(given ?? null)};
        new Any("sdlc:github:Branch", "made", {
          ...${JSON.stringify(inputs)}, head: undefined, ...token && { token: pulumi.secret(token) } });
      `);
      const up = await project.run("up", []);
      assert.equal(up.failed, false, up.diagnostics.join("\n"));
      return up;
    };
    const recorded = async (): Promise<string[]> =>
      (await project.state({ showSecrets: true })).match(/ghp_[0-9a-f]+/g) ?? [];
    await withToken(token);
    assert.deepEqual(await recorded(), [token], "in the inputs, for the destroy, and nowhere else");
    const another = net.internet.accounts.set("another-engineer", "admin").token;
    assert.deepEqual((await withToken(another)).changes, { same: 2 });
    assert.deepEqual(await recorded(), [another]);
    assert.deepEqual((await withToken(undefined)).changes, { same: 2 });
    assert.deepEqual(await recorded(), []);
    await project.run("destroy", []);
  });

  it("takes a refusal for no proof that the branch is gone", async () => {
    await program("sdlc:github:Branch", await onBranch("one"));
    await project.run("up", []);
    // From here on the token in the environment is refused.
    net.internet.accounts.set("platform-engineer", "admin");
    const destroy = await project.run("destroy", []);
    assert.equal(destroy.failed, true);
    assert.match(
      destroy.diagnostics.join("\n"),
      /branch cluster\/sandbox-a of acme\/platform: GitHub answers 401 .*Bad credentials/,
    );
    assert.ok(!destroy.diagnostics.join("\n").includes(token));
    assert.equal(await branchExists("cluster/sandbox-a"), true);
  });
});
