import assert from "node:assert/strict";
import * as sdk from "@aws-sdk/client-eks";
import { createWorld, type World } from "../../eks/world.ts";
import { eventually, region } from "../../gateway/platform.ts";
import type { EngineProject, EngineRun } from "../engine-project.ts";
import { AwsStandIn } from "./aws-stand-in.ts";

interface Settings {
  readonly version: string;
  readonly desired: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly object[];
  readonly logs: readonly string[];
  readonly cidrs: readonly string[];
  readonly policy: string;
  readonly cniValues: string;
  /** Without it the nodes never become Ready. */
  readonly cni: boolean;
}

const initial: Settings = {
  version: "1.34",
  desired: 1,
  labels: { pool: "general" },
  taints: [],
  logs: ["api", "audit"],
  cidrs: ["203.0.113.0/24"],
  policy: "AmazonEKSViewPolicy",
  cniValues: '{"env":{"ENABLE_PREFIX_DELEGATION":"true"}}',
  cni: true,
};

const program = ({ subnets, roles }: World, settings: Settings): string => `
import * as aws from "@pulumi/aws";
const opts = { provider: new aws.Provider("aws", { region: "${region}", defaultTags: { tags: { stack: "trial" } } }) };
const cluster = new aws.eks.Cluster("sandbox", {
  roleArn: "${roles.cluster}", version: "${settings.version}", bootstrapSelfManagedAddons: false,
  vpcConfig: { subnetIds: ${JSON.stringify(subnets)}, publicAccessCidrs: ${JSON.stringify(settings.cidrs)} },
  accessConfig: { authenticationMode: "API", bootstrapClusterCreatorAdminPermissions: true },
  enabledClusterLogTypes: ${JSON.stringify(settings.logs)},
}, opts);
const clusterName = cluster.name;
const entry = new aws.eks.AccessEntry("admins", { clusterName, principalArn: "${roles.stranger}" }, opts);
new aws.eks.AccessPolicyAssociation("admins", {
  clusterName, principalArn: entry.principalArn, accessScope: { type: "cluster" },
  policyArn: "arn:aws:eks::aws:cluster-access-policy/${settings.policy}",
}, opts);
new aws.eks.PodIdentityAssociation("app", { clusterName, namespace: "default", serviceAccount: "app", roleArn: "${roles.pod}" }, opts);
const addonVersion = aws.eks.getAddonVersionOutput({ addonName: "coredns", kubernetesVersion: cluster.version }, opts).version;
const addons = ${JSON.stringify(settings.cni)} ? [new aws.eks.Addon("vpc-cni", {
  clusterName, addonName: "vpc-cni", configurationValues: ${JSON.stringify(settings.cniValues)},
  podIdentityAssociations: [{ serviceAccount: "aws-node", roleArn: "${roles.pod}" }],
}, opts)] : [];
const nodes = new aws.eks.NodeGroup("general", {
  clusterName, nodeRoleArn: "${roles.node}", subnetIds: ${JSON.stringify(subnets)},
  scalingConfig: { minSize: 1, desiredSize: ${settings.desired}, maxSize: 3 },
  labels: ${JSON.stringify(settings.labels)}, taints: ${JSON.stringify(settings.taints)},
  version: "${settings.version}",
}, { ...opts, dependsOn: addons });
new aws.eks.Addon("coredns", { clusterName, addonName: "coredns", addonVersion, preserve: false }, { ...opts, dependsOn: nodes });
export const name = cluster.name;
export const groups = nodes.resources.apply((list) => list[0].autoscalingGroups.length);
export const issuer = cluster.identities[0].oidcs[0].issuer;
export const vpc = cluster.vpcConfig.vpcId;
`;

/** With the stack and the provider. */
const resourceCount = 9;

