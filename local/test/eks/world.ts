/** An account with EKS in it: emulator, gateway, network, roles; and AWS's own clients against them. */
import assert from "node:assert/strict";
import * as ec2 from "@aws-sdk/client-ec2";
import * as sdk from "@aws-sdk/client-eks";
import * as iam from "@aws-sdk/client-iam";
import type { ScaledClock } from "../../clock.ts";
import { EksApi } from "../../eks/eks-api.ts";
import { motoClients } from "../../gateway/account.ts";
import { verifyCallerIdentityUrl } from "../../gateway/caller-identity.ts";
import {
  clients,
  eventually,
  region,
  startPlatform,
  type Clients,
  type Platform,
} from "../gateway/platform.ts";
import { FakeControlPlanes } from "./fake-control-planes.ts";
import { GatedClock } from "./gated-clock.ts";

export interface World {
  readonly platform: Platform;
  readonly aws: Clients;
  readonly eks: sdk.EKSClient;
  readonly controlPlanes: FakeControlPlanes;
  readonly clock: GatedClock;
  readonly api: EksApi;
  readonly vpc: string;
  readonly subnets: readonly [string, string];
  readonly roles: Record<"cluster" | "node" | "pod" | "stranger", string>;
  name(): string;
  /** Serves another EKS, of another region or on another clock, while `work` runs. */
  instead(other: { clock?: ScaledClock; region?: string }, work: () => Promise<void>): Promise<void>;
  stop(): Promise<void>;
}

export async function createRole(
  { iam: client }: Clients,
  RoleName: string,
  service: string,
  policies: readonly string[] = [],
): Promise<string> {
  const { Role } = await client.send(
    new iam.CreateRoleCommand({
      RoleName,
      AssumeRolePolicyDocument: JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: service } }],
      }),
    }),
  );
  for (const name of policies) {
    const PolicyArn = `arn:aws:iam::aws:policy/${name}`;
    await client.send(new iam.AttachRolePolicyCommand({ RoleName, PolicyArn }));
  }
  return Role?.Arn ?? "";
}

export async function createVpc({ ec2: client }: Clients, CidrBlock: string, dns = true): Promise<string> {
  const { Vpc } = await client.send(new ec2.CreateVpcCommand({ CidrBlock }));
  const VpcId = Vpc?.VpcId ?? "";
  await client.send(new ec2.ModifyVpcAttributeCommand({ VpcId, EnableDnsHostnames: { Value: dns } }));
  return VpcId;
}

export async function createSubnet(
  { ec2: client }: Clients,
  VpcId: string,
  CidrBlock: string,
  AvailabilityZone: string,
): Promise<string> {
  const { Subnet } = await client.send(new ec2.CreateSubnetCommand({ VpcId, CidrBlock, AvailabilityZone }));
  return Subnet?.SubnetId ?? "";
}

export async function createWorld(): Promise<World> {
  const controlPlanes = new FakeControlPlanes();
  const clock = new GatedClock();
  let serving: EksApi | undefined;
  const now = (): EksApi => serving ?? assert.fail("EKS is not there yet");
  const platform = await startPlatform(0, {
    eks: {
      handle: (request) => now().handle(request),
      operation: (method, path) => now().operation(method, path),
      census: () => now().census(),
    },
  });
  const make = (on: ScaledClock, where = region): EksApi =>
    new EksApi({
      clock: on,
      controlPlanes,
      account: motoClients(platform.moto.url, where),
      verifyIdentityUrl: (url, headers) => verifyCallerIdentityUrl(platform.credentials, url, headers),
      patience: 300,
    });
  const api = (serving = make(clock));
  const aws = clients(platform);
  const vpc = await createVpc(aws, "10.0.0.0/16");
  let names = 0;
  return {
    platform,
    aws,
    eks: aws.eks,
    controlPlanes,
    clock,
    api,
    vpc,
    subnets: [
      await createSubnet(aws, vpc, "10.0.0.0/24", `${region}a`),
      await createSubnet(aws, vpc, "10.0.1.0/24", `${region}b`),
    ],
    roles: {
      cluster: await createRole(aws, "cluster", "eks.amazonaws.com", ["AmazonEKSClusterPolicy"]),
      node: await createRole(aws, "node", "ec2.amazonaws.com", [
        "AmazonEKSWorkerNodePolicy",
        "AmazonEKS_CNI_Policy",
      ]),
      pod: await createRole(aws, "pod", "pods.eks.amazonaws.com", ["AmazonEKS_CNI_Policy"]),
      stranger: await createRole(aws, "stranger", "lambda.amazonaws.com"),
    },
    name: () => `cluster-${(names += 1)}`,
    instead: async (other, work) => {
      const instead = (serving = make(other.clock ?? clock, other.region));
      try {
        await work();
      } finally {
        serving = api;
        await instead.close();
      }
    },
    stop: async () => {
      clock.go();
      await api.close();
      await platform.stop();
    },
  };
}

