import assert from "node:assert/strict";
import * as ec2 from "@aws-sdk/client-ec2";
import * as sdk from "@aws-sdk/client-eks";
import * as iam from "@aws-sdk/client-iam";
import { createGroup, interfaces } from "../gateway/network.ts";
import { refused } from "../gateway/platform.ts";
import type { Cases } from "./facts.ts";
import {
  activeCluster,
  addAddon,
  addNodeGroup,
  clusterIn,
  clusterInput,
  createRole,
  deleteCluster,
  ended,
  groupIn,
  groupInput,
  removeAddon,
  removeNodeGroup,
  type World,
} from "./world.ts";

const create = (world: World, clusterName: string, more: Partial<sdk.CreateNodegroupCommandInput> = {}) =>
  world.eks.send(new sdk.CreateNodegroupCommand(groupInput(world, clusterName, more)));

async function withCni(world: World): Promise<string> {
  const name = await activeCluster(world);
  await addAddon(world, name, "vpc-cni");
  return name;
}

async function instances({ aws }: World, cluster: string): Promise<ec2.Instance[]> {
  const Filters = [{ Name: "tag:eks:cluster-name", Values: [cluster] }];
  const { Reservations } = await aws.ec2.send(new ec2.DescribeInstancesCommand({ Filters }));
  return (Reservations ?? [])
    .flatMap((each) => each.Instances ?? [])
    .filter((each) => each.State?.Name !== "terminated");
}

const podInterfaces = ({ aws }: World, cluster: string) =>
  interfaces(aws, "tag:cluster.k8s.amazonaws.com/name", cluster);

