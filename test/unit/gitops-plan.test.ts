import assert from "node:assert/strict";
import { planGitops, type GitopsPlan } from "../../src/gitops-plan.ts";
import { parseSettings } from "../../src/settings.ts";
import type { EnvironmentName } from "../../src/stack-name.ts";
import { environmentClasses } from "../../stacks/classes.ts";
import { completeSettings, stackConfig } from "../support/stack-config.ts";

function plan(
  environment: EnvironmentName,
  change: Readonly<Record<string, unknown>> = {},
  minor = 33,
): GitopsPlan | undefined {
  const stack = environment === "sandbox" ? "sandbox-a" : environment;
  const settings = {
    ...completeSettings,
    flux: { enabled: true },
    gitops: { url: "https://github.com/acme/platform.git", branch: "trunk" },
    sandbox: { branch: "TICKET-1-add-keda" },
    ...change,
  };
  return planGitops({
    stack,
    environment,
    settings: parseSettings(
      stackConfig(settings, { stack }),
      environment,
      environmentClasses[environment].defaults,
    ),
    own: {},
    kubernetes: { major: 1, minor },
  });
}

const rootOf = (...args: Parameters<typeof plan>): string => {
  const root = plan(...args)?.root;
  return `${root?.branch ?? ""}:${root?.path ?? ""}`;
};

describe("what a stack follows", () => {
  it("is nothing where Flux is off", () => {
    assert.equal(plan("development", { flux: { enabled: false } }), undefined);
  });

  it("is one directory of one branch for every kind of stack", () => {
    assert.equal(rootOf("development"), "trunk:clusters/development");
    assert.equal(rootOf("staging"), "trunk:clusters/staging");
    assert.equal(rootOf("production"), "trunk:clusters/production");
    assert.equal(rootOf("sandbox"), "cluster/sandbox-a:clusters/sandbox-a");
    const apps = { url: "https://github.com/team-a/web.git", path: "sandbox" };
    assert.equal(rootOf("sandbox", { sandbox: { kind: "application", apps } }), "trunk:clusters/development");
    const performance = { kind: "performance", environment: "production" };
    assert.equal(rootOf("sandbox", { sandbox: performance }), "trunk:clusters/production");
  });

  it("is written to by platform sandboxes alone", () => {
    const performance = { sandbox: { kind: "performance" } };
    assert.deepEqual(plan("sandbox")?.sandboxBranch, {
      url: "https://github.com/acme/platform.git",
      repository: { scheme: "https", host: "github.com", owner: "acme", name: "platform" },
      base: "trunk",
      ticketBranch: "TICKET-1-add-keda",
      clusterBranch: "cluster/sandbox-a",
      from: "clusters/development",
      to: "clusters/sandbox-a",
    });
    assert.equal(plan("sandbox", performance)?.sandboxBranch, undefined);
    assert.equal(plan("development")?.sandboxBranch, undefined);
  });

  it("comes from Flux's release page, or from the mirror that is named", () => {
    const release = "https://github.com/fluxcd/flux2/releases/download/v2.9.1/install.yaml";
    assert.equal(plan("development")?.install.manifest, release);
    const mirror = "https://mirror.example.com/install.yaml";
    assert.equal(
      plan("development", { flux: { enabled: true, manifest: mirror } })?.install.manifest,
      mirror,
    );
  });
});

describe("services of a stack", () => {
  const keda = (delivery: string): Record<string, unknown> => ({ services: { keda: { delivery } } });

  it("are delivered by the program only where they go to the cluster", () => {
    assert.deepEqual(
      plan("sandbox", keda("cluster"))?.services.map(({ service }) => service.name),
      ["keda"],
    );
    assert.deepEqual(plan("sandbox", keda("git"))?.services, []);
  });

  it("are checked against the version in the settings, wherever they go", () => {
    for (const delivery of ["cluster", "git"]) {
      assert.throws(() => plan("sandbox", keda(delivery), 22), /needs Kubernetes 1\.23 or newer/);
      const untested = (minor: number): number =>
        (plan("sandbox", keda(delivery), minor)?.warnings ?? []).filter((line) => /is tested with/.test(line))
          .length;
      assert.deepEqual([untested(33), untested(34), untested(36), untested(37)], [1, 0, 0, 1]);
    }
  });
});