export function clusterInput(
  world: World,
  name: string,
  more: Partial<sdk.CreateClusterCommandInput> = {},
): sdk.CreateClusterCommandInput {
  return {
    name,
    version: "1.34",
    roleArn: world.roles.cluster,
    resourcesVpcConfig: { subnetIds: [...world.subnets] },
    accessConfig: { authenticationMode: "API" },
    bootstrapSelfManagedAddons: false,
    ...more,
  };
}

export async function clusterIn(world: World, name: string, status: string): Promise<sdk.Cluster> {
  return eventually(`cluster ${name} is ${status}`, async () => {
    const { cluster } = await world.eks.send(new sdk.DescribeClusterCommand({ name }));
    return cluster?.status === status ? cluster : undefined;
  });
}

/** Makes a cluster and waits until it is ACTIVE; returns its name. */
export async function activeCluster(
  world: World,
  more: Partial<sdk.CreateClusterCommandInput> = {},
): Promise<string> {
  const name = world.name();
  await world.eks.send(new sdk.CreateClusterCommand(clusterInput(world, name, more)));
  await clusterIn(world, name, "ACTIVE");
  return name;
}

export async function gone(what: string, describe: () => Promise<unknown>): Promise<void> {
  await eventually(`${what} is gone`, () =>
    describe().then(
      () => undefined,
      (error: unknown) =>
        error instanceof sdk.ResourceNotFoundException ? true : assert.fail(String(error)),
    ),
  );
}

export async function deleteCluster(world: World, name: string): Promise<void> {
  await world.eks.send(new sdk.DeleteClusterCommand({ name }));
  await gone(name, () => world.eks.send(new sdk.DescribeClusterCommand({ name })));
}

export async function addonIn(
  world: World,
  clusterName: string,
  addonName: string,
  status: string,
): Promise<sdk.Addon> {
  return eventually(`${addonName} is ${status}`, async () => {
    const { addon } = await world.eks.send(new sdk.DescribeAddonCommand({ clusterName, addonName }));
    return addon?.status === status ? addon : undefined;
  });
}

export async function addAddon(
  world: World,
  clusterName: string,
  addonName: string,
  status = "ACTIVE",
  more: Partial<sdk.CreateAddonCommandInput> = {},
): Promise<sdk.Addon> {
  await world.eks.send(new sdk.CreateAddonCommand({ clusterName, addonName, ...more }));
  return addonIn(world, clusterName, addonName, status);
}

export async function removeAddon(
  world: World,
  clusterName: string,
  addonName: string,
  preserve = false,
): Promise<void> {
  await world.eks.send(new sdk.DeleteAddonCommand({ clusterName, addonName, preserve }));
  await gone(addonName, () => world.eks.send(new sdk.DescribeAddonCommand({ clusterName, addonName })));
}

export async function groupIn(world: World, clusterName: string, status: string): Promise<sdk.Nodegroup> {
  return eventually(`the node group is ${status}`, async () => {
    const { nodegroup } = await world.eks.send(
      new sdk.DescribeNodegroupCommand({ clusterName, nodegroupName: "nodes" }),
    );
    return nodegroup?.status === status ? nodegroup : undefined;
  });
}

export function groupInput(
  world: World,
  clusterName: string,
  more: Partial<sdk.CreateNodegroupCommandInput> = {},
): sdk.CreateNodegroupCommandInput {
  return {
    clusterName,
    nodegroupName: "nodes",
    nodeRole: world.roles.node,
    subnets: [...world.subnets],
    scalingConfig: { minSize: 1, maxSize: 3, desiredSize: 2 },
    ...more,
  };
}

export async function addNodeGroup(
  world: World,
  clusterName: string,
  status = "ACTIVE",
  more: Partial<sdk.CreateNodegroupCommandInput> = {},
): Promise<sdk.Nodegroup> {
  await world.eks.send(new sdk.CreateNodegroupCommand(groupInput(world, clusterName, more)));
  return groupIn(world, clusterName, status);
}

export async function removeNodeGroup(world: World, clusterName: string): Promise<void> {
  const input = { clusterName, nodegroupName: "nodes" };
  await world.eks.send(new sdk.DeleteNodegroupCommand(input));
  await gone("the node group", () => world.eks.send(new sdk.DescribeNodegroupCommand(input)));
}

/** The update when it has ended. */
export async function ended(
  world: World,
  name: string,
  { update }: { update?: sdk.Update | undefined },
): Promise<sdk.Update> {
  return eventually("the update has ended", async () => {
    const answer = await world.eks.send(new sdk.DescribeUpdateCommand({ name, updateId: update?.id }));
    return answer.update?.status === "InProgress" ? undefined : answer.update;
  });
}