export const nodeGroupCases: Cases = {
  "node group: cluster not ACTIVE": async (world) => {
    const name = world.name();
    world.clock.stop();
    await world.eks.send(new sdk.CreateClusterCommand(clusterInput(world, name)));
    await refused(
      create(world, name),
      "InvalidRequestException",
      400,
      `Cluster '${name}' is not in ACTIVE status`,
    );
    world.clock.go();
    await clusterIn(world, name, "ACTIVE");
  },

  "node group: version equals the cluster's": async (world) => {
    const name = await activeCluster(world);
    await refused(create(world, name, { version: "1.33" }), "InvalidRequestException", 400);
  },

  "node group: role": async (world) => {
    const name = await activeCluster(world);
    const { stranger } = world.roles;
    await refused(
      create(world, name, { nodeRole: stranger }),
      "InvalidParameterException",
      400,
      `Following required service principals [ec2.amazonaws.com] were not found in the trust relationships of nodeRole ${stranger}`,
    );
  },

  "node group: needs vpc-cni": async (world) => {
    const name = await activeCluster(world);
    const { health } = await addNodeGroup(world, name, "CREATE_FAILED");
    assert.equal(health?.issues?.[0]?.code, "NodeCreationFailure");
    assert.equal(health.issues[0].message, "Unhealthy nodes in the kubernetes cluster");
    assert.equal(health.issues[0].resourceIds?.length, 2);
    await removeNodeGroup(world, name);
    assert.deepEqual(await instances(world, name), []);

    // vpc-cni without a role is no better; an association counts only while the agent hands its role out.
    await addAddon(world, name, "vpc-cni");
    const nodeRole = await createRole(world.aws, "node-without-cni", "ec2.amazonaws.com", [
      "AmazonEKSWorkerNodePolicy",
    ]);
    const association = { namespace: "kube-system", serviceAccount: "aws-node", roleArn: world.roles.pod };
    await world.eks.send(new sdk.CreatePodIdentityAssociationCommand({ clusterName: name, ...association }));
    await addNodeGroup(world, name, "CREATE_FAILED", { nodeRole });
    await removeNodeGroup(world, name);
    await addAddon(world, name, "eks-pod-identity-agent");
    await addNodeGroup(world, name, "ACTIVE", { nodeRole });
  },

  "node group: instances do not join": async (world) => {
    const name = await withCni(world);
    const nodeRole = await createRole(world.aws, "powerless-node", "ec2.amazonaws.com");
    const { health } = await addNodeGroup(world, name, "CREATE_FAILED", { nodeRole });
    assert.equal(health?.issues?.[0]?.code, "NodeCreationFailure");
    assert.equal(health.issues[0].message, "Instances failed to join the kubernetes cluster");
  },

  "node group: launch template and tags": async (world) => {
    const name = await withCni(world);
    const own = await createGroup(world.aws, world.vpc, `${name}-own`);
    const { LaunchTemplate: template } = await world.aws.ec2.send(
      new ec2.CreateLaunchTemplateCommand({
        LaunchTemplateName: name,
        LaunchTemplateData: {
          InstanceType: "m5.large",
          SecurityGroupIds: [own],
          MetadataOptions: { HttpTokens: "required" },
          TagSpecifications: [{ ResourceType: "instance", Tags: [{ Key: "stack", Value: "sandbox-a" }] }],
        },
      }),
    );
    const launchTemplate = { id: template?.LaunchTemplateId };
    await refused(create(world, name, { launchTemplate, diskSize: 50 }), "InvalidParameterException", 400);
    await refused(
      create(world, name, { launchTemplate: { id: "lt-nowhere" } }),
      "InvalidParameterException",
      400,
    );
    const labels = { team: "a" };
    const taints = [{ key: "spot", value: "yes", effect: "NO_SCHEDULE" as const }];
    const group = await addNodeGroup(world, name, "ACTIVE", { launchTemplate, labels, taints });
    assert.deepEqual(group.launchTemplate, { ...launchTemplate, name, version: "1" });
    const made = await instances(world, name);
    assert.deepEqual(made.map((each) => each.SubnetId).sort(), world.subnets.toSorted());
    for (const { InstanceType, SecurityGroups, MetadataOptions, Tags } of made) {
      assert.equal(InstanceType, "m5.large");
      assert.deepEqual(
        SecurityGroups?.map((each) => each.GroupId),
        [own],
      );
      assert.equal(MetadataOptions?.HttpTokens, "required");
      const tags = Object.fromEntries((Tags ?? []).map(({ Key = "", Value }) => [Key, Value]));
      assert.equal(tags["stack"], "sandbox-a");
      assert.equal(tags["eks:nodegroup-name"], "nodes");
      assert.equal(tags[`kubernetes.io/cluster/${name}`], "owned");
    }
    const [node] = world.controlPlanes.of(name).nodes.values();
    assert.match(node?.name ?? "", /^ip-10-0-\d-\d+\.eu-west-1\.compute\.internal$/);
    assert.equal(node?.labels["team"], "a");
    assert.equal(node.labels["eks.amazonaws.com/nodegroup"], "nodes");
    assert.deepEqual(node.taints, [{ key: "spot", value: "yes", effect: "NoSchedule" }]);
  },

  "node group: scaling": async (world) => {
    const name = await withCni(world);
    await refused(
      create(world, name, { scalingConfig: { minSize: 1, maxSize: 2, desiredSize: 3 } }),
      "InvalidParameterException",
      400,
    );
    await addNodeGroup(world, name);
    await refused(
      create(world, name),
      "ResourceInUseException",
      409,
      `NodeGroup already exists with name nodes and cluster name ${name}`,
    );
    const scale = async (desiredSize: number, labels?: sdk.UpdateLabelsPayload) => {
      const update = await world.eks.send(
        new sdk.UpdateNodegroupConfigCommand({
          clusterName: name,
          nodegroupName: "nodes",
          scalingConfig: { desiredSize },
          labels,
        }),
      );
      assert.equal((await ended(world, name, update)).status, "Successful");
    };
    await scale(3, { addOrUpdateLabels: { a: "b" } });
    assert.equal((await instances(world, name)).length, 3);
    assert.deepEqual((await groupIn(world, name, "ACTIVE")).labels, { a: "b" });
    await scale(1);
    assert.equal((await instances(world, name)).length, 1);
    assert.equal(world.controlPlanes.of(name).nodes.size, 1);
  },

  "node group: a disruption budget does not block the delete": async (world) => {
    const name = await withCni(world);
    await addNodeGroup(world, name);
    world.controlPlanes.undrainable.add(name);
    await removeNodeGroup(world, name);
    assert.deepEqual(await instances(world, name), []);
  },

  "node group: a disruption budget fails an update": async (world) => {
    const name = await withCni(world);
    await addNodeGroup(world, name);
    world.controlPlanes.undrainable.add(name);
    const group = { clusterName: name, nodegroupName: "nodes" };
    const update = await world.eks.send(new sdk.UpdateNodegroupVersionCommand(group));
    const { status, errors } = await ended(world, name, update);
    assert.equal(status, "Failed");
    assert.equal(errors?.[0]?.errorCode, "PodEvictionFailure");
    assert.equal(
      errors[0].errorMessage,
      "Reached max retries while trying to evict pods from nodes in node group nodes",
    );
    const forced = await world.eks.send(new sdk.UpdateNodegroupVersionCommand({ ...group, force: true }));
    assert.equal((await ended(world, name, forced)).status, "Successful");
  },

  "node group: security group that cannot be deleted": async (world) => {
    const name = await withCni(world);
    const group = await addNodeGroup(world, name, "ACTIVE", { remoteAccess: { ec2SshKey: "key" } });
    const remote = group.resources?.remoteAccessSecurityGroup ?? "";
    const IpPermissions = [{ IpProtocol: "-1", UserIdGroupPairs: [{ GroupId: remote }] }];
    const rule = { GroupId: await createGroup(world.aws, world.vpc, `${name}-other`), IpPermissions };
    await world.aws.ec2.send(new ec2.AuthorizeSecurityGroupIngressCommand(rule));
    await world.eks.send(new sdk.DeleteNodegroupCommand({ clusterName: name, nodegroupName: "nodes" }));
    const { health } = await groupIn(world, name, "DELETE_FAILED");
    assert.equal(health?.issues?.[0]?.code, "Ec2SecurityGroupDeletionFailure");
    assert.deepEqual(health.issues[0].resourceIds, [remote]);
    await world.aws.ec2.send(new ec2.RevokeSecurityGroupIngressCommand(rule));
    await removeNodeGroup(world, name);
  },

  "vpc-cni interfaces: removed with the node": async (world) => {
    const name = await withCni(world);
    await addNodeGroup(world, name);
    const held = await podInterfaces(world, name);
    assert.equal(held.length, 2);
    for (const { Description, Status, TagSet } of held) {
      const tags = Object.fromEntries((TagSet ?? []).map(({ Key = "", Value }) => [Key, Value]));
      assert.equal(Status, "in-use");
      assert.equal(Description, `aws-K8S-${tags["node.k8s.amazonaws.com/instance_id"] ?? ""}`);
      assert.equal(tags["eks:eni:owner"], "amazon-vpc-cni");
      assert.ok("node.k8s.amazonaws.com/createdAt" in tags);
    }
    await removeNodeGroup(world, name);
    assert.deepEqual(await podInterfaces(world, name), []);
  },

  "vpc-cni interfaces: leaked": async (world) => {
    const without = await withCni(world);
    await addNodeGroup(world, without);
    await removeAddon(world, without, "vpc-cni");
    await removeNodeGroup(world, without);
    const leaked = await podInterfaces(world, without);
    assert.deepEqual(
      leaked.map((each) => each.Status),
      ["available", "available"],
    );
    // They hold the cluster's security group, which EKS then leaves behind.
    await deleteCluster(world, without);
    const GroupIds = leaked
      .slice(0, 1)
      .flatMap((each) => each.Groups?.map((group) => group.GroupId ?? "") ?? []);
    const found = await world.aws.ec2.send(new ec2.DescribeSecurityGroupsCommand({ GroupIds }));
    assert.match(found.SecurityGroups?.[0]?.GroupName ?? "", /^eks-cluster-sg-/);

    // Preserved software still cleans up; its role being gone, it cannot.
    const name = await withCni(world);
    const RoleName = "leaking-node";
    const nodeRole = await createRole(world.aws, RoleName, "ec2.amazonaws.com", [
      "AmazonEKSWorkerNodePolicy",
      "AmazonEKS_CNI_Policy",
    ]);
    await addNodeGroup(world, name, "ACTIVE", { nodeRole });
    await removeAddon(world, name, "vpc-cni", true);
    const PolicyArn = "arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy";
    await world.aws.iam.send(new iam.DetachRolePolicyCommand({ RoleName, PolicyArn }));
    await removeNodeGroup(world, name);
    assert.equal((await podInterfaces(world, name)).length, 2);
  },
};
