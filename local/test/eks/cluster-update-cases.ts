import assert from "node:assert/strict";
import * as sdk from "@aws-sdk/client-eks";
import * as kms from "@aws-sdk/client-kms";
import { refused } from "../gateway/platform.ts";
import type { Cases } from "./facts.ts";
import {
  activeCluster,
  addAddon,
  addNodeGroup,
  clusterIn,
  clusterInput,
  ended,
  removeNodeGroup,
  type World,
} from "./world.ts";

const toVersion = ({ eks }: World, name: string, version: string) =>
  eks.send(new sdk.UpdateClusterVersionCommand({ name, version }));

const configure = ({ eks }: World, name: string, change: Omit<sdk.UpdateClusterConfigCommandInput, "name">) =>
  eks.send(new sdk.UpdateClusterConfigCommand({ name, ...change }));

async function key({ aws }: World, spec: kms.KeySpec): Promise<string> {
  const KeyUsage = spec === "SYMMETRIC_DEFAULT" ? "ENCRYPT_DECRYPT" : "SIGN_VERIFY";
  const made = await aws.kms.send(new kms.CreateKeyCommand({ KeySpec: spec, KeyUsage }));
  return made.KeyMetadata?.Arn ?? "";
}

const encryption = (keyArn: string, resources = ["secrets"]): sdk.EncryptionConfig[] => [
  // The type calls it deprecated; it is what the rule is about.
  // eslint-disable-next-line @typescript-eslint/no-deprecated
  { resources, provider: { keyArn } },
];