describe("the AWS provider stand-in's EKS on the real engine", function () {
  this.timeout(120_000);
  let world: World;
  let project: EngineProject;
  const stand = new AwsStandIn();

  before(async () => {
    world = await createWorld();
    project = await stand.start(world.platform);
  });
  after(async () => {
    await stand.stop();
    await world.stop();
  });

  async function run(
    command: "preview" | "up" | "refresh" | "destroy",
    settings?: Partial<Settings>,
  ): Promise<EngineRun> {
    if (settings) await project.program(program(world, { ...initial, ...settings }));
    return stand.run(command);
  }

  it("makes a cluster, and shows what it waits for", async () => {
    const { diagnostics, changes, statusLines } = await run("up", {});
    assert.deepEqual(diagnostics, []);
    assert.deepEqual(changes, { create: resourceCount });
    const { name, groups, issuer, vpc } = await project.outputs();
    assert.equal(groups, 1);
    assert.match(String(issuer), /^https:\/\/oidc\.eks\.eu-west-1\.amazonaws\.com\/id\//);
    assert.equal(vpc, world.vpc);
    assert.ok(
      statusLines.some((line) => line.startsWith(`sandbox: waiting for EKS cluster ${String(name)}`)),
      statusLines.join("\n"),
    );
  });

  it("finds nothing to change afterwards, nor after a refresh", async () => {
    assert.deepEqual((await run("up")).changes, { same: resourceCount });
    const refreshed = await run("refresh");
    assert.deepEqual(refreshed.diagnostics, []);
    assert.deepEqual(refreshed.changes, { same: resourceCount });
    assert.deepEqual((await run("preview")).changes, { same: resourceCount });
  });

  it("changes cluster, nodes, add-ons and access in place", async () => {
    const { diagnostics, changes } = await run("up", {
      desired: 2,
      labels: { pool: "changed" },
      taints: [{ key: "dedicated", value: "batch", effect: "NO_SCHEDULE" }],
      logs: ["api"],
      cidrs: ["198.51.100.0/24"],
      policy: "AmazonEKSAdminPolicy",
      cniValues: '{ "env": { "ENABLE_PREFIX_DELEGATION": "true" } }',
    });
    assert.deepEqual(diagnostics, []);
    // The add-on's configuration means the same as before; an association is replaced by another.
    assert.deepEqual(changes, { same: resourceCount - 3, update: 2, replace: 1 });
    const name = String((await project.outputs())["name"]);
    const { cluster } = await world.eks.send(new sdk.DescribeClusterCommand({ name }));
    assert.deepEqual(cluster?.resourcesVpcConfig?.publicAccessCidrs, ["198.51.100.0/24"]);
    const { nodegroups } = await world.eks.send(new sdk.ListNodegroupsCommand({ clusterName: name }));
    const { nodegroup } = await world.eks.send(
      new sdk.DescribeNodegroupCommand({ clusterName: name, nodegroupName: nodegroups?.[0] }),
    );
    assert.equal(nodegroup?.scalingConfig?.desiredSize, 2);
    assert.deepEqual(nodegroup.labels, { pool: "changed" });
    assert.equal(nodegroup.taints?.[0]?.key, "dedicated");
  });

  it("upgrades by one minor version, cluster before nodes", async () => {
    const { diagnostics, changes, steps } = await run("up", { version: "1.35" });
    assert.deepEqual(diagnostics, []);
    assert.ok((changes["update"] ?? 0) >= 2, JSON.stringify(changes));
    assert.ok(steps.indexOf("update sandbox") < steps.indexOf("update general"), steps.join(", "));
  });

  it("reports a refusal in AWS's words, and keeps the state as it was", async () => {
    const { failed, diagnostics } = await run("up", { version: "1.33" });
    assert.ok(failed);
    assert.match(diagnostics.join("\n"), /updating EKS Cluster \(sandbox-[0-9a-f]{7}\): \w+Exception: /);
    const again = await run("preview", { version: "1.35" });
    assert.deepEqual(again.changes, { same: resourceCount });
  });

  it("destroys it, and nothing of it stays in EKS", async () => {
    const name = String((await project.outputs())["name"]);
    const { failed, diagnostics, steps } = await run("destroy");
    assert.equal(failed, false, diagnostics.join("\n"));
    assert.ok(steps.indexOf("delete general") < steps.indexOf("delete vpc-cni"), steps.join(", "));
    assert.equal(steps.at(-1), "delete sandbox");
    await assert.rejects(
      world.eks.send(new sdk.DescribeClusterCommand({ name })),
      sdk.ResourceNotFoundException,
    );
  });

  it("stops waiting when it is interrupted, and the next run goes on where it stopped", async () => {
    await project.program(program(world, initial));
    world.clock.stop();
    const { failed, diagnostics } = await stand.run("up", async (interrupt) => {
      await eventually("the cluster is being created", async () => {
        const { clusters } = await world.eks.send(new sdk.ListClustersCommand({}));
        return clusters?.[0];
      });
      interrupt();
    });
    assert.ok(failed);
    assert.match(diagnostics.join("\n"), /interrupted while waiting for EKS cluster .* to become ACTIVE/);
    world.clock.go();
    const { changes } = await run("up");
    assert.equal(changes["update"], 1);
    assert.equal((await run("destroy")).failed, false);
  });

  it("keeps in the state a node group that failed, with what EKS says of it, and destroys it", async () => {
    const { failed, diagnostics } = await run("up", { cni: false });
    assert.ok(failed);
    assert.match(
      diagnostics.join("\n"),
      /node group .* is CREATE_FAILED, NodeCreationFailure: Unhealthy nodes/,
    );
    assert.match(await project.state(), /aws:eks\/nodeGroup:NodeGroup/);
    assert.equal((await run("destroy")).failed, false);
    const { clusters } = await world.eks.send(new sdk.ListClustersCommand({}));
    assert.deepEqual(clusters, []);
  });
});
