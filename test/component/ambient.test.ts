import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { gitopsMocks } from "../support/gitops-mocks.ts";
import { record, type Registration } from "../support/registrations.ts";
import { completeSettings, stackConfig } from "../support/stack-config.ts";
import { fluxManifest, stackProgram } from "../support/stack-program.ts";

/** What another operator's machine, or a pipeline, may have, and an SDK or a plugin reads. */
const another = {
  AWS_DEFAULT_REGION: "us-east-1",
  AWS_PROFILE: "other",
  AWS_REGION: "us-east-1",
  GITHUB_BASE_URL: "https://elsewhere.example.com/",
  GITHUB_TOKEN: "token of another",
  HOME: "/home/other",
  KUBECONFIG: "/home/other/.kube/config",
  PULUMI_K8S_CLIENT_BURST: "7",
  PULUMI_K8S_DELETE_UNREACHABLE: "true",
  PULUMI_K8S_ENABLE_CONFIGMAP_MUTABLE: "true",
  PULUMI_K8S_ENABLE_PATCH_FORCE: "true",
  PULUMI_K8S_SKIP_UPDATE_UNREACHABLE: "true",
  PULUMI_K8S_SUPPRESS_DEPRECATION_WARNINGS: "true",
  TZ: "Pacific/Auckland",
  USER: "other",
};

describe("the environment of whoever runs Pulumi", () => {
  let server: Server;
  before(async () => {
    server = createServer((_request, response) => response.end(fluxManifest));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
  after(() => {
    server.close();
  });

  /** Everything that the program registers for a platform sandbox, in an environment with these variables more. */
  async function registered(
    variables: Readonly<Record<string, string>>,
    settings: Readonly<Record<string, unknown>> = {},
  ): Promise<readonly Registration[]> {
    const { port } = server.address() as AddressInfo;
    const config = stackConfig(
      {
        ...completeSettings,
        flux: { enabled: true, manifest: `http://127.0.0.1:${port}/install.yaml` },
        gitops: { url: "https://github.com/acme/platform.git" },
        sandbox: { branch: "TICKET-1-add-keda" },
        services: { keda: { delivery: "cluster" } },
        credentials: { root: { type: "token", token: { awsSecret: "platform-repository", key: "token" } } },
        ...settings,
      },
      { stack: "sandbox-a" },
    );
    const program = stackProgram(config);
    const before = new Map(Object.keys(variables).map((name) => [name, process.env[name]]));
    Object.assign(process.env, variables);
    try {
      const { registrations } = await record(gitopsMocks(), program);
      return registrations.all;
    } finally {
      for (const [name, value] of before) {
        if (value === undefined) Reflect.deleteProperty(process.env, name);
        else process.env[name] = value;
      }
    }
  }

  const byLabel = (all: readonly Registration[]): Record<string, Registration> =>
    Object.fromEntries(all.map((made) => [made.label, made]));

  it("is in no input: another one is no change", async () => {
    const mine = await registered({ GITHUB_TOKEN: "token of the engineer" });
    assert.ok(mine.some(({ type }) => type === "sdlc:github:Branch"));
    assert.deepEqual(byLabel(await registered(another)), byLabel(mine));
  });

  it("gives no token away, and one of the stack's own is secret wherever it stands", async () => {
    const mine = JSON.stringify(await registered({ GITHUB_TOKEN: "token of the engineer" }));
    assert.ok(!mine.includes("token of the engineer"));
    const variables = { GITHUB_TOKEN: "token of the engineer" };
    const made = byLabel(await registered(variables, { "github:token": "of the stack" }));
    const secret = { secret: "of the stack" };
    const holders = Object.keys(made).filter((label) => JSON.stringify(made[label]).includes("of the stack"));
    assert.deepEqual(holders.sort(), [
      "pulumi:providers:github sandbox-a-github",
      "sdlc:github:Branch sandbox-a-branch-cluster",
      "sdlc:teardown:Ledger sandbox-a-ledger",
    ]);
    assert.deepEqual(made["pulumi:providers:github sandbox-a-github"]?.inputs["token"], secret);
    assert.deepEqual(made["sdlc:github:Branch sandbox-a-branch-cluster"]?.inputs["token"], secret);
    const git = made["sdlc:teardown:Ledger sandbox-a-ledger"]?.inputs["git"] as { token: unknown };
    assert.deepEqual(git.token, secret);
    assert.ok(!JSON.stringify(made).includes("token of the engineer"));
  });
});
