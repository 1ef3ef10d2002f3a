import assert from "node:assert/strict";
import * as sdk from "@aws-sdk/client-eks";
import { eventually, refused } from "../gateway/platform.ts";
import type { Cases } from "./facts.ts";
import {
  activeCluster,
  addAddon,
  addNodeGroup,
  addonIn,
  ended,
  gone,
  removeAddon,
  type World,
} from "./world.ts";

const associate = (
  { eks, roles }: World,
  clusterName: string,
  more: Partial<sdk.CreatePodIdentityAssociationCommandInput> = {},
) =>
  eks.send(
    new sdk.CreatePodIdentityAssociationCommand({
      clusterName,
      namespace: "kube-system",
      serviceAccount: "aws-node",
      roleArn: roles.pod,
      ...more,
    }),
  );

export const addonCases: Cases = {
  "add-on: versions": async (world) => {
    const name = await activeCluster(world, { version: "1.34" });
    const { addons } = await world.eks.send(
      new sdk.DescribeAddonVersionsCommand({ kubernetesVersion: "1.34", addonName: "kube-proxy" }),
    );
    const versions = addons?.[0]?.addonVersions ?? [];
    assert.ok(versions.length > 1);
    assert.ok(versions.every((each) => each.addonVersion?.startsWith("v1.34.")));
    const defaults = versions.filter((each) => each.compatibilities?.[0]?.defaultVersion);
    assert.equal(defaults.length, 1);
    const all = await world.eks.send(new sdk.DescribeAddonVersionsCommand({}));
    assert.deepEqual(all.addons?.map((each) => each.addonName).sort(), [
      "aws-ebs-csi-driver",
      "coredns",
      "eks-pod-identity-agent",
      "kube-proxy",
      "vpc-cni",
    ]);
    const create = (addonName: string, addonVersion?: string) =>
      world.eks.send(new sdk.CreateAddonCommand({ clusterName: name, addonName, addonVersion }));
    await refused(create("kube-proxy", "v1.35.0-eksbuild.2"), "InvalidParameterException", 400);
    await refused(create("nonsense"), "InvalidParameterException", 400);
    const added = await addAddon(world, name, "kube-proxy");
    assert.equal(added.addonVersion, defaults[0]?.addonVersion);
    await refused(create("kube-proxy"), "ResourceInUseException", 409);
    const newest = versions[0]?.addonVersion;
    const update = await world.eks.send(
      new sdk.UpdateAddonCommand({ clusterName: name, addonName: "kube-proxy", addonVersion: newest }),
    );
    assert.equal((await ended(world, name, update)).type, "AddonUpdate");
    assert.equal((await addonIn(world, name, "kube-proxy", "ACTIVE")).addonVersion, newest);
    assert.equal(world.controlPlanes.of(name).addons.get("kube-proxy"), newest);
    const { updateIds } = await world.eks.send(new sdk.ListUpdatesCommand({ name, addonName: "kube-proxy" }));
    assert.deepEqual(updateIds, [update.update?.id]);
  },

  "add-on: without nodes": async (world) => {
    const name = await activeCluster(world);
    await addAddon(world, name, "vpc-cni");
    await addAddon(world, name, "kube-proxy");
    for (const addon of ["coredns", "aws-ebs-csi-driver"]) {
      const { health } = await addAddon(world, name, addon, "DEGRADED");
      assert.equal(health?.issues?.[0]?.code, "InsufficientNumberOfReplicas");
      assert.equal(
        health.issues[0].message,
        "The add-on is unhealthy because it doesn't have the desired number of replicas.",
      );
    }
    await addNodeGroup(world, name);
    assert.deepEqual((await addonIn(world, name, "coredns", "ACTIVE")).health?.issues, []);
  },

  "add-on: conflicts": async (world) => {
    const name = await activeCluster(world, { bootstrapSelfManagedAddons: true });
    const { addons } = world.controlPlanes.of(name);
    assert.deepEqual([...addons.keys()], ["vpc-cni", "coredns", "kube-proxy"]);
    assert.deepEqual((await world.eks.send(new sdk.ListAddonsCommand({ clusterName: name }))).addons, []);
    for (const resolveConflicts of ["NONE", "PRESERVE"] as const) {
      const { health } = await addAddon(world, name, "vpc-cni", "CREATE_FAILED", { resolveConflicts });
      assert.equal(health?.issues?.[0]?.code, "ConfigurationConflict");
      await removeAddon(world, name, "vpc-cni", true);
    }
    await addAddon(world, name, "vpc-cni", "ACTIVE", { resolveConflicts: "OVERWRITE" });
  },

  "add-on: preserve": async (world) => {
    const name = await activeCluster(world);
    await addAddon(world, name, "kube-proxy");
    await removeAddon(world, name, "kube-proxy", true);
    assert.ok(world.controlPlanes.of(name).addons.has("kube-proxy"));
    await addAddon(world, name, "kube-proxy");
    await removeAddon(world, name, "kube-proxy");
    assert.equal(world.controlPlanes.of(name).addons.has("kube-proxy"), false);
  },

  "add-on: pod identity associations": async (world) => {
    const name = await activeCluster(world);
    const podIdentityAssociations = [{ serviceAccount: "aws-node", roleArn: world.roles.pod }];
    const addon = await addAddon(world, name, "vpc-cni", "ACTIVE", { podIdentityAssociations });
    const list = async () =>
      (await world.eks.send(new sdk.ListPodIdentityAssociationsCommand({ clusterName: name })))
        .associations ?? [];
    const [owned] = await list();
    assert.deepEqual(addon.podIdentityAssociations, [owned?.associationArn]);
    assert.equal(owned?.ownerArn, addon.addonArn);
    await removeAddon(world, name, "vpc-cni");
    await eventually("the association is gone", async () => ((await list()).length === 0 ? true : undefined));
  },

  "pod identity: duplicate": async (world) => {
    const name = await activeCluster(world);
    const { association } = await associate(world, name);
    await refused(
      associate(world, name),
      "ResourceInUseException",
      409,
      `Association already exists: ${association?.associationId ?? ""}`,
    );
    assert.match(association?.associationId ?? "", /^a-[0-9a-z]{17}$/);
    const wrong = associate(world, name, { serviceAccount: "b", roleArn: world.roles.stranger });
    await refused(wrong, "InvalidParameterException", 400);
  },

  "pod identity: delete is eventually consistent": async (world) => {
    const clusterName = await activeCluster(world);
    const { association } = await associate(world, clusterName);
    const which = { clusterName, associationId: association?.associationId };
    world.clock.stop();
    await world.eks.send(new sdk.DeletePodIdentityAssociationCommand(which));
    await world.eks.send(new sdk.DescribePodIdentityAssociationCommand(which));
    world.clock.go();
    await gone("the association", () => world.eks.send(new sdk.DescribePodIdentityAssociationCommand(which)));
    await associate(world, clusterName);
  },
};
