/** Sandboxes that write nothing to the platform's repository: a team's, and one to measure a named environment. */
import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { KubernetesObjectApi, PatchStrategy, type KubernetesObject } from "@kubernetes/client-node";
import { recordBaseline } from "../../local/cli/baseline.ts";
import { clusterConfig, writeContext } from "../../local/cli/kubeconfig.ts";
import { whatIsLeft, whereItIs } from "../../local/cli/left.ts";
import { checkout } from "../../local/folders.ts";
import { eventually } from "../../local/test/kubernetes/eventually.ts";
import { readChanges } from "../support/engine-events.ts";
import { HostedRepository } from "../support/git-host.ts";
import { pushArtifact } from "../support/oci-artifact.ts";
import { TestPlatform } from "../support/test-platform.ts";

const minute = 60_000;
const stack = "sandbox-kinds";
/** Nobody here may write to a repository. */
const noToken = { GITHUB_TOKEN: "" };
const common = {
  "kubernetes-sdlc:flux": { enabled: true },
  "kubernetes-sdlc:services": {},
};
const application = {
  ...common,
  "kubernetes-sdlc:sandbox": {
    kind: "application",
    apps: { url: "https://github.com/team-a/web.git", path: "sandbox" },
  },
};
const performance = {
  ...common,
  "kubernetes-sdlc:sandbox": { kind: "performance", environment: "staging" },
};

const release = "sandbox/web.yaml";
const web = `---
apiVersion: v1
kind: Namespace
metadata:
  name: web
---
apiVersion: source.toolkit.fluxcd.io/v1
kind: HelmRepository
metadata:
  name: podinfo
  namespace: web
spec:
  interval: 1h
  url: https://stefanprodan.github.io/podinfo
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata:
  name: web
  namespace: web
spec:
  interval: 1h
  chart:
    spec:
      chart: podinfo
      version: 6.7.1
      sourceRef:
        kind: HelmRepository
        name: podinfo
`;

interface Live extends KubernetesObject {
  readonly spec?: { readonly path?: string };
  readonly status?: {
    readonly history?: readonly { readonly chartVersion: string; readonly status: string }[];
    readonly artifact?: { readonly revision: string };
    readonly lastAppliedRevision?: string;
  };
}

describe("A sandbox without write access to the platform's repository", function () {
  this.timeout(8 * minute);
  let platform: TestPlatform;
  let platformRepository: HostedRepository;
  let team: HostedRepository;

  const api = async (): Promise<KubernetesObjectApi> =>
    KubernetesObjectApi.makeApiClient(await clusterConfig(platform.run(stack)));
  const flux = async (
    apiVersion: string,
    kind: string,
    name: string,
    namespace = "flux-system",
  ): Promise<Live> => (await api()).read({ apiVersion, kind, metadata: { name, namespace } });
  const kustomization = (name: string): Promise<Live> =>
    flux("kustomize.toolkit.fluxcd.io/v1", "Kustomization", name);
  const webVersion = async (): Promise<string | undefined> => {
    const { status } = await flux("helm.toolkit.fluxcd.io/v2", "HelmRelease", "web", "web");
    const [latest] = status?.history ?? [];
    return latest?.status === "deployed" ? latest.chartVersion : undefined;
  };
  /** Nobody makes one for this sandbox; others work in the repository at the same time. */
  const ownBranches = async (): Promise<string[]> =>
    (await platformRepository.branches()).filter((name) => name.includes(stack));
  const up = async (config: Readonly<Record<string, unknown>>): Promise<string[]> => {
    const { exitCode, output, eventLog } = await platform.engine("up", stack, config, noToken);
    assert.equal(exitCode, 0, output);
    return Object.keys(await readChanges(eventLog));
  };

  before(async () => {
    platform = await TestPlatform.shared();
    platformRepository = new HostedRepository(platform.stateFolder, "acme", "platform");
    team = new HostedRepository(platform.stateFolder, "team-a", "web");
    const folder = await mkdtemp(path.join(tmpdir(), "team-"));
    await mkdir(path.join(folder, "sandbox"));
    await writeFile(path.join(folder, release), web);
    await team.create(folder);
    await rm(folder, { recursive: true });
    for (const tag of ["0.0.1", "0.0.2", "0.1.0"]) {
      await pushArtifact(platform.info, {
        artifact: "acme/manifests/platform",
        tag,
        parent: path.join(checkout, "gitops"),
        name: "platform",
      });
    }
    await recordBaseline(platform.info, platform.stateFolder, stack);
    await platform.configure(stack, "credentials.apps.type", "token");
    await platform.configure(stack, "credentials.apps.token", platform.info.fluxToken, "--secret");
    await up(application);
    await writeContext(platform.run(stack), stack, "eu-west-1");
  });

  it("is Development, and the team's own repository beside it", async () => {
    assert.equal((await kustomization("flux-system")).spec?.path, "./clusters/development");
    assert.equal((await kustomization("application")).spec?.path, "./sandbox");
    assert.equal(await webVersion(), "6.7.1");
    assert.deepEqual(await ownBranches(), []);
    assert.deepEqual(await up(application), ["same"]);
  });

  it("upgrades what the team upgrades in its repository", async () => {
    await team.push("main", release, web.replace("6.7.1", "6.9.2"));
    const annotations = { "reconcile.fluxcd.io/requestedAt": String(Date.now()) };
    const metadata = { name: "application", namespace: "flux-system", annotations };
    const source = { apiVersion: "source.toolkit.fluxcd.io/v1", kind: "GitRepository", metadata };
    // As `flux reconcile source git application` does.
    await (await api()).patch(source, undefined, undefined, undefined, undefined, PatchStrategy.MergePatch);
    await eventually("the upgrade is deployed", async () => (await webVersion()) === "6.9.2");
  });

  it("becomes what Staging runs, by Staging's own reference", async () => {
    await platform.configure(stack, "credentials.platform.type", "registry");
    await platform.configure(stack, "credentials.platform.server", "ghcr.io");
    await platform.configure(stack, "credentials.platform.username", "flux");
    await platform.configure(stack, "credentials.platform.password", platform.info.fluxToken, "--secret");
    await up(performance);
    assert.equal((await kustomization("flux-system")).spec?.path, "./clusters/staging");
    const source = await flux("source.toolkit.fluxcd.io/v1", "OCIRepository", "platform");
    const revision = source.status?.artifact?.revision;
    // The newest patch that is published, and no other minor.
    assert.match(revision ?? "", /^0\.0\.2@sha256:/);
    assert.equal((await kustomization("platform-service-configs")).status?.lastAppliedRevision, revision);
    await assert.rejects(kustomization("application"), { code: 404 });
    assert.deepEqual(await up(performance), ["same"]);
  });

  it("is gone after a plain destroy, for which nobody needs to write to Git", async () => {
    const place = await whereItIs(platform.run(stack));
    const { exitCode, output } = await platform.engine("destroy", stack, performance, noToken);
    assert.equal(exitCode, 0, output);
    assert.deepEqual(await whatIsLeft(platform.run(stack), place), { left: [], kept: [] });
    assert.deepEqual(await ownBranches(), []);
    assert.deepEqual(await team.branches(), ["main"]);
  });
});
