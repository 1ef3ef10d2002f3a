/** A platform sandbox that lives: what its engineer does, what others do meanwhile, and its end. */
import assert from "node:assert/strict";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { KubernetesObjectApi, type KubernetesObject } from "@kubernetes/client-node";
import { execa } from "execa";
import { recordBaseline } from "../../local/cli/baseline.ts";
import { clusterConfig, writeContext } from "../../local/cli/kubeconfig.ts";
import { whatIsLeft, whereItIs } from "../../local/cli/left.ts";
import { pulumiQuiet } from "../../local/engine/run.ts";
import { fluxInstallManifest } from "../../local/internet/flux-release.ts";
import { eventually } from "../../local/test/kubernetes/eventually.ts";
import { readChanges } from "../support/engine-events.ts";
import { HostedRepository } from "../support/git-host.ts";
import { TestPlatform } from "../support/test-platform.ts";

const minute = 60_000;
const stack = "sandbox-gitops";
const ticket = "TICKET-123-add-keda";
const clone = `cluster/${stack}`;
const clonedPlatform = `clusters/${stack}/platform.yaml`;
const config = { "kubernetes-sdlc:flux": { enabled: true } };

interface Secret extends KubernetesObject {
  readonly data: Readonly<Record<string, string>>;
}
interface Conditioned extends KubernetesObject {
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

const namespace = (name: string): string => `apiVersion: v1\nkind: Namespace\nmetadata:\n  name: ${name}\n`;

describe("A sandbox that follows its ticket branch", function () {
  this.timeout(8 * minute);
  let platform: TestPlatform;
  let repository: HostedRepository;
  let nextToken: string;

  const objects = async (): Promise<KubernetesObjectApi> =>
    KubernetesObjectApi.makeApiClient(await clusterConfig(platform.run(stack)));
  const namespaceExists = async (name: string): Promise<boolean> =>
    (await objects()).read({ apiVersion: "v1", kind: "Namespace", metadata: { name } }).then(
      () => true,
      () => false,
    );
  /** Those of this ticket and this sandbox: others work in the repository at the same time. */
  const ownBranches = async (): Promise<string[]> =>
    (await repository.branches()).filter((name) => name === ticket || name.includes(stack));
  const secrets = async (): Promise<Secret[]> => {
    const api = await objects();
    const names = ["flux-system", "platform-repository"];
    const header = { apiVersion: "v1", kind: "Secret" };
    return Promise.all(
      names.map((name) => api.read<Secret>({ ...header, metadata: { name, namespace: "flux-system" } })),
    );
  };

  before(async () => {
    platform = await TestPlatform.shared();
    nextToken = platform.tokenOf("flux-next");
    repository = new HostedRepository(platform.stateFolder, "acme", "platform");
    await recordBaseline(platform.info, platform.stateFolder, stack);
    await platform.succeed("up", stack, config);
    await writeContext(platform.run(stack), stack, "eu-west-1");
  });

  it("has the service under trial ready", async () => {
    const header = { apiVersion: "helm.toolkit.fluxcd.io/v2", kind: "HelmRelease" };
    const release: Conditioned = await (
      await objects()
    ).read({ ...header, metadata: { name: "keda", namespace: "keda" } });
    const ready = release.status?.conditions?.find(({ type }) => type === "Ready");
    assert.equal(ready?.status, "True");
  });

  it("changes nothing in a second up", async () => {
    const { eventLog } = await platform.succeed("up", stack, config);
    assert.deepEqual(Object.keys(await readChanges(eventLog)), ["same"]);
  });

  it("keeps its cluster directory on a branch of its own, and the ticket branch free of it", async () => {
    assert.deepEqual(await ownBranches(), [ticket, clone].sort());
    assert.ok((await repository.files(clone)).includes(clonedPlatform));
    assert.doesNotMatch((await repository.files(ticket)).join("\n"), /sandbox-gitops|gotk/);
    assert.match(await repository.read(clone, clonedPlatform), new RegExp(`branch: ${ticket}`));
  });

  it("applies what is pushed to the ticket branch, also while an up is on its way, and takes back what is pushed to the clone", async () => {
    const pushed = await repository.read(clone, clonedPlatform);
    await repository.push(ticket, "platform/configs/before.yaml", namespace("pushed-before"));
    await repository.push(clone, clonedPlatform, pushed.replace(ticket, "main"));
    await repository.push(clone, `clusters/${stack}/stray.yaml`, namespace("stray"));
    const work = await checkOut();

    const up = platform.engine("up", stack, config);
    await eventually("the program has read the branches", () => hasBegun("aws:ec2/vpc:Vpc"));
    await work.push("platform/configs/meanwhile.yaml", namespace("pushed-meanwhile"));
    const since = Date.now();
    const { exitCode, output } = await up;

    assert.equal(exitCode, 0, output);
    assert.match(output, new RegExp(`${clone} was moved to [0-9a-f]{40} by somebody else`));
    assert.equal(await repository.read(clone, clonedPlatform), pushed);
    assert.ok(!(await repository.files(clone)).includes(`clusters/${stack}/stray.yaml`));
    assert.ok(await namespaceExists("pushed-before"));
    // The source's interval is a minute; the rest is for a machine that is busy.
    const left = Math.max(1, 120 - (Date.now() - since) / 1000);
    await eventually("the later commit is applied", () => namespaceExists("pushed-meanwhile"), left);
  });

  it("takes another secret into the same objects, and goes on", async () => {
    const before = await secrets();
    await platform.configure(stack, "credentials.root.token", nextToken, "--secret");
    await platform.succeed("up", stack, config);
    const after = await secrets();
    assert.deepEqual(
      after.map(({ metadata }) => metadata?.uid),
      before.map(({ metadata }) => metadata?.uid),
    );
    for (const { data } of after) {
      assert.equal(Buffer.from(data["password"] ?? "", "base64").toString(), nextToken);
    }
  });

  it("refuses another manifest under the version that it has installed, and changes nothing", async () => {
    const manifest = await fluxInstallManifest();
    const mirror = await serve(`${manifest}# Somebody was here.\n`);
    try {
      const address = `http://127.0.0.1:${(mirror.address() as AddressInfo).port}/install.yaml`;
      const { exitCode, output, eventLog } = await platform.engine("up", stack, {
        ...config,
        "kubernetes-sdlc:flux": { enabled: true, manifest: address },
      });
      assert.notEqual(exitCode, 0, output);
      assert.match(
        output,
        /Flux: the install manifest of v2\.9\.1 is not the one this stack installed: it has sha256:[0-9a-f]{64}, recorded is sha256:[0-9a-f]{64}/,
      );
      assert.match(output, /Find out who changed it/);
      assert.doesNotMatch(output, /^\s+at .*\.ts:\d+/m);
      assert.deepEqual(Object.keys(await readChanges(eventLog)), ["same"]);
    } finally {
      mirror.close();
    }
  });

  it("shows no token in outputs, state, logs or the engine's events", async () => {
    const run = platform.run(stack);
    const texts = [
      await pulumiQuiet(run, ["stack", "output", "--json", "--stack", stack]),
      await pulumiQuiet(run, ["stack", "export", "--stack", stack]),
    ];
    for (const folder of ["logs", "events"]) {
      const files = await readdir(path.join(platform.stateFolder, folder), {
        recursive: true,
        withFileTypes: true,
      });
      for (const file of files.filter((entry) => entry.isFile())) {
        texts.push(await readFile(path.join(file.parentPath, file.name), "utf8"));
      }
    }
    assert.ok(texts.length > 10, `only ${texts.length} texts were read`);
    const { fluxToken, engineerToken } = platform.info;
    for (const token of [fluxToken, engineerToken, nextToken]) {
      for (const form of [token, Buffer.from(token).toString("base64")]) {
        assert.ok(!texts.some((text) => text.includes(form)), "a token is there in clear");
      }
    }
  });

  it("is gone after a plain destroy, in AWS and in Git, and the ticket branch keeps its commits", async () => {
    const commits = await repository.commits(ticket);
    const place = await whereItIs(platform.run(stack));
    await platform.succeed("destroy", stack, config);
    assert.deepEqual(await whatIsLeft(platform.run(stack), place), { left: [], kept: [] });
    assert.deepEqual(await ownBranches(), [ticket]);
    assert.deepEqual(await repository.commits(ticket), commits);
    assert.doesNotMatch((await repository.files(ticket)).join("\n"), /sandbox-gitops/);
  });

  /** A checkout of the ticket branch, as its engineer has it. */
  async function checkOut(): Promise<{ push: (file: string, content: string) => Promise<void> }> {
    const folder = path.join(platform.stateFolder, "checkout");
    const env = { ...platform.info.internet };
    const address = `https://engineer:${platform.info.engineerToken}@github.com/acme/platform.git`;
    await execa("git", ["clone", "--quiet", "--branch", ticket, address, folder], { env });
    const git = (...args: string[]): Promise<unknown> => execa("git", ["-C", folder, ...args], { env });
    const engineer = ["-c", "user.name=Engineer", "-c", "user.email=engineer@example.com"];
    return {
      push: async (file, content) => {
        await writeFile(path.join(folder, file), content);
        await git("add", "--all");
        await git(...engineer, "commit", "--quiet", "-m", "Try it");
        await git("push", "--quiet");
        await rm(folder, { recursive: true, force: true });
      },
    };
  }

  /** Whether the up that runs has come to a resource of this type. */
  async function hasBegun(type: string): Promise<boolean> {
    const folder = path.join(platform.stateFolder, "events");
    const [newest] = (await readdir(folder))
      .filter((name) => name.startsWith(`${stack}-up-`))
      .sort()
      .reverse();
    return newest !== undefined && (await readFile(path.join(folder, newest), "utf8")).includes(`"${type}"`);
  }
});

async function serve(text: string): Promise<Server> {
  const server = createServer((_request, response) => response.end(text));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}
