import assert from "node:assert/strict";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { checkout } from "../../../folders.ts";
import type { Properties } from "../../../product.ts";
import type { StandIn } from "../../../providers/plumbing/stand-in.ts";
import { eksProvider } from "../../../providers/eks/provider.ts";
import { serveStandIn } from "../../../providers/serve.ts";
import { EngineProject, type EngineRun } from "../engine-project.ts";

/** What only AWS knows of a resource, by type. */
const answers: Readonly<Record<string, (inputs: Properties) => Properties>> = {
  "aws:eks/cluster:Cluster": (inputs) => ({
    name: inputs["name"] ?? "generated",
    version: inputs["version"] ?? "1.35",
    arn: "arn:aws:eks:eu-west-1:123456789012:cluster/trial",
    endpoint: "https://127.0.0.1:9",
    certificateAuthority: { data: "Y2E=" },
    identities: [{ oidcs: [{ issuer: "https://oidc.eks.eu-west-1.amazonaws.com/id/ABC" }] }],
    vpcConfig: { ...(inputs["vpcConfig"] as Properties), clusterSecurityGroupId: "sg-of-eks" },
  }),
  "aws:iam/role:Role": () => ({ name: "role", arn: "arn:aws:iam::123456789012:role/role" }),
  "aws:iam/openIdConnectProvider:OpenIdConnectProvider": () => ({
    arn: "arn:aws:iam::123456789012:oidc-provider/x",
  }),
};

/** A provider that makes nothing and agrees to everything, for the registrations to land in the state. */
const recorder = (name: string): StandIn<undefined> => ({
  package: name,
  version: "1.0.0",
  configure: () => Promise.resolve(undefined),
  functions: () => () => Promise.resolve({ partition: "aws" }),
  resources: (type) => ({
    outputs: Object.keys(answers[type]?.({}) ?? {}),
    create: (context, inputs) =>
      Promise.resolve({ id: `${context.name}-id`, outputs: { ...inputs, ...answers[type]?.(inputs) } }),
    read: (_context, { outputs }) => Promise.resolve({ outputs }),
    update: (_context, _resource, news) => Promise.resolve({ ...news, ...answers[type]?.(news) }),
    delete: () => Promise.resolve(),
  }),
});

interface Registered {
  readonly inputs: Properties;
  readonly parent: string;
  readonly dependencies: readonly string[];
}

const shortType = (urn: string): string => urn.split("::")[2]?.split("$").at(-1) ?? "";
const labelOf = (urn: string): string => `${shortType(urn)} ${urn.split("::").at(-1) ?? ""}`;

const prelude = `
import * as eks from "@pulumi/eks";
const show = (cluster) => ({
  kubeconfig: cluster.kubeconfig, json: cluster.kubeconfigJson, group: cluster.clusterSecurityGroupId, nodeGroup: cluster.nodeSecurityGroupId,
  issuer: cluster.oidcIssuer, issuerUrl: cluster.oidcProviderUrl, oidc: cluster.oidcProviderArn, asg: cluster.defaultNodeGroupAsgName,
  arn: cluster.eksCluster.arn, endpoint: cluster.core.endpoint });
`;

const lean = `
const cluster = new eks.Cluster("trial", {
  name: "sandbox", version: "1.35", vpcId: "vpc-1", subnetIds: ["subnet-1", "subnet-2"], authenticationMode: "API",
  accessEntries: { admin: { principalArn: "arn:aws:iam::123456789012:role/admin", accessPolicies: {
    cluster: { policyArn: "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy", accessScope: { type: "cluster" } } } } },
  endpointPrivateAccess: true, endpointPublicAccess: false, enabledClusterLogTypes: ["api"], encryptionConfigKeyArn: "arn:aws:kms:key",
  skipDefaultNodeGroup: true, skipDefaultSecurityGroups: true, useDefaultVpcCni: true, kubeProxyAddonOptions: { enabled: false },
  bootstrapSelfManagedAddons: false, createOidcProvider: true, deletionProtection: false, tags: { ticket: "T-1" } });
export default show(cluster);
`;