export const clusterUpdateCases: Cases = {
  "version update: one minor up": async (world) => {
    const name = await activeCluster(world, { version: "1.33" });
    const skip = "Unsupported Kubernetes minor version update from 1.33 to";
    for (const version of ["1.35", "1.33", "1.32"]) {
      await refused(toVersion(world, name, version), "InvalidParameterException", 400, `${skip} ${version}`);
    }
    world.clock.stop();
    const started = await toVersion(world, name, "1.34");
    assert.deepEqual([started.update?.type, started.update?.status], ["VersionUpdate", "InProgress"]);
    assert.equal((await clusterIn(world, name, "UPDATING")).version, "1.33");
    world.clock.go();
    assert.equal((await ended(world, name, started)).status, "Successful");
    assert.equal((await clusterIn(world, name, "ACTIVE")).version, "1.34");
    assert.equal(world.controlPlanes.of(name).version, "1.34");
    const { updateIds } = await world.eks.send(new sdk.ListUpdatesCommand({ name }));
    assert.deepEqual(updateIds, [started.update?.id]);
  },

  "version update: rollback": async (world) => {
    const name = await activeCluster(world, { version: "1.34" });
    await ended(world, name, await toVersion(world, name, "1.35"));
    await addAddon(world, name, "vpc-cni");
    await addNodeGroup(world, name);
    // Nodes at the version that is left go first.
    await refused(toVersion(world, name, "1.34"), "InvalidRequestException", 400);
    await removeNodeGroup(world, name);
    const rollback = await toVersion(world, name, "1.34");
    assert.equal(rollback.update?.type, "VersionRollback");
    assert.equal((await ended(world, name, rollback)).status, "Successful");
    assert.equal((await clusterIn(world, name, "ACTIVE")).version, "1.34");
    await refused(
      toVersion(world, name, "1.33"),
      "InvalidParameterException",
      400,
      "Unsupported Kubernetes minor version update from 1.34 to 1.33",
    );
  },

  "version update: node skew": async (world) => {
    const name = await activeCluster(world, { version: "1.31" });
    await addAddon(world, name, "vpc-cni");
    await addNodeGroup(world, name);
    for (const version of ["1.32", "1.33", "1.34"]) {
      assert.equal((await ended(world, name, await toVersion(world, name, version))).status, "Successful");
    }
    await refused(toVersion(world, name, "1.35"), "InvalidRequestException", 400);
    const group = { clusterName: name, nodegroupName: "nodes" };
    const nodes = (version: string) =>
      world.eks.send(new sdk.UpdateNodegroupVersionCommand({ ...group, version }));
    await refused(nodes("1.35"), "InvalidParameterException", 400);
    assert.equal((await ended(world, name, await nodes("1.34"))).status, "Successful");
    const { nodegroup } = await world.eks.send(new sdk.DescribeNodegroupCommand(group));
    assert.equal(nodegroup?.version, "1.34");
    const versions = [...world.controlPlanes.of(name).nodes.values()].map((node) => node.version);
    assert.deepEqual(versions, ["1.34", "1.34"]);
    assert.equal((await ended(world, name, await toVersion(world, name, "1.35"))).status, "Successful");
  },

  "version update: busy": async (world) => {
    const name = await activeCluster(world);
    world.clock.stop();
    await toVersion(world, name, "1.35");
    const logging = { clusterLogging: [{ types: ["api"] as sdk.LogType[], enabled: true }] };
    await refused(
      configure(world, name, { logging }),
      "ResourceInUseException",
      409,
      `Cannot LoggingUpdate because cluster ${name} currently has an update in progress`,
    );
    world.clock.go();
  },

  "access: modes go one step, one way": async (world) => {
    const name = await activeCluster(world, { accessConfig: { authenticationMode: "CONFIG_MAP" } });
    const mode = (authenticationMode: sdk.AuthenticationMode) =>
      configure(world, name, { accessConfig: { authenticationMode } });
    const unsupported = (from: string, to: string) =>
      [
        "InvalidParameterException",
        400,
        `Unsupported authentication mode update from ${from} to ${to}`,
      ] as const;
    await refused(mode("API"), ...unsupported("CONFIG_MAP", "API"));
    assert.equal((await ended(world, name, await mode("API_AND_CONFIG_MAP"))).status, "Successful");
    await refused(mode("CONFIG_MAP"), ...unsupported("API_AND_CONFIG_MAP", "CONFIG_MAP"));
    assert.equal((await ended(world, name, await mode("API"))).status, "Successful");
    await refused(mode("API_AND_CONFIG_MAP"), ...unsupported("API", "API_AND_CONFIG_MAP"));
    const { accessEntries } = await world.eks.send(new sdk.ListAccessEntriesCommand({ clusterName: name }));
    assert.deepEqual(accessEntries, ["arn:aws:iam::123456789012:user/platform-engineer"]);
  },

  "endpoint: default": async (world) => {
    const { resourcesVpcConfig: vpc } = await clusterIn(world, await activeCluster(world), "ACTIVE");
    assert.deepEqual(
      [vpc?.endpointPublicAccess, vpc?.endpointPrivateAccess, vpc?.publicAccessCidrs],
      [true, false, ["0.0.0.0/0"]],
    );
  },

  "endpoint: both false": async (world) => {
    const none = { endpointPublicAccess: false, endpointPrivateAccess: false };
    const message = "Private and public endpoint access cannot be false";
    const input = clusterInput(world, world.name(), {
      resourcesVpcConfig: { subnetIds: [...world.subnets], ...none },
    });
    await refused(
      world.eks.send(new sdk.CreateClusterCommand(input)),
      "InvalidParameterException",
      400,
      message,
    );
    const change = configure(world, await activeCluster(world), { resourcesVpcConfig: none });
    await refused(change, "InvalidParameterException", 400, message);
  },

  "endpoint: no change": async (world) => {
    const name = await activeCluster(world);
    await refused(
      configure(world, name, { resourcesVpcConfig: { endpointPublicAccess: true } }),
      "InvalidParameterException",
      400,
      "Cluster is already at the desired configuration with endpointPrivateAccess: false , endpointPublicAccess: true, and Public Endpoint Restrictions: [0.0.0.0/0]",
    );
    const changed = await configure(world, name, {
      resourcesVpcConfig: { publicAccessCidrs: ["192.0.2.0/24"] },
    });
    assert.equal((await ended(world, name, changed)).type, "EndpointAccessUpdate");
    const { resourcesVpcConfig: vpc } = await clusterIn(world, name, "ACTIVE");
    assert.deepEqual(vpc?.publicAccessCidrs, ["192.0.2.0/24"]);
    const two = { upgradePolicy: { supportType: "STANDARD" as const }, deletionProtection: true };
    await refused(configure(world, name, two), "InvalidParameterException", 400);
  },

  "encryption: irreversible, secrets only, symmetric key of the Region": async (world) => {
    const good = await key(world, "SYMMETRIC_DEFAULT");
    const create = (encryptionConfig: sdk.EncryptionConfig[]) =>
      world.eks.send(new sdk.CreateClusterCommand(clusterInput(world, world.name(), { encryptionConfig })));
    const bad = [
      encryption(good, ["pods"]),
      encryption(good.replace("eu-west-1", "eu-west-2")),
      encryption(await key(world, "RSA_2048")),
      encryption(`${good}x`),
    ];
    for (const config of bad) await refused(create(config), "InvalidParameterException", 400);
    const name = await activeCluster(world);
    const associate = () =>
      world.eks.send(
        new sdk.AssociateEncryptionConfigCommand({ clusterName: name, encryptionConfig: encryption(good) }),
      );
    assert.equal((await ended(world, name, await associate())).type, "AssociateEncryptionConfig");
    const { encryptionConfig } = await clusterIn(world, name, "ACTIVE");
    assert.equal(encryptionConfig?.[0]?.provider?.keyArn, good);
    await refused(associate(), "InvalidParameterException", 400);
  },
};
