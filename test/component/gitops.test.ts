import assert from "node:assert/strict";
import { createHash, generateKeyPairSync } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Exported } from "../../src/exported.ts";
import { verifiedReleases } from "../../src/flux/verification.ts";
import { gitopsMocks, platformFiles } from "../support/gitops-mocks.ts";
import { record, type ProviderMocks, type Recording, type Registrations } from "../support/registrations.ts";
import { keyPair } from "../support/ssh-key.ts";
import { completeSettings, stackConfig } from "../support/stack-config.ts";
import { fluxManifest, stackProgram } from "../support/stack-program.ts";

const digest = `sha256:${createHash("sha256").update(fluxManifest).digest("hex")}`;

const root = "kubernetes:source.toolkit.fluxcd.io/v1:GitRepository sandbox-a-root-source";
const rootKustomization =
  "kubernetes:kustomize.toolkit.fluxcd.io/v1:Kustomization sandbox-a-root-kustomization";
const readiness = "sdlc:flux:Readiness sandbox-a-ready";
const clusterBranch = "sdlc:github:Branch sandbox-a-branch-cluster";
const awsSecret = { type: "token", token: { awsSecret: "platform-repository", key: "token" } };

describe("what an environment follows in Git", () => {
  let server: Server;
  let address: string;
  before(async () => {
    server = createServer((request, response) => {
      response.writeHead(request.url === "/install.yaml" ? 200 : 404).end(fluxManifest);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/install.yaml`;
  });
  after(() => {
    server.close();
  });

  const token = process.env["GITHUB_TOKEN"];
  beforeEach(() => {
    process.env["GITHUB_TOKEN"] = "token of the engineer";
  });
  afterEach(() => {
    if (token === undefined) delete process.env["GITHUB_TOKEN"];
    else process.env["GITHUB_TOKEN"] = token;
  });

  function stack(
    name: string,
    settings: Readonly<Record<string, unknown>> = {},
    options: { preview?: boolean; own?: Exported; mocks?: ProviderMocks } = {},
  ): Promise<Recording<Record<string, unknown>>> {
    const defaults = {
      flux: { enabled: true, manifest: address },
      gitops: { url: "https://github.com/acme/platform.git" },
      sandbox: { branch: "TICKET-1-add-keda" },
      credentials: { root: awsSecret },
    };
    const config = stackConfig({ ...completeSettings, ...defaults, ...settings }, { stack: name });
    return record(options.mocks ?? gitopsMocks(), stackProgram(config, options.own), options);
  }

  const spec = (registrations: Registrations, label: string): Record<string, unknown> =>
    registrations.get(label).inputs["spec"] as Record<string, unknown>;

  it("of a platform sandbox is the clone of Development on the cluster's own branch", async () => {
    const { registrations } = await stack("sandbox-a");
    assert.deepEqual(spec(registrations, root)["ref"], { branch: "cluster/sandbox-a" });
    assert.equal(spec(registrations, rootKustomization)["path"], "./clusters/sandbox-a");
    assert.deepEqual(registrations.get(clusterBranch).inputs["files"], {
      "clusters/sandbox-a/apps.yaml": "apps: true\n",
      "clusters/sandbox-a/platform.yaml": platformFiles["clusters/development/platform.yaml"]?.replace(
        "branch: main",
        "branch: TICKET-1-add-keda",
      ),
    });
  });

  it("is cloned from the ticket branch where that is there, and from main until then", async () => {
    const base = await stack("sandbox-a");
    assert.equal(base.registrations.get(clusterBranch).inputs["commit"], "0a1b");
    const mocks = gitopsMocks({ main: "0a1b", "TICKET-1-add-keda": "2c3d" });
    const ticket = await stack("sandbox-a", {}, { mocks });
    assert.equal(ticket.registrations.get(clusterBranch).inputs["commit"], "2c3d");
    const read = ticket.calls.filter(({ token: name }) => name.endsWith(":getRepositoryFile"));
    assert.deepEqual(
      read.map(({ inputs }) => [inputs["file"], inputs["branch"]]),
      Object.keys(platformFiles)
        .filter((file) => file.startsWith("clusters/development/"))
        .map((file) => [file, "2c3d"]),
    );
  });

  it("is read by one path from every permanent environment, which writes nothing to Git", async () => {
    for (const name of ["development", "staging", "production"]) {
      const { registrations } = await stack(name);
      const source = root.replace("sandbox-a", name);
      assert.deepEqual(spec(registrations, source)["ref"], { branch: "main" });
      const path = spec(registrations, rootKustomization.replace("sandbox-a", name))["path"];
      assert.equal(path, `./clusters/${name}`);
      assert.deepEqual(
        registrations.all.filter(({ type }) => /github/.test(type)),
        [],
      );
    }
  });

  it("is told about where the stack names places, with addresses that AWS keeps", async () => {
    const address = { awsSecret: "slack", key: "token" };
    const { registrations } = await stack("staging", { alerts: [{ kind: "slack", address }] });
    const secret = "kubernetes:core/v1:Secret staging-alerts-slack-1-secret";
    assert.deepEqual(registrations.get(secret).inputs["data"], {
      address: { secret: Buffer.from("token of slack").toString("base64") },
    });
    // The kinds of alerts come with the controllers.
    assert.ok(registrations.outliving(secret).includes("sdlc:flux:Controllers staging-flux"));
  });

  it("takes signed releases alone where there is a key, which is there before the sources are", async () => {
    const { publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const signingKey = publicKey.export({ type: "spki", format: "pem" }).toString();
    const gitops = { url: "https://github.com/acme/platform.git", signingKey };
    const { registrations } = await stack("production", { gitops });
    const kustomization = rootKustomization.replace("sandbox-a", "production");
    assert.deepEqual(spec(registrations, kustomization)["patches"], [verifiedReleases]);
    const key = "kubernetes:core/v1:Secret production-signing-key";
    assert.ok(registrations.outliving(kustomization).includes(key));
    const without = await stack("production");
    assert.ok(!without.registrations.labels().includes(key));
    assert.equal(spec(without.registrations, kustomization)["patches"], undefined);
  });

  it("of an application sandbox is Development, and the team's own repository beside it, with no access to write", async () => {
    delete process.env["GITHUB_TOKEN"];
    const apps = { url: "https://github.com/team-a/web.git", branch: "next", path: "sandbox" };
    const { registrations } = await stack("sandbox-a", {
      sandbox: { kind: "application", apps },
      credentials: { root: awsSecret, apps: { type: "token", token: { awsSecret: "web", key: "token" } } },
    });
    assert.equal(spec(registrations, rootKustomization)["path"], "./clusters/development");
    assert.deepEqual(spec(registrations, root)["ref"], { branch: "main" });
    const source = "kubernetes:source.toolkit.fluxcd.io/v1:GitRepository sandbox-a-application-source";
    const { url, ref, secretRef } = spec(registrations, source);
    assert.deepEqual(
      { url, ref, secretRef },
      { url: apps.url, ref: { branch: "next" }, secretRef: { name: "application-repository" } },
    );
    assert.deepEqual(registrations.get(readiness).inputs["required"], [
      "Kustomization flux-system/flux-system",
      "Kustomization flux-system/application",
    ]);
    assert.deepEqual(
      registrations.all.filter(({ type }) => /github/.test(type)),
      [],
    );
  });

  it("of a performance sandbox is the environment it is measured against, read by that environment's own reference", async () => {
    const registry = { type: "registry", server: "ghcr.io", username: "flux" };
    const { registrations } = await stack("sandbox-a", {
      sandbox: { kind: "performance", environment: "production" },
      credentials: { root: awsSecret, platform: { ...registry, password: awsSecret.token } },
    });
    assert.deepEqual(spec(registrations, root), {
      interval: "1m",
      url: "https://github.com/acme/platform.git",
      ref: { branch: "main" },
      secretRef: { name: "flux-system" },
      ignore: "/clusters/*/flux-system/\n",
    });
    assert.equal(spec(registrations, rootKustomization)["path"], "./clusters/production");
    // The tag or the range is in Git, with the environment's source; what opens the registry is the stack's.
    const secret = registrations.get("kubernetes:core/v1:Secret sandbox-a-platform-repository");
    assert.equal(secret.inputs["type"], "kubernetes.io/dockerconfigjson");
    assert.deepEqual(
      registrations.all.filter(({ type }) => /github/.test(type)),
      [],
    );
    assert.deepEqual(registrations.get(readiness).inputs["commits"], {});
  });

  it("may be opened by a GitHub App, which the source has to know", async () => {
    const root = { type: "github-app", appId: "1", installationId: "2", privateKey: awsSecret.token };
    const { registrations } = await stack("development", { credentials: { root } });
    const source = "kubernetes:source.toolkit.fluxcd.io/v1:GitRepository development-root-source";
    const { provider, secretRef } = spec(registrations, source);
    assert.deepEqual({ provider, secretRef }, { provider: "github", secretRef: { name: "flux-system" } });
  });

  it("may be opened by a deploy key, which is let in before the source logs in with it, in any environment", async () => {
    const { privateKey, publicKey } = keyPair();
    const mocks = gitopsMocks();
    const { registrations } = await stack(
      "development",
      {
        gitops: { url: "ssh://git@github.com/acme/platform.git" },
        credentials: {
          root: {
            type: "ssh",
            privateKey: { awsSecret: "key" },
            knownHosts: "github.com ssh-ed25519 AAAA",
            deployKey: true,
          },
        },
      },
      {
        mocks: {
          ...mocks,
          functions: {
            ...mocks.functions,
            "aws:secretsmanager/getSecretVersion:getSecretVersion": () => ({ secretString: privateKey }),
          },
        },
      },
    );
    const keys = registrations.all.filter(({ type }) => type.endsWith(":RepositoryDeployKey"));
    assert.deepEqual(
      keys.map(({ inputs }) => [inputs["repository"], inputs["key"], inputs["readOnly"]]),
      [["platform", publicKey, true]],
    );
    const source = "kubernetes:source.toolkit.fluxcd.io/v1:GitRepository development-root-source";
    assert.ok(registrations.outliving(source).includes(keys[0]?.label ?? ""));
  });

  it("is opened by secrets for the root and the platform, resolved from AWS Secrets Manager", async () => {
    const { registrations } = await stack("sandbox-a");
    const secrets = registrations.all.filter(({ type }) => type === "kubernetes:core/v1:Secret");
    assert.deepEqual(
      secrets.map(({ inputs }) => (inputs["metadata"] as { name: string }).name),
      ["flux-system", "platform-repository"],
    );
    const password = { secret: Buffer.from("token of platform-repository").toString("base64") };
    assert.deepEqual(
      secrets.map(({ inputs }) => (inputs["data"] as Record<string, unknown>)["password"]),
      [password, password],
    );
    assert.deepEqual(spec(registrations, root)["secretRef"], { name: "flux-system" });
  });

  it("is opened by no secret where no credentials are given", async () => {
    const { registrations } = await stack("development", { credentials: {} });
    assert.equal(spec(registrations, root.replace("sandbox-a", "development"))["secretRef"], undefined);
    assert.deepEqual(
      registrations.all.filter(({ type }) => type === "kubernetes:core/v1:Secret"),
      [],
    );
  });

  it("is followed after the controllers, and readiness is asked after everything else", async () => {
    const { registrations } = await stack("sandbox-a", { services: { keda: { delivery: "cluster" } } });
    const controllers = registrations.childrenOf("sdlc:flux:Controllers sandbox-a-flux");
    const release = "kubernetes:helm.toolkit.fluxcd.io/v2:HelmRelease sandbox-a-keda-helmrelease";
    for (const label of [
      root,
      rootKustomization,
      release,
      "kubernetes:core/v1:Secret sandbox-a-flux-system",
    ]) {
      const outliving = registrations.outliving(label);
      assert.deepEqual(
        controllers.filter((controller) => !outliving.includes(controller)),
        [],
        label,
      );
    }
    const outliving = registrations.outliving(readiness);
    const inCluster = registrations.all.filter(({ type }) => type.startsWith("kubernetes:"));
    assert.deepEqual(
      inCluster.filter(({ label }) => !outliving.includes(label)),
      [],
    );
    assert.deepEqual(registrations.get(readiness).inputs["required"], [
      "Kustomization flux-system/flux-system",
      "HelmRelease keda/keda",
    ]);
  });

  it("goes with the cluster, through the cluster's provider alone", async () => {
    const { registrations } = await stack("sandbox-a", { services: { keda: { delivery: "cluster" } } });
    for (const { label, type, deletedWith, provider } of registrations.all) {
      if (!type.startsWith("kubernetes:")) continue;
      assert.equal(deletedWith, "eks:index:Cluster sandbox-a", label);
      assert.equal(provider, "pulumi:providers:kubernetes sandbox-a-kubernetes", label);
    }
  });

  it("is in Git before there is a cluster, and until there is none", async () => {
    const { registrations } = await stack("sandbox-a");
    const outliving = registrations.outliving("eks:index:Cluster sandbox-a");
    assert.ok(outliving.includes(clusterBranch));
  });

  it("has to be at the commits that the program knows of", async () => {
    const { registrations } = await stack("sandbox-a");
    assert.deepEqual(registrations.get(readiness).inputs["commits"], {
      "GitRepository flux-system/flux-system": "c10e",
      "GitRepository flux-system/platform": "0a1b",
    });
  });

  it("can be previewed before there is a cluster", async () => {
    const up = await stack("sandbox-a");
    const preview = await stack("sandbox-a", {}, { preview: true });
    assert.deepEqual(preview.registrations.labels(), up.registrations.labels());
  });

  it("leaves a service to Git where it is delivered there", async () => {
    const { registrations } = await stack("sandbox-a", { services: { keda: { delivery: "git" } } });
    assert.deepEqual(
      registrations.all.filter(({ type }) => /HelmRelease/.test(type)),
      [],
    );
  });

  it("exports the release of Flux and the digest of its manifest, and holds the next run to it", async () => {
    const { outputs } = await stack("sandbox-a");
    const { fluxVersion, fluxManifestDigest, fluxObjects } = outputs ?? {};
    assert.deepEqual(
      { fluxVersion, fluxManifestDigest, fluxObjects },
      { fluxVersion: "v2.9.1", fluxManifestDigest: digest, fluxObjects: 9 },
    );
    await stack("sandbox-a", {}, { own: { fluxVersion: "v2.9.1", fluxManifestDigest: digest } });
    await assert.rejects(
      stack("sandbox-a", {}, { own: { fluxVersion: "v2.9.1", fluxManifestDigest: "sha256:00" } }),
      /v2\.9\.1 is not the one this stack installed/,
    );
  });

  for (const [what, run, message] of [
    [
      "a manifest that is not there",
      () => stack("sandbox-a", { flux: { enabled: true, manifest: `${address}.gone` } }),
      /install manifest cannot be fetched: .* answers 404/,
    ],
    [
      "a repository without the base branch",
      () => stack("sandbox-a", {}, { mocks: gitopsMocks({}) }),
      /has no branch main that the token may read/,
    ],
    [
      "a repository without Development",
      () => stack("sandbox-a", {}, { mocks: withoutFiles() }),
      /has no clusters\/development on main/,
    ],
  ] as const) {
    it(`ends with a refusal on ${what}`, async () => {
      await assert.rejects(run(), { name: "UserError", message });
    });
  }

  it("needs a token where branches are made, and says where it may come from", async () => {
    delete process.env["GITHUB_TOKEN"];
    await assert.rejects(stack("sandbox-a"), /no token to make branches.*\n.*GITHUB_TOKEN/);
    const { registrations } = await stack("sandbox-a", { "github:token": "of the stack" });
    assert.deepEqual(registrations.get(clusterBranch).inputs["token"], { secret: "of the stack" });
    assert.deepEqual(registrations.get("pulumi:providers:github sandbox-a-github").inputs["token"], {
      secret: "of the stack",
    });
  });

  function withoutFiles(): ProviderMocks {
    const mocks = gitopsMocks();
    return {
      ...mocks,
      functions: { ...mocks.functions, "github:index/getTree:getTree": () => ({ entries: [] }) },
    };
  }
});