describe("EKS component stand-in on the real engine", function () {
  this.timeout(180_000);
  let programs: string;
  let project: EngineProject;
  const searchPath = process.env["PATH"] ?? "";

  before(async () => {
    programs = await mkdtemp(path.join(tmpdir(), "aws-cli-"));
    await writeAwsCli("2.27.0");
    process.env["PATH"] = `${programs}${path.delimiter}${searchPath}`;
  });
  after(async () => {
    process.env["PATH"] = searchPath;
    await rm(programs, { recursive: true });
  });
  beforeEach(async () => {
    project = await EngineProject.create();
  });
  afterEach(async () => {
    await project.remove();
  });

  async function writeAwsCli(version: string): Promise<void> {
    const program = path.join(programs, "aws");
    await writeFile(program, `#!/bin/sh\necho aws-cli/${version} Python/3.12\n`);
    await chmod(program, 0o755);
  }

  async function run(command: "preview" | "up" | "destroy", program: string): Promise<EngineRun> {
    await project.program(prelude + program);
    const served = [
      await serveStandIn(eksProvider),
      await serveStandIn(recorder("aws")),
      await serveStandIn(recorder("kubernetes")),
    ];
    try {
      return await project.run(command, served);
    } finally {
      for (const provider of served) provider.close();
    }
  }

  async function registered(): Promise<Map<string, Registered>> {
    const { deployment } = JSON.parse(await project.state()) as {
      deployment: {
        resources: { urn: string; parent?: string; inputs?: Properties; dependencies?: string[] }[];
      };
    };
    return new Map(
      deployment.resources.map(({ urn, parent = "", inputs = {}, dependencies = [] }) => [
        labelOf(urn),
        { inputs, parent: labelOf(parent), dependencies: dependencies.map(labelOf) },
      ]),
    );
  }

  const children = (resources: ReadonlyMap<string, Registered>): string[] =>
    [...resources.entries()]
      .filter(([, { parent }]) => parent !== " " && !parent.startsWith("pulumi:pulumi:Stack"))
      .map(([label, { parent }]) => `${label} < ${parent}`)
      .sort();

  it("makes only control plane, role, access and OIDC provider where the program turns the rest off", async () => {
    const preview = await run("preview", lean);
    assert.equal(preview.failed, false, preview.diagnostics.join("\n"));
    const up = await run("up", lean);
    assert.equal(up.failed, false, up.diagnostics.join("\n"));
    const resources = await registered();
    assert.deepEqual(children(resources), [
      "aws:eks/accessEntry:AccessEntry trial-admin < eks:index:Cluster trial",
      "aws:eks/accessPolicyAssociation:AccessPolicyAssociation trial-admin-cluster < aws:eks/accessEntry:AccessEntry trial-admin",
      "aws:eks/cluster:Cluster trial-eksCluster < eks:index:Cluster trial",
      "aws:iam/openIdConnectProvider:OpenIdConnectProvider trial-oidcProvider < eks:index:Cluster trial",
      "aws:iam/role:Role trial-eksRole-role < eks:index:ServiceRole trial-eksRole",
      "aws:iam/rolePolicyAttachment:RolePolicyAttachment trial-eksRole-4b490823 < eks:index:ServiceRole trial-eksRole",
      "eks:index:ServiceRole trial-eksRole < eks:index:Cluster trial",
      "pulumi:providers:kubernetes trial-eks-k8s < eks:index:Cluster trial",
    ]);
    const cluster = resources.get("aws:eks/cluster:Cluster trial-eksCluster");
    assert.deepEqual(cluster?.inputs, {
      name: "sandbox",
      roleArn: "arn:aws:iam::123456789012:role/role",
      version: "1.35",
      bootstrapSelfManagedAddons: false,
      vpcConfig: {
        subnetIds: ["subnet-1", "subnet-2"],
        endpointPrivateAccess: true,
        endpointPublicAccess: false,
      },
      enabledClusterLogTypes: ["api"],
      encryptionConfig: { provider: { keyArn: "arn:aws:kms:key" }, resources: ["secrets"] },
      accessConfig: { authenticationMode: "API", bootstrapClusterCreatorAdminPermissions: true },
      deletionProtection: false,
      tags: { Name: "trial-eksCluster", ticket: "T-1" },
    });
    const attachment = "aws:iam/rolePolicyAttachment:RolePolicyAttachment trial-eksRole-4b490823";
    assert.ok(cluster.dependencies.includes(attachment), "the control plane waits for its role's policies");

    const outputs = await project.outputs();
    const kubeconfig = outputs["kubeconfig"] as { users: { user: { exec: Properties } }[] };
    assert.deepEqual(kubeconfig.users[0]?.user.exec["args"], [
      ...["--region", "eu-west-1", "eks", "get-token", "--cluster-name", "sandbox", "--output", "json"],
    ]);
    assert.deepEqual(JSON.parse(String(outputs["json"])), kubeconfig);
    assert.deepEqual(
      ["group", "nodeGroup", "issuer", "issuerUrl", "asg", "arn", "endpoint"].map((key) => outputs[key]),
      [
        "sg-of-eks",
        "sg-of-eks",
        "oidc.eks.eu-west-1.amazonaws.com/id/ABC",
        "https://oidc.eks.eu-west-1.amazonaws.com/id/ABC",
        "",
        "arn:aws:eks:eu-west-1:123456789012:cluster/trial",
        "https://127.0.0.1:9",
      ],
    );
    const again = await run("up", lean);
    assert.deepEqual(
      again.steps.filter((step) => !step.startsWith("same ")),
      [],
    );
    const destroyed = await run("destroy", lean);
    assert.equal(destroyed.failed, false, destroyed.diagnostics.join("\n"));
  });

  it("keeps AWS_PROFILE of whoever runs it out of the state where providerCredentialOpts is given, and only then", async () => {
    const before = process.env["AWS_PROFILE"];
    const withOptions = lean.replace("createOidcProvider", "providerCredentialOpts: {}, createOidcProvider");
    const changes = async (profile: string | undefined, program: string): Promise<string[]> => {
      if (profile === undefined) delete process.env["AWS_PROFILE"];
      else process.env["AWS_PROFILE"] = profile;
      const up = await run("up", program);
      assert.equal(up.failed, false, up.diagnostics.join("\n"));
      return Object.keys(up.changes).filter((kind) => kind !== "same");
    };
    try {
      await changes("platform", lean);
      assert.match(await project.state(), /--profile.*platform/);
      // As a stack of an earlier release meets the next: in place, with whatever profile.
      assert.deepEqual(await changes("platform", withOptions), ["update"]);
      assert.doesNotMatch(await project.state(), /--profile/);
      for (const profile of ["other", undefined]) assert.deepEqual(await changes(profile, withOptions), []);
    } finally {
      if (before === undefined) delete process.env["AWS_PROFILE"];
      else process.env["AWS_PROFILE"] = before;
    }
  });

  it("gets a permissions boundary on the role that it made without, and replaces nothing", async () => {
    const module = path.join(checkout, "components", "boundary-on-roles.ts");
    const boundary = "arn:aws:iam::123456789012:policy/kubernetes-sdlc-boundary";
    const bounded = `import { boundaryOnRoles } from ${JSON.stringify(module)};
      ${lean.replace(/\}\);\nexport/, `}, { transforms: [boundaryOnRoles("${boundary}")] });\nexport`)}`;
    const made = await run("up", lean);
    assert.equal(made.failed, false, made.diagnostics.join("\n"));
    const before = (await registered()).get("aws:iam/role:Role trial-eksRole-role");

    const preview = await run("preview", bounded);
    assert.equal(preview.failed, false, preview.diagnostics.join("\n"));
    const { same, ...changes } = preview.changes;
    assert.deepEqual(changes, { update: 1 }, `${same} stay as they are`);

    const up = await run("up", bounded);
    assert.equal(up.failed, false, up.diagnostics.join("\n"));
    assert.deepEqual(
      up.steps.filter((step) => !step.startsWith("same ")),
      ["update trial-eksRole-role"],
    );
    const after = (await registered()).get("aws:iam/role:Role trial-eksRole-role");
    assert.deepEqual(after?.inputs, { ...before?.inputs, permissionsBoundary: boundary });
  });

  it("names what it does not implement, and what of that has to be turned off", async () => {
    const off = `skipDefaultSecurityGroups: true, useDefaultVpcCni: true, kubeProxyAddonOptions: { enabled: false }`;
    const base = `vpcId: "vpc-1", subnetIds: ["subnet-1"], skipDefaultNodeGroup: true, ${off}`;
    const cases: readonly (readonly [string, RegExp])[] = [
      [
        `{ ${base}, authenticationMode: "API", autoMode: { enabled: true }, fargate: true }`,
        /does not implement autoMode, fargate\./,
      ],
      [`{ ${base} }`, /does not implement the aws-auth ConfigMap \(set authenticationMode: "API"\)\./],
      [
        `{ authenticationMode: "API", kubeProxyAddonOptions: { enabled: true } }`,
        /a default node group .*default security groups .*vpc-cni .*kube-proxy .*default VPC .*all subnets of the VPC/,
      ],
    ];
    for (const [args, message] of cases) {
      const refused = await run("preview", `new eks.Cluster("trial", ${args});`);
      assert.match(refused.diagnostics.join("\n"), message);
    }
    await writeAwsCli("1.20.0");
    try {
      const old = await run("preview", lean);
      assert.match(
        old.diagnostics.join("\n"),
        /At least v1\.24\.0 of aws-cli is required\. Current version is: 1\.20\.0/,
      );
    } finally {
      await writeAwsCli("2.27.0");
    }
  });
});
