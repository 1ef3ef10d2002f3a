/** What goes wrong between a stack and its repository, on the repository of a team that began years ago. */
import assert from "node:assert/strict";
import path from "node:path";
import { CoreV1Api } from "@kubernetes/client-node";
import { recordBaseline } from "../../local/cli/baseline.ts";
import { clusterConfig, writeContext } from "../../local/cli/kubeconfig.ts";
import { whatIsLeft, whereItIs, type Leftovers } from "../../local/cli/left.ts";
import type { EngineResult } from "../../local/engine/run.ts";
import { checkout } from "../../local/folders.ts";
import { HostedRepository } from "../support/git-host.ts";
import { TestPlatform } from "../support/test-platform.ts";

const minute = 60_000;
const stack = "sandbox-earlier";
const ticket = "TICKET-123-add-keda";
const clone = `cluster/${stack}`;
const services = ["kyverno", "metrics-server"];
const podinfo = "clusters/development/apps/podinfo.yaml";
const broken = "platform/configs/broken.yaml";

const nothing: Leftovers = { left: [], kept: [] };

const config = {
  "kubernetes-sdlc:flux": { enabled: true },
  "kubernetes-sdlc:gitops": { url: "https://github.com/acme/earlier.git" },
};

describe("A sandbox whose repository or credentials are not as they should be", function () {
  this.timeout(8 * minute);
  let platform: TestPlatform;
  let repository: HostedRepository;

  before(async () => {
    platform = await TestPlatform.shared();
    await recordBaseline(platform.info, platform.stateFolder, stack);
    repository = new HostedRepository(platform.stateFolder, "acme", "earlier");
    await repository.create(path.join(checkout, "test", "fixtures", "earlier-layout"));
  });

  const failed = ({ exitCode, output }: EngineResult, ...expected: readonly RegExp[]): void => {
    assert.notEqual(exitCode, 0, output);
    for (const text of expected) assert.match(output, text);
    // A stack trace would point at this program and not at the mistake.
    assert.doesNotMatch(output, /^\s+at .*\.ts:\d+/m);
  };
  const left = async (): Promise<Leftovers> =>
    whatIsLeft(platform.run(stack), await whereItIs(platform.run(stack)));
  const edit = async (file: string, change: (content: string) => string): Promise<void> =>
    repository.push(ticket, file, change(await repository.read(ticket, file)));
  const current = (content: string): string =>
    content
      .replaceAll("helm.toolkit.fluxcd.io/v2beta1", "helm.toolkit.fluxcd.io/v2")
      .replaceAll("source.toolkit.fluxcd.io/v1beta2", "source.toolkit.fluxcd.io/v1");

  describe("before anything is made", () => {
    const cases: readonly {
      readonly name: string;
      readonly config?: Readonly<Record<string, unknown>>;
      readonly token?: () => string;
      readonly expected: readonly RegExp[];
    }[] = [
      {
        name: "a repository that is not there",
        config: { "kubernetes-sdlc:gitops": { url: "https://github.com/acme/nowhere.git" } },
        expected: [
          /github\.com\/acme\/nowhere\.git: has no branch main that the token may read/,
          /gitops\.url/,
        ],
      },
      {
        name: "a token that is for another repository",
        token: () => platform.tokenOf("outsider"),
        expected: [
          /acme\/earlier\.git: has no branch main that the token may read/,
          /Contents of this repository/,
        ],
      },
      {
        name: "a token that GitHub does not know",
        token: () => "ghp_000000000000000000000000000000000000",
        expected: [/acme\/earlier\.git: cannot be read at GitHub: .*401.*Bad credentials/, /GITHUB_TOKEN/],
      },
      {
        name: "a branch that is not named after the ticket",
        config: { "kubernetes-sdlc:sandbox": { branch: "TICKET-99-add-keda" } },
        expected: [
          /sandbox\.branch: given "TICKET-99-add-keda", which does not begin with the ticket of this stack, TICKET-123/,
          /pulumi config set --path 'sandbox\.branch' TICKET-123-add-keda/,
        ],
      },
      {
        name: "a release of Flux that is not there",
        config: { "kubernetes-sdlc:flux": { enabled: true, version: "v2.99.0" } },
        expected: [
          /Flux: its install manifest cannot be fetched: .*v2\.99\.0.* answers 404/,
          /flux\.version/,
        ],
      },
      {
        name: "an object in the clone that this Flux does not take",
        expected: [
          /clusters\/development\/apps\/podinfo\.yaml: HelmRelease podinfo: this Flux takes no helm\.toolkit\.fluxcd\.io\/v2beta1/,
          /Write apiVersion: helm\.toolkit\.fluxcd\.io\/v2 there/,
          // Flux 2.8 took it away, which Flux 2.7 still served.
          /clusters\/development\/platform\.yaml: \w+ \w+: this Flux takes no source\.toolkit\.fluxcd\.io\/v1beta2/,
        ],
      },
    ];
    for (const { name, config: change = {}, token, expected } of cases) {
      it(`names ${name}`, async () => {
        const environment = token === undefined ? {} : { GITHUB_TOKEN: token() };
        failed(await platform.engine("up", stack, { ...config, ...change }, environment), ...expected);
        assert.deepEqual(await left(), nothing);
      });
    }

    it("leaves nothing that a plain destroy does not take away", async () => {
      await platform.succeed("destroy", stack, config);
      assert.deepEqual(await left(), nothing);
      assert.deepEqual(await repository.branches(), ["main"]);
    });
  });

  describe("with a token that may read and not write", () => {
    before(async () => {
      // The engineer mends the clone's objects; the branch was there before the stack.
      await repository.startBranch(ticket);
      for (const file of [podinfo, "clusters/development/platform.yaml"]) await edit(file, current);
    });

    it("names the branch that cannot be made, and what the token needs", async () => {
      const environment = { GITHUB_TOKEN: platform.info.fluxToken };
      failed(
        await platform.engine("up", stack, config, environment),
        /branch cluster\/sandbox-earlier of acme\/earlier: GitHub answers 403 to POST .*Resource not accessible/,
        /it needs to write Contents of this repository/,
      );
    });

    it("leaves nothing that a plain destroy does not take away", async () => {
      const destroy = await platform.engine("destroy", stack, config, {
        GITHUB_TOKEN: platform.info.fluxToken,
      });
      assert.equal(destroy.exitCode, 0, destroy.output);
      assert.deepEqual(await left(), nothing);
      assert.deepEqual(await repository.branches(), [ticket, "main"]);
    });
  });

  describe("with a cluster that Flux cannot bring to its end", () => {
    const withKeda = (version: string): Readonly<Record<string, unknown>> => ({
      ...config,
      "kubernetes-sdlc:services": { keda: { delivery: "cluster", version } },
    });
    const ready = (output: string, key: string): void => {
      const [kind = "", name = ""] = key.split(" ");
      assert.doesNotMatch(output, new RegExp(`^ +${kind} +${name} `, "m"), `${key} is not ready`);
    };

    it("names the source that refuses the secret", async () => {
      await platform.configure(
        stack,
        "credentials.root.token",
        "ghp_000000000000000000000000000000000000",
        "--secret",
      );
      failed(
        await platform.engine("up", stack, withKeda("2.99.0")),
        /GitRepository +flux-system\/flux-system +False +GitOperationFailed: .*authentication required/,
        /The source refuses the secret: look at the stack's credentials/,
        /Then run pulumi up again/,
        / has failed (\d+ times in|for) \d+ s/,
      );
      await writeContext(platform.run(stack), stack, "eu-west-1");
    });

    it("goes on with the right secret, to what does not build, an API version of the past, and a chart that is not there", async () => {
      await repository.push(ticket, broken, "apiVersion: v1\nkind: ConfigMap\nmetadata: [name\n");
      await platform.configure(stack, "credentials.root.token", platform.info.fluxToken, "--secret");
      const result = await platform.engine("up", stack, withKeda("2.99.0"));
      failed(
        result,
        /Kustomization +flux-system\/platform-configs +False +BuildFailed: /,
        /Mend what Kustomization flux-system\/platform-configs builds and push/,
        /Kustomization +flux-system\/platform-services +False +\w+: .*no matches for kind "HelmRepository" in version "source\.toolkit\.fluxcd\.io\/v1beta2"/,
        /This Flux does not take source\.toolkit\.fluxcd\.io\/v1beta2 any more: write apiVersion: source\.toolkit\.fluxcd\.io\/v1 for each HelmRepository/,
        /Kustomization +flux-system\/platform-service-configs +False +\w+: .*no matches for kind "ClusterPolicy"/,
        /Nothing in the cluster brings ClusterPolicy \(kyverno\.io\/v1\)/,
        /HelmChart +keda\/keda-keda +False +\w+: .*no 'keda' chart with version matching '2\.99\.0' found/,
        /Set a version that the chart's repository has/,
      );
      ready(result.output, "Kustomization flux-system/flux-system");
    });

    it("goes on when all of it is mended, to the charts that nobody serves", async () => {
      await repository.push(ticket, broken, undefined);
      for (const service of services) await edit(`platform/services/${service}.yaml`, current);
      const result = await platform.engine("up", stack, withKeda("2.21.0"));
      failed(
        result,
        ...services.map((name) => new RegExp(`HelmRepository +${name}/${name} +False +\\w+: .*404`)),
        ...services.map((name) => new RegExp(`(HelmRelease|HelmChart) +${name}/`)),
      );
      for (const name of ["flux-system", "platform-configs", "platform-services"]) {
        ready(result.output, `Kustomization flux-system/${name}`);
      }
      for (const key of ["HelmRelease keda/keda", "HelmRelease flux-apps/podinfo"]) ready(result.output, key);
      const cluster = await clusterConfig(platform.run(stack));
      const { items } = await cluster.makeApiClient(CoreV1Api).listNamespace();
      const names = items.map(({ metadata }) => metadata?.name);
      for (const name of [...services, "flux-apps", "app-a", "keda"]) assert.ok(names.includes(name), name);
    });

    it("is gone after a plain destroy, although somebody has deleted its branch before", async () => {
      const commits = await repository.commits(ticket);
      const place = await whereItIs(platform.run(stack));
      await repository.git("branch", "-D", clone);
      await platform.succeed("destroy", stack, config);
      assert.deepEqual(await whatIsLeft(platform.run(stack), place), nothing);
      assert.deepEqual(await repository.branches(), [ticket, "main"]);
      assert.deepEqual(await repository.commits(ticket), commits);
    });
  });
});
