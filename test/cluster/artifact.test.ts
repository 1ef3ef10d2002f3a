import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { cp, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { execa } from "execa";
import { list } from "tar";
import { stringify } from "yaml";
import { fluxInstallPath } from "../../local/internet/flux-release.ts";
import { alertObjects, type AlertPlace } from "../../src/flux/alerts.ts";
import {
  condition,
  startTestCluster,
  until,
  type Condition,
  type TestCluster,
} from "../../local/test/kubelet/sandbox.ts";

const repository = "oci://ghcr.io/acme/manifests/platform";
const manifestType = "application/vnd.oci.image.manifest.v1+json";

interface Manifest {
  readonly config: { readonly mediaType: string };
  readonly layers: readonly { readonly mediaType: string; readonly digest: string }[];
  readonly annotations: Readonly<Record<string, string>>;
}

describe("a release of the platform in a registry", function () {
  this.timeout(300_000);
  let cluster: TestCluster;
  let checkout: string;
  let key: { file: string; public: string };

  const git = async (...args: string[]): Promise<string> =>
    (await execa("git", ["-C", checkout, ...args])).stdout;
  const makeKey = async (name: string): Promise<typeof key> => {
    const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const file = path.join(cluster.net.folder, name);
    await writeFile(file, privateKey.export({ type: "pkcs8", format: "pem" }));
    return { file, public: publicKey.export({ type: "spki", format: "pem" }).toString() };
  };
  const publish = async (
    version: string,
    env: Readonly<Record<string, string>> = {},
    from = checkout,
  ): Promise<{ exitCode?: number | undefined; stdout: string; stderr: string }> =>
    execa(process.execPath, ["commands/publish-artifact.ts", version, "--checkout", from, "--no-wait"], {
      reject: false,
      env: {
        ...cluster.net.internet.environment,
        GITHUB_TOKEN: cluster.net.internet.accounts.get("platform-engineer").token,
        DOCKER_CONFIG: cluster.net.folder,
        ...env,
      },
    });
  const published = async (...args: Parameters<typeof publish>): Promise<string> => {
    const { exitCode, stdout, stderr } = await publish(...args);
    assert.equal(exitCode, 0, stderr);
    return /are (sha256:[0-9a-f]{64})$/m.exec(stdout)?.[1] ?? "";
  };
  const commit = async (file: string, content: string): Promise<void> => {
    await writeFile(path.join(checkout, file), content);
    await git("add", "--all");
    await git("commit", "--quiet", "--message", `Change ${file}`);
    await git("push", "--quiet", "origin", "main");
  };
  const source = async (): Promise<Condition & { revision: string }> => {
    const object = await cluster.read(
      "OCIRepository",
      "platform",
      "flux-system",
      "source.toolkit.fluxcd.io/v1",
    );
    const artifact = object?.status?.["artifact"] as { readonly revision: string } | undefined;
    return { type: "", status: "", ...condition(object, "Ready"), revision: artifact?.revision ?? "" };
  };
  /** At once, where Flux would wait for its interval. */
  const lookNow = async (): Promise<void> => {
    await cluster.apply(`
apiVersion: source.toolkit.fluxcd.io/v1
kind: OCIRepository
metadata:
  name: platform
  namespace: flux-system
  annotations: { reconcile.fluxcd.io/requestedAt: "${Date.now()}" }
spec:
  interval: 10m
  url: ${repository}
  ref: { semver: 0.0.x }
  secretRef: { name: platform-repository }
  verify: { provider: cosign, secretRef: { name: signing-key } }
`);
  };

  before(async () => {
    cluster = await startTestCluster();
    const { net } = cluster;
    const origin = path.join(net.folder, "origin.git");
    checkout = path.join(net.folder, "checkout");
    await execa("git", ["init", "--quiet", "--bare", "--initial-branch=main", origin]);
    await execa("git", ["clone", "--quiet", origin, checkout]);
    await git("config", "user.name", "Engineer");
    await git("config", "user.email", "engineer@example.com");
    await cp("gitops", checkout, { recursive: true });
    await git("add", "--all");
    await git("commit", "--quiet", "--message", "Start");
    await git("push", "--quiet", "origin", "HEAD:main");
    key = await makeKey("signing.key");
    await cluster.apply((await net.request(`https://github.com${fluxInstallPath}`)).body.toString());
  });
  after(() => cluster.stop());

  it("is read back by a plain client, with the files of the commit and where they come from", async () => {
    const digest = await published("0.0.1");
    const { net } = cluster;
    const token = net.internet.accounts.get("flux").token;
    const base = "https://ghcr.io/v2/acme/manifests/platform";
    const headers = { accept: manifestType };
    const pulled = await net.request(`${base}/manifests/0.0.1`, { token, headers });
    assert.equal(pulled.headers["docker-content-digest"], digest);
    const { config, layers, annotations } = pulled.json as unknown as Manifest;
    assert.equal(config.mediaType, "application/vnd.cncf.flux.config.v1+json");
    assert.deepEqual(
      layers.map(({ mediaType }) => mediaType),
      ["application/vnd.cncf.flux.content.v1.tar+gzip"],
    );
    assert.equal(
      annotations["org.opencontainers.image.revision"],
      `main@sha1:${await git("rev-parse", "HEAD")}`,
    );
    assert.equal(annotations["org.opencontainers.image.source"], path.join(net.folder, "origin.git"));
    const archive = path.join(net.folder, "layer.tgz");
    await writeFile(archive, (await net.request(`${base}/blobs/${layers[0]?.digest ?? ""}`, { token })).body);
    const names: string[] = [];
    await list({ file: archive, onReadEntry: (entry) => names.push(entry.path) });
    const tracked = (await git("ls-files", "platform")).split("\n");
    assert.deepEqual(names.sort(), tracked.sort());
  });

  it("is the same from the same commit in another place, and is not overwritten by another one", async () => {
    const first = await publish("0.0.1");
    assert.match(first.stdout, /0\.0\.1 is there already, and the same/);
    const other = path.join(cluster.net.folder, "other");
    await execa("git", ["clone", "--quiet", path.join(cluster.net.folder, "origin.git"), other]);
    const again = await publish("0.0.1", {}, other);
    assert.match(again.stdout, /0\.0\.1 is there already, and the same/, again.stderr);
    await commit("platform/configs/more.yaml", "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: more\n");
    const changed = await publish("0.0.1");
    assert.equal(changed.exitCode, 1);
    assert.match(changed.stderr, /platform:0\.0\.1: is published already, as sha256:/);
  });

  it("is refused to an account that may only read, and for what is not on main", async () => {
    const token = cluster.net.internet.accounts.get("flux").token;
    const reader = await publish("0.0.2", { GITHUB_TOKEN: token });
    assert.equal(reader.exitCode, 1);
    assert.match(reader.stderr, /the registry answers 403 \(DENIED.*docker login ghcr\.io/s);
    assert.ok(!reader.stderr.includes(token));
    await git("commit", "--quiet", "--allow-empty", "--message", "Not pushed");
    assert.match((await publish("0.0.2")).stderr, /is not on main/);
    await git("reset", "--quiet", "--hard", "origin/main");
    await writeFile(path.join(checkout, "platform/configs/more.yaml"), "edited\n");
    assert.match((await publish("0.0.2")).stderr, /has changes that are not committed/);
    await git("checkout", "--quiet", ".");
  });

  it("is not taken by Flux without a signature that its key verifies", async () => {
    const token = cluster.net.internet.accounts.get("flux").token;
    const auth = Buffer.from(`flux:${token}`).toString("base64");
    const login = JSON.stringify({ auths: { "ghcr.io": { auth } } });
    await cluster.apply(`
apiVersion: v1
kind: Secret
metadata: { name: platform-repository, namespace: flux-system }
type: kubernetes.io/dockerconfigjson
stringData: { .dockerconfigjson: '${login}' }
---
apiVersion: v1
kind: Secret
metadata: { name: signing-key, namespace: flux-system }
stringData: { platform.pub: ${JSON.stringify(key.public)} }
`);
    await lookNow();
    const unsigned = await until("the unsigned release is refused", async () => {
      const found = await source();
      return found.status === "False" && found;
    });
    assert.match(unsigned.message ?? "", /failed to verify the signature/);
    await published("0.0.2", { SIGNING_KEY: (await makeKey("wrong.key")).file });
    await lookNow();
    await until("the release with another key is refused", async () => {
      const { message = "" } = await source();
      return /no matching signatures/.test(message) && message !== unsigned.message;
    });
  });

  it("is told about by alerts that Flux's own kinds take", async () => {
    const address = "https://example.com/hook";
    const places: readonly AlertPlace[] = [
      { kind: "slack", address, channel: "platform", severity: "error" },
      { kind: "msteams", address, severity: "error" },
      { kind: "webhook", address, severity: "info" },
      { kind: "github", repository: "https://github.com/acme/platform.git", token: "t", severity: "info" },
    ];
    for (const [index, place] of places.entries()) {
      const { provider, alert } = alertObjects(place, index, "staging");
      await cluster.apply(`${stringify(provider)}---\n${stringify(alert)}`);
      const { name, namespace = "" } = alert.metadata;
      assert.ok(await cluster.read("Alert", name, namespace, alert.apiVersion));
    }
  });

  it("is taken and applied by Flux where it is signed", async () => {
    const signing = { SIGNING_KEY: await readFile(key.file, "utf8") };
    const digest = await published("0.0.3", signing);
    await lookNow();
    await until("the signed release is taken", async () => (await source()).revision === `0.0.3@${digest}`);
    await cluster.apply(`
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: { name: configs, namespace: flux-system }
spec: { interval: 1m, path: ./platform/configs, prune: true, sourceRef: { kind: OCIRepository, name: platform } }
`);
    await until("the release is applied", async () => cluster.read("Namespace", "more", "", "v1"));
  });
});
