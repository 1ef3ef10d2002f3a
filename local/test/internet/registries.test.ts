import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { list } from "tar";
import { parse, parseAllDocuments } from "yaml";
import { fluxInstallPath } from "../../internet/flux-release.ts";
import { startTestInternet, type Reply, type Sent, type TestInternet } from "./support.ts";

const digest = (content: Buffer): string => `sha256:${createHash("sha256").update(content).digest("hex")}`;

interface Index {
  readonly entries: Readonly<Record<string, readonly { version: string; digest: string; urls: string[] }[]>>;
}

describe("local Helm repositories, ghcr.io and Flux's release", function () {
  this.timeout(60_000);
  let net: TestInternet;
  before(async () => {
    net = await startTestInternet();
  });
  after(() => net.stop());

  const index = async (url: string): Promise<Index> =>
    parse((await net.request(`${url}/index.yaml`)).body.toString()) as Index;

  it("serves KEDA's chart at its own address, with the CRDs of KEDA's module and the digest of the index", async () => {
    const [newest] = (await index("https://kedacore.github.io/charts")).entries["keda"] ?? [];
    assert.equal(newest?.version, "2.21.0");
    const archive = (await net.request(newest.urls[0] ?? "")).body;
    assert.equal(digest(archive), `sha256:${newest.digest}`);
    const file = path.join(net.folder, "keda.tgz");
    await writeFile(file, archive);
    const names: string[] = [];
    await list({ file, onReadEntry: (entry) => names.push(entry.path) });
    assert.ok(names.includes("keda/templates/crds/keda.sh_scaledobjects.yaml"), names.join("\n"));
    assert.ok(names.includes("keda/templates/operator.yaml"));
  });

  it("serves podinfo, and answers 404 for charts that it does not have", async () => {
    assert.ok((await index("https://stefanprodan.github.io/podinfo")).entries["podinfo"]?.length);
    assert.equal((await net.request("https://kyverno.github.io/kyverno/index.yaml")).status, 404);
    assert.equal((await net.request("https://kedacore.github.io/charts/keda-2.10.2.tgz")).status, 404);
  });

  it("serves Flux's install manifest with the controllers, their accounts and real images", async () => {
    const { body } = await net.request(`https://github.com${fluxInstallPath}`);
    const manifests = parseAllDocuments(body.toString()).map(
      (document) =>
        document.toJS() as { kind: string; metadata: { name: string; namespace?: string }; spec?: never },
    );
    const named = (kind: string): string[] =>
      manifests
        .filter((manifest) => manifest.kind === kind)
        .map(({ metadata }) => metadata.name)
        .sort();
    const controllers = ["helm", "kustomize", "notification", "source"].map((name) => `${name}-controller`);
    assert.deepEqual(named("Deployment"), controllers);
    assert.deepEqual(named("ServiceAccount"), controllers);
    assert.ok(named("CustomResourceDefinition").includes("gitrepositories.source.toolkit.fluxcd.io"));
    assert.deepEqual(named("ClusterRoleBinding"), [
      "cluster-reconciler-flux-system",
      "crd-controller-flux-system",
    ]);
    assert.match(body.toString(), /image: ghcr\.io\/fluxcd\/source-controller:v1\.9\.2/);
    const deployments = manifests.filter(({ kind }) => kind === "Deployment");
    assert.ok(deployments.every(({ metadata }) => metadata.namespace === "flux-system"));
  });

  describe("ghcr.io", () => {
    const call = (route: string, sent: Sent = {}): Promise<Reply> =>
      net.request(`https://ghcr.io/v2/${route}`, sent);
    const config = Buffer.from("{}");
    const manifest = Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: "application/vnd.oci.image.manifest.v1+json",
        config: {
          mediaType: "application/vnd.oci.empty.v1+json",
          digest: digest(config),
          size: config.length,
        },
        layers: [],
      }),
    );
    const headers = { "content-type": "application/vnd.oci.image.manifest.v1+json" };
    const pushManifest = (name: string, token: string): Promise<Reply> =>
      call(`${name}/manifests/0.0.1`, { method: "PUT", token, headers, body: manifest });
    const pull = (name: string, token?: string): Promise<Reply> =>
      call(`${name}/manifests/0.0.1`, {
        headers: { accept: headers["content-type"] },
        ...(token ? { token } : {}),
      });

    it("takes an artifact from a writer and gives it to a reader, byte for byte", async () => {
      const token = net.internet.accounts.set("publisher", "write", ["team/platform"]).token;
      const name = "team/manifests/platform";
      const upload = await call(`${name}/blobs/uploads/`, { method: "POST", token });
      const location = new URL(String(upload.headers["location"]), "https://ghcr.io");
      assert.equal(location.host, "ghcr.io");
      location.searchParams.set("digest", digest(config));
      const done = await net.request(location.href, {
        method: "PUT",
        token,
        body: config,
      });
      assert.equal(done.status, 201, done.body.toString());
      assert.equal((await pushManifest(name, token)).status, 201);
      const pulled = await pull(name, net.internet.accounts.get("flux").token);
      assert.equal(pulled.body.toString(), manifest.toString());
      assert.equal((await pull(name)).status, 401);
      net.internet.publicPackages.add(name);
      assert.equal((await pull(name)).body.toString(), manifest.toString());
      assert.equal((await pushManifest("other/manifests/platform", token)).status, 403);
    });

    it("refuses wrong credentials with 401 and a reader's push with 403", async () => {
      const ping = await call("");
      assert.deepEqual([ping.status, ping.headers["www-authenticate"]], [401, 'Basic realm="ghcr.io"']);
      assert.equal((await call("", { token: "wrong" })).status, 401);
      assert.equal((await pushManifest("team/x", net.internet.accounts.get("flux").token)).status, 403);
    });
  });
});
