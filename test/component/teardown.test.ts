import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { gitopsMocks } from "../support/gitops-mocks.ts";
import { record, type Registration, type Registrations } from "../support/registrations.ts";
import { completeSettings, stackConfig } from "../support/stack-config.ts";
import { fluxManifest, stackProgram } from "../support/stack-program.ts";

const ledger = "sdlc:teardown:Ledger sandbox-a-ledger";
const sweep = "sdlc:teardown:CloudSweep sandbox-a-sweep";
const drain = "sdlc:teardown:ClusterDrain sandbox-a-drain";
describe("the resources of a teardown", () => {
  let server: Server;
  let registrations: Registrations;
  const subject = {
    stack: "sandbox-a",
    environment: "sandbox",
    region: "eu-west-1",
    clusterName: "sandbox-a",
    stackTag: { key: "sdlc:stack", value: "kubernetes-sdlc/sandbox-a" },
  };

  before(async () => {
    server = createServer((_request, response) => response.end(fluxManifest));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    ({ registrations } = await stack("sandbox-a"));
  });
  after(() => {
    server.close();
  });

  function stack(name: string, more: Readonly<Record<string, unknown>> = {}): ReturnType<typeof record> {
    const { port } = server.address() as AddressInfo;
    const settings = {
      ...completeSettings,
      flux: { enabled: true, manifest: `http://127.0.0.1:${port}/install.yaml` },
      gitops: { url: "https://github.com/acme/platform.git" },
      sandbox: { branch: "TICKET-1-add-keda" },
      services: { keda: { delivery: "cluster" } },
      credentials: {
        root: { type: "token", token: { awsSecret: "platform-repository", key: "token" } },
        github: "token of the stack",
      },
      ...more,
    };
    const config = stackConfig(settings, { stack: name });
    return record(gitopsMocks(), stackProgram(config));
  }

  const outlivedBy = (label: string): Registration[] =>
    registrations.all.filter((made) => registrations.outliving(made.label).includes(label));
  const custom = ({ kind, type }: Registration): boolean =>
    kind !== "component" && !type.startsWith("pulumi:providers:");

  it("are told chosen names, and of what is made only what they cannot do without", () => {
    assert.deepEqual(registrations.get(ledger).inputs, {
      ...subject,
      allowDestroy: true,
      rolePrefix: "sandbox-a",
      logGroupPrefixes: ["/aws/eks/sandbox-a/", "/aws/vpc/sandbox-a-flow-logs"],
      git: {
        host: "github.com",
        owner: "acme",
        repository: "platform",
        clusterBranch: "cluster/sandbox-a",
        ticketBranch: "TICKET-1-add-keda",
        token: { secret: "token of the stack" },
      },
    });
    assert.deepEqual(registrations.get(sweep).inputs, { ...subject, vpcId: "sandbox-a-vpc-id" });
    assert.deepEqual(registrations.get(drain).inputs, {
      ...subject,
      allowDestroy: true,
      clusterArn: "arn:sandbox-a-eksCluster",
      kubeconfig: { secret: "kubeconfig of sandbox-a" },
    });
  });

  it("have a drain that asks for GITHUB_TOKEN first, where the stack has something at GitHub and no token of its own", async () => {
    const root = { type: "token", token: { awsSecret: "platform-repository", key: "token" } };
    const told = async (more: Readonly<Record<string, unknown>>): Promise<unknown> =>
      (await stack("sandbox-a", more)).registrations.get(drain).inputs["needsGitHubToken"];
    const before = process.env["GITHUB_TOKEN"];
    process.env["GITHUB_TOKEN"] = "of the engineer";
    try {
      assert.equal(await told({ credentials: { root } }), true);
      assert.equal(await told({ credentials: { root, github: "of the stack" } }), undefined);
      const sandbox = { kind: "performance", environment: "staging" };
      assert.equal(await told({ credentials: { root }, sandbox }), undefined);
    } finally {
      if (before === undefined) delete process.env["GITHUB_TOKEN"];
      else process.env["GITHUB_TOKEN"] = before;
    }
  });

  it("have a ledger that outlives everything else, so that it can ask what is left", () => {
    assert.deepEqual(registrations.outliving(ledger), []);
    // The mocked plugin registers the child of a remote component without its parent.
    const child = "aws:eks/cluster:Cluster sandbox-a-eksCluster";
    const others = registrations.all.filter((made) => custom(made) && ![ledger, child].includes(made.label));
    const outlived = new Set(outlivedBy(ledger).map(({ label }) => label));
    assert.deepEqual(
      others.map(({ label }) => label).filter((label) => !outlived.has(label)),
      [],
    );
  });

  it("have a sweep between the cluster with its nodes and the network", () => {
    const before = outlivedBy(sweep).map(({ label }) => label);
    for (const label of [
      "eks:index:Cluster sandbox-a",
      "aws:eks/nodeGroup:NodeGroup sandbox-a-general",
      drain,
    ]) {
      assert.ok(before.includes(label), label);
    }
    const outliving = registrations.outliving(sweep);
    const inVpc = registrations.all.filter(
      ({ type }) => type.startsWith("aws:ec2/") && !/aunchTemplate/.test(type),
    );
    assert.ok(inVpc.length > 10, `only ${inVpc.length}`);
    // These it does not use, and a control plane, which stands behind it, would have to wait for them.
    assert.deepEqual(
      inVpc
        .map(({ label }) => label)
        .filter((label) => !outliving.includes(label))
        .sort(),
      [
        "aws:ec2/eip:Eip sandbox-a-nat-eu-west-1a-address",
        "aws:ec2/natGateway:NatGateway sandbox-a-nat-eu-west-1a",
        "aws:ec2/vpcEndpoint:VpcEndpoint sandbox-a-s3",
        ...["sandbox-a-private-eu-west-1a", "sandbox-a-private-eu-west-1b"].flatMap((name) => [
          `aws:ec2/route:Route ${name}-internet`,
          `aws:ec2/routeTable:RouteTable ${name}`,
          `aws:ec2/routeTableAssociation:RouteTableAssociation ${name}`,
        ]),
      ].sort(),
    );
  });

  it("have a drain between what Flux reconciles and the controllers, nodes and add-ons", () => {
    const outliving = registrations.outliving(drain);
    for (const label of [
      ...registrations.childrenOf("sdlc:flux:Controllers sandbox-a-flux"),
      "aws:eks/nodeGroup:NodeGroup sandbox-a-general",
      "aws:eks/addon:Addon sandbox-a-core-aws-ebs-csi-driver",
      "aws:eks/addon:Addon sandbox-a-base-vpc-cni",
      "eks:index:Cluster sandbox-a",
    ]) {
      assert.ok(outliving.includes(label), label);
    }
    const controllers = registrations.childrenOf("sdlc:flux:Controllers sandbox-a-flux");
    const followed = registrations.all.filter(
      ({ type, label }) => type.startsWith("kubernetes:") && !controllers.includes(label),
    );
    const before = outlivedBy(drain).map(({ label }) => label);
    assert.ok(followed.length >= 6, `only ${followed.length}`);
    assert.deepEqual(
      followed.map(({ label }) => label).filter((label) => !before.includes(label)),
      [],
    );
  });

  it("act even where the cluster goes too: none of them is deleted with it", () => {
    for (const label of [ledger, sweep, drain]) {
      assert.equal(registrations.get(label).deletedWith, undefined, label);
    }
  });

  it("are there for a cluster without Flux, and know no Git then", async () => {
    const { registrations: plain } = await stack("sandbox-b", { flux: { enabled: false } });
    assert.equal(plain.get("sdlc:teardown:Ledger sandbox-b-ledger").inputs["git"], undefined);
    const outliving = plain.outliving("sdlc:teardown:ClusterDrain sandbox-b-drain");
    assert.ok(outliving.includes("aws:eks/nodeGroup:NodeGroup sandbox-b-general"));
  });

  for (const [name, allowed] of [
    ["sandbox-a", true],
    ["development", true],
    ["staging", false],
    ["production", false],
  ] as const) {
    it(`of ${name} ${allowed ? "allow" : "refuse"} a destroy unless a setting says otherwise`, async () => {
      for (const more of [{}, { allowDestroy: !allowed }]) {
        const { registrations: made } = await stack(name, more);
        for (const type of ["Ledger", "ClusterDrain"]) {
          const found = made.all.find((resource) => resource.type === `sdlc:teardown:${type}`);
          assert.equal(found?.inputs["allowDestroy"], "allowDestroy" in more ? !allowed : allowed);
        }
      }
    });
  }
});
