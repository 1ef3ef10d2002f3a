import assert from "node:assert/strict";
import * as logs from "@aws-sdk/client-cloudwatch-logs";
import * as sdk from "@aws-sdk/client-eks";
import { ScaledClock } from "../../clock.ts";
import { eventually, refused } from "../gateway/platform.ts";
import type { Cases } from "./facts.ts";
import {
  activeCluster,
  addAddon,
  addNodeGroup,
  clusterIn,
  clusterInput,
  deleteCluster,
  gone,
  type World,
} from "./world.ts";

const create = (world: World, name: string, more: Partial<sdk.CreateClusterCommandInput> = {}) =>
  world.eks.send(new sdk.CreateClusterCommand(clusterInput(world, name, more)));

async function logGroups({ aws }: World, cluster: string): Promise<string[]> {
  const logGroupNamePrefix = `/aws/eks/${cluster}/`;
  const answer = await aws.logs.send(new logs.DescribeLogGroupsCommand({ logGroupNamePrefix }));
  return (answer.logGroups ?? []).map((group) => group.logGroupName ?? "");
}

export const clusterCases: Cases = {
  "cluster: states and transitions": async (world) => {
    const name = world.name();
    world.clock.stop();
    const { cluster } = await create(world, name, { tags: { stack: "sandbox-a" } });
    assert.equal(cluster?.status, "CREATING");
    assert.equal((await clusterIn(world, name, "CREATING")).endpoint, undefined);
    world.clock.go();
    const active = await clusterIn(world, name, "ACTIVE");
    assert.equal(active.endpoint, `https://127.0.0.1/${name}`);
    assert.equal(active.certificateAuthority?.data, "Q0E=");
    assert.match(
      active.identity?.oidc?.issuer ?? "",
      /^https:\/\/oidc\.eks\.eu-west-1\.amazonaws\.com\/id\/[0-9A-F]{32}$/,
    );
    assert.ok(active.createdAt instanceof Date && Math.abs(Date.now() - active.createdAt.getTime()) < 60_000);
    assert.equal(active.arn, `arn:aws:eks:eu-west-1:123456789012:cluster/${name}`);
    assert.deepEqual(active.tags, { stack: "sandbox-a" });
    assert.ok((await world.eks.send(new sdk.ListClustersCommand({}))).clusters?.includes(name));
  },

  "cluster: DELETING at once, then 404": async (world) => {
    const name = await activeCluster(world);
    world.clock.stop();
    const { cluster } = await world.eks.send(new sdk.DeleteClusterCommand({ name }));
    assert.equal(cluster?.status, "DELETING");
    await clusterIn(world, name, "DELETING");
    await refused(world.eks.send(new sdk.DeleteClusterCommand({ name })), "ResourceInUseException", 409);
    world.clock.go();
    await gone(name, () => world.eks.send(new sdk.DescribeClusterCommand({ name })));
    assert.equal(world.controlPlanes.clusters.has(name), false);
  },

  "cluster: durations": async (world) => {
    const name = world.name();
    // 9.9 and 5 minutes at this scale are 990 and 500 ms.
    await world.instead({ clock: new ScaledClock(600) }, async () => {
      await eventually("the role has spread", () => create(world, name).catch(() => undefined));
      const started = performance.now();
      await clusterIn(world, name, "ACTIVE");
      const active = performance.now();
      assert.ok(active - started > 900, `ACTIVE after ${active - started} ms`);
      await deleteCluster(world, name);
      assert.ok(performance.now() - active > 480, `gone after ${performance.now() - active} ms`);
    });
  },

  "cluster: name": async (world) => {
    for (const name of ["-a", "a b", "a.b", "x".repeat(101)]) {
      await refused(create(world, name), "InvalidParameterException", 400);
    }
  },

  "cluster: duplicate": async (world) => {
    const name = await activeCluster(world);
    await refused(
      create(world, name),
      "ResourceInUseException",
      409,
      `Cluster already exists with name: ${name}`,
    );
  },

  "cluster: not found": async ({ eks }) => {
    const message = "No cluster found for name: nowhere.";
    const calls = [
      eks.send(new sdk.DescribeClusterCommand({ name: "nowhere" })),
      eks.send(new sdk.DeleteClusterCommand({ name: "nowhere" })),
      eks.send(new sdk.ListAddonsCommand({ clusterName: "nowhere" })),
    ];
    for (const call of calls) await refused(call, "ResourceNotFoundException", 404, message);
  },

  "cluster: failed creation": async (world) => {
    const name = world.name();
    world.controlPlanes.broken.add(name);
    await create(world, name);
    const { health } = await clusterIn(world, name, "FAILED");
    assert.equal(health?.issues?.[0]?.message, "etcd did not start");
    await deleteCluster(world, name);
  },

  "versions: standard and extended support": async (world) => {
    await refused(create(world, world.name(), { version: "1.22" }), "InvalidParameterException", 400);
    const { clusterVersions } = await world.eks.send(new sdk.DescribeClusterVersionsCommand({}));
    const by = (status: string) =>
      clusterVersions?.filter((each) => each.versionStatus === status).map((each) => each.clusterVersion);
    assert.deepEqual(by("STANDARD_SUPPORT"), ["1.36", "1.35", "1.34"]);
    assert.deepEqual(by("EXTENDED_SUPPORT"), ["1.33", "1.32", "1.31"]);
    assert.equal(
      clusterVersions
        ?.find((each) => each.clusterVersion === "1.35")
        ?.endOfStandardSupportDate?.toISOString(),
      "2027-03-27T00:00:00.000Z",
    );
    const one = new sdk.DescribeClusterVersionsCommand({
      clusterVersions: ["1.33", "1.34"],
      versionStatus: "EXTENDED_SUPPORT",
    });
    assert.deepEqual(
      (await world.eks.send(one)).clusterVersions?.map((each) => each.clusterVersion),
      ["1.33"],
    );
  },

  "delete cluster: node groups": async (world) => {
    const name = await activeCluster(world);
    await addAddon(world, name, "vpc-cni");
    await addNodeGroup(world, name);
    await refused(
      world.eks.send(new sdk.DeleteClusterCommand({ name })),
      "ResourceInUseException",
      409,
      "Cluster has nodegroups attached",
    );
  },

  "delete cluster: updating": async (world) => {
    const name = await activeCluster(world);
    world.clock.stop();
    await world.eks.send(new sdk.UpdateClusterVersionCommand({ name, version: "1.35" }));
    await refused(
      world.eks.send(new sdk.DeleteClusterCommand({ name })),
      "ResourceInUseException",
      409,
      `Cannot delete because cluster ${name} currently has an update in progress`,
    );
    world.clock.go();
  },

  "delete cluster: protection": async (world) => {
    const name = await activeCluster(world, { deletionProtection: true });
    await refused(world.eks.send(new sdk.DeleteClusterCommand({ name })), "InvalidRequestException", 400);
    await world.eks.send(new sdk.UpdateClusterConfigCommand({ name, deletionProtection: false }));
    await clusterIn(world, name, "ACTIVE");
    await deleteCluster(world, name);
  },

  "delete cluster: what does not block": async (world) => {
    const name = await activeCluster(world);
    await addAddon(world, name, "kube-proxy");
    await world.eks.send(
      new sdk.CreatePodIdentityAssociationCommand({
        clusterName: name,
        namespace: "a",
        serviceAccount: "b",
        roleArn: world.roles.pod,
      }),
    );
    const types = async () =>
      (await world.api.census()).filter(({ id }) => id.includes(name)).map(({ type }) => type);
    assert.deepEqual(await types(), [
      "eks-cluster",
      "eks-addon",
      "eks-access-entry",
      "eks-pod-identity-association",
    ]);
    await deleteCluster(world, name);
    assert.deepEqual(await types(), []);
  },

  "log group comes back": async (world) => {
    const on = { clusterLogging: [{ types: ["api", "audit"] as sdk.LogType[], enabled: true }] };
    const name = await activeCluster(world, { logging: on });
    const group = `/aws/eks/${name}/cluster`;
    assert.deepEqual(await logGroups(world, name), [group]);
    await world.aws.logs.send(new logs.DeleteLogGroupCommand({ logGroupName: group }));
    await eventually("the log group is back", async () => (await logGroups(world, name))[0]);
    await refused(
      world.aws.logs.send(new logs.CreateLogGroupCommand({ logGroupName: group })),
      "ResourceAlreadyExistsException",
      400,
      "The specified log group already exists",
    );
    await deleteCluster(world, name);
    assert.deepEqual(await logGroups(world, name), [group]);
    await world.aws.logs.send(new logs.DeleteLogGroupCommand({ logGroupName: group }));
    const quiet = await activeCluster(world);
    assert.deepEqual(await logGroups(world, quiet), []);
  },

  tags: async (world) => {
    const name = await activeCluster(world, { tags: { owner: "a", ticket: "T-1" } });
    const resourceArn = `arn:aws:eks:eu-west-1:123456789012:cluster/${name}`;
    const { eks } = world;
    await eks.send(new sdk.TagResourceCommand({ resourceArn, tags: { owner: "b", expiry: "never" } }));
    await eks.send(new sdk.UntagResourceCommand({ resourceArn, tagKeys: ["ticket", "expiry"] }));
    const { tags } = await eks.send(new sdk.ListTagsForResourceCommand({ resourceArn }));
    assert.deepEqual(tags, { owner: "b" });
    assert.deepEqual((await clusterIn(world, name, "ACTIVE")).tags, { owner: "b" });
    const tag = (more: Record<string, string>) =>
      eks.send(new sdk.TagResourceCommand({ resourceArn, tags: more }));
    await refused(tag({ "aws:x": "y" }), "BadRequestException", 400);
    await refused(
      tag(Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`k${n}`, ""]))),
      "BadRequestException",
      400,
    );
    await refused(
      eks.send(new sdk.ListTagsForResourceCommand({ resourceArn: `${resourceArn}x` })),
      "NotFoundException",
      404,
    );
    await refused(
      create(world, world.name(), { tags: { k: "v".repeat(257) } }),
      "InvalidParameterException",
      400,
    );
  },
};
