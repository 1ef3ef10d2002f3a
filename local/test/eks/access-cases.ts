import assert from "node:assert/strict";
import path from "node:path";
import * as sdk from "@aws-sdk/client-eks";
import { execa } from "execa";
import { pythonPrograms } from "../../tools/python.ts";
import { refused, region, session, user } from "../gateway/platform.ts";
import type { Cases } from "./facts.ts";
import { activeCluster, addAddon, addNodeGroup, type World } from "./world.ts";

const creator = "arn:aws:iam::123456789012:user/platform-engineer";
const visitor = "arn:aws:iam::123456789012:user/visitor";
const policy = (name: string) => `arn:aws:eks::aws:cluster-access-policy/AmazonEKS${name}Policy`;

const addEntry = (
  { eks }: World,
  clusterName: string,
  principalArn: string,
  more: Partial<sdk.CreateAccessEntryCommandInput> = {},
) => eks.send(new sdk.CreateAccessEntryCommand({ clusterName, principalArn, ...more }));

const associate = (
  { eks }: World,
  clusterName: string,
  principalArn: string,
  name: string,
  accessScope: sdk.AccessScope = { type: "cluster" },
) =>
  eks.send(
    new sdk.AssociateAccessPolicyCommand({ clusterName, principalArn, policyArn: policy(name), accessScope }),
  );

/** A token as `aws eks get-token` makes it, which is what kubectl runs. */
async function token(
  world: World,
  cluster: string,
  credentials: typeof user | typeof session,
): Promise<string> {
  const { stdout } = await execa(
    path.join(pythonPrograms, "aws"),
    ["--region", region, "eks", "get-token", "--cluster-name", cluster, "--output", "json"],
    {
      env: {
        AWS_ENDPOINT_URL: world.platform.gateway.url,
        AWS_ACCESS_KEY_ID: credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
        ...("sessionToken" in credentials && { AWS_SESSION_TOKEN: credentials.sessionToken }),
      },
    },
  );
  return (JSON.parse(stdout) as { status: { token: string } }).status.token;
}

export const accessCases: Cases = {
  "access: no entries in CONFIG_MAP": async (world) => {
    const name = await activeCluster(world, { accessConfig: { authenticationMode: "CONFIG_MAP" } });
    const message =
      "The cluster's authentication mode must be set to one of [API, API_AND_CONFIG_MAP] to perform this operation.";
    await refused(addEntry(world, name, visitor), "InvalidRequestException", 400, message);
    const list = world.eks.send(new sdk.ListAccessEntriesCommand({ clusterName: name }));
    await refused(list, "InvalidRequestException", 400, message);
  },

  "access: duplicate entry": async (world) => {
    const name = await activeCluster(world);
    await addEntry(world, name, visitor);
    await refused(
      addEntry(world, name, visitor),
      "ResourceInUseException",
      409,
      "The specified access entry resource is already in use on this cluster.",
    );
    const which = { clusterName: name, principalArn: visitor };
    await world.eks.send(new sdk.DeleteAccessEntryCommand(which));
    const again = world.eks.send(new sdk.DescribeAccessEntryCommand(which));
    await refused(again, "ResourceNotFoundException", 404);
  },

  "access: types, and what EC2_LINUX does not take": async (world) => {
    const name = await activeCluster(world);
    const node = "arn:aws:iam::123456789012:role/nodes/node-a";
    await refused(
      addEntry(world, name, node, { type: "EC2_LINUX", kubernetesGroups: ["a"] }),
      "InvalidParameterException",
      400,
    );
    await refused(addEntry(world, name, node, { type: "TOASTER" }), "InvalidParameterException", 400);
    const { accessEntry } = await addEntry(world, name, node, { type: "EC2_LINUX" });
    assert.deepEqual(
      [accessEntry?.username, accessEntry?.kubernetesGroups],
      ["system:node:{{EC2PrivateDNSName}}", ["system:nodes"]],
    );
    await refused(associate(world, name, node, "View"), "InvalidRequestException", 400);
    await refused(
      addEntry(world, name, visitor, { kubernetesGroups: ["system:masters"] }),
      "InvalidParameterException",
      400,
    );
    const role = await addEntry(world, name, "arn:aws:iam::123456789012:role/team/Admin");
    assert.equal(role.accessEntry?.username, "arn:aws:sts::123456789012:assumed-role/Admin/{{SessionName}}");
  },

  "access: policies": async (world) => {
    const name = await activeCluster(world);
    await addEntry(world, name, visitor);
    await refused(associate(world, name, visitor, "Nonsense"), "InvalidParameterException", 400);
    await refused(
      associate(world, name, visitor, "View", { type: "namespace", namespaces: ["app-a"] }),
      "InvalidParameterException",
      400,
    );
    await associate(world, name, visitor, "Edit");
    await associate(world, name, visitor, "View");
    const which = { clusterName: name, principalArn: visitor };
    const list = await world.eks.send(new sdk.ListAssociatedAccessPoliciesCommand(which));
    assert.deepEqual(
      list.associatedAccessPolicies?.map((each) => each.policyArn),
      [policy("Edit"), policy("View")],
    );
    const bound = () => [...world.controlPlanes.of(name).groups.values()];
    assert.deepEqual(bound(), [
      { clusterRole: "cluster-admin" },
      { clusterRole: "edit" },
      { clusterRole: "view" },
    ]);
    await world.eks.send(new sdk.DisassociateAccessPolicyCommand({ ...which, policyArn: policy("View") }));
    assert.equal(bound().length, 2);
    await world.eks.send(new sdk.DeleteAccessEntryCommand(which));
    assert.deepEqual(bound(), [{ clusterRole: "cluster-admin" }]);
  },

  "access: the creator's entry": async (world) => {
    const withEntry = await activeCluster(world);
    const which = { clusterName: withEntry, principalArn: creator };
    const { associatedAccessPolicies: policies } = await world.eks.send(
      new sdk.ListAssociatedAccessPoliciesCommand(which),
    );
    assert.deepEqual(
      policies?.map((each) => each.policyArn),
      [policy("ClusterAdmin")],
    );
    const without = await activeCluster(world, {
      accessConfig: { authenticationMode: "API", bootstrapClusterCreatorAdminPermissions: false },
    });
    const list = () => world.eks.send(new sdk.ListAccessEntriesCommand({ clusterName: without }));
    assert.deepEqual((await list()).accessEntries, []);
    await addAddon(world, without, "vpc-cni");
    await addNodeGroup(world, without);
    assert.deepEqual((await list()).accessEntries, [world.roles.node]);
  },

  "access: tokens": async (world) => {
    const name = await activeCluster(world);
    const other = await activeCluster(world);
    const authenticate = world.api.authenticator();
    const mine = await token(world, name, user);
    const [group] = world.controlPlanes.of(name).groups.keys();
    assert.deepEqual(await authenticate(name, mine), { username: creator, groups: [group] });
    assert.equal(await authenticate(other, mine), undefined);
    assert.equal(await authenticate(name, mine.slice(0, -4)), undefined);
    assert.equal(await authenticate(name, "k8s-aws-v1.nonsense"), undefined);
    const theirs = await token(world, name, session);
    assert.equal(await authenticate(name, theirs), undefined);
    await addEntry(world, name, visitor, { username: "guest", kubernetesGroups: ["readers"] });
    assert.deepEqual(await authenticate(name, theirs), { username: "guest", groups: ["readers"] });
  },
};
