/** A cluster whose node is an instance in an account with a tagged network, and Flux that installs charts into it. */
import * as ec2 from "@aws-sdk/client-ec2";
import { PatchStrategy } from "@kubernetes/client-node";
import { ScaledClock } from "../../clock.ts";
import { fluxInstallPath } from "../../internet/flux-release.ts";
import type { Manifest } from "../../kubernetes/manifest.ts";
import { podEnvironment } from "../../platform/pod-environment.ts";
import { createRole } from "../eks/world.ts";
import { createGroup, createNetwork, type Network } from "../gateway/network.ts";
import { clients, startPlatform, type Clients, type Platform } from "../gateway/platform.ts";
import { clusterName, condition, startTestCluster, until, type TestCluster } from "../kubelet/sandbox.ts";

export interface World {
  readonly cluster: TestCluster;
  readonly platform: Platform;
  readonly aws: Clients;
  readonly network: Network;
  /** The group of the cluster, in which its node is. */
  readonly group: string;
  readonly instance: string;
  /** Installs a chart of the local internet and waits until it is ready. */
  install(release: Release): Promise<void>;
  uninstall(name: string): Promise<void>;
  scale(deployment: string, namespace: string, replicas: number): Promise<void>;
  stop(): Promise<void>;
}

export interface Release {
  readonly name: string;
  readonly url: string;
  readonly version: string;
  readonly values: object;
}

/** The role of the EBS CSI driver, and what it may do. */
export const ebsRole = "ebs";
export const ebsPolicy = "arn:aws:iam::aws:policy/service-role/AmazonEBSCSIDriverPolicy";

export async function createWorld(): Promise<World> {
  const scale = 600;
  const platform = await startPlatform(scale);
  const aws = clients(platform);
  const network = await createNetwork(aws);
  const group = await createGroup(aws, network.vpc, "cluster");
  const tags = (...keys: string[]): ec2.Tag[] => keys.map((Key) => ({ Key, Value: "1" }));
  await aws.ec2.send(
    new ec2.CreateTagsCommand({
      Resources: [...network.subnets],
      Tags: tags("kubernetes.io/role/elb", "kubernetes.io/role/internal-elb"),
    }),
  );
  const { Instances } = await aws.ec2.send(
    new ec2.RunInstancesCommand({
      ImageId: "ami-12345678",
      MinCount: 1,
      MaxCount: 1,
      SubnetId: network.subnets[0],
      SecurityGroupIds: [group],
      Placement: { AvailabilityZone: "eu-west-1a" },
    }),
  );
  const instance = Instances?.[0]?.InstanceId ?? "";
  const role = await createRole(aws, ebsRole, "pods.eks.amazonaws.com", [
    "service-role/AmazonEBSCSIDriverPolicy",
  ]);
  const clock = new ScaledClock(scale);
  const { gateway, credentials } = platform;
  const eks = {
    podRole: (_region: string, _cluster: string, _namespace: string, account: string) =>
      account === "ebs-csi-controller-sa" ? role : undefined,
  };
  const cluster = await startTestCluster({
    instanceId: instance,
    aws: (request, namespace, account) =>
      podEnvironment({ eks, gateway, credentials, clock }, request, namespace, account),
  });
  await cluster.apply((await cluster.net.request(`https://github.com${fluxInstallPath}`)).body.toString());

  const ready = async (name: string): Promise<boolean> =>
    condition(await cluster.read("HelmRelease", name, "kube-system", "helm.toolkit.fluxcd.io/v2"), "Ready")
      ?.status === "True";
  return {
    cluster,
    platform,
    aws,
    network,
    group,
    instance,
    install: async ({ name, url, version, values }) => {
      const metadata = { name, namespace: "kube-system" };
      const sourceRef = { kind: "HelmRepository", name };
      const documents = [
        {
          apiVersion: "source.toolkit.fluxcd.io/v1",
          kind: "HelmRepository",
          metadata,
          spec: { interval: "1h", url },
        },
        {
          apiVersion: "helm.toolkit.fluxcd.io/v2",
          kind: "HelmRelease",
          metadata,
          spec: { interval: "1h", chart: { spec: { chart: name, version, sourceRef } }, values },
        },
      ];
      await cluster.apply(documents.map((document) => JSON.stringify(document)).join("\n---\n"));
      await until(`the release ${name} is ready`, () => ready(name));
    },
    uninstall: async (name) => {
      await cluster.remove("HelmRelease", name, "kube-system", "helm.toolkit.fluxcd.io/v2");
      await until(
        `the release ${name} is gone`,
        async () => !(await cluster.read("HelmRelease", name, "kube-system", "helm.toolkit.fluxcd.io/v2")),
      );
    },
    scale: async (deployment, namespace, replicas) => {
      const { client } = cluster;
      const manifest: Manifest = {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { name: deployment, namespace },
        spec: { replicas },
      };
      const merge = PatchStrategy.MergePatch;
      await client.objects.patch(manifest, undefined, undefined, undefined, undefined, merge);
      await until(`${deployment} has ${replicas} pods that are ready`, async () => {
        const { status } = await client.apps.readNamespacedDeployment({ name: deployment, namespace });
        return (status?.availableReplicas ?? 0) === replicas && (status?.replicas ?? 0) === replicas;
      });
    },
    stop: async () => {
      await cluster.stop();
      await platform.stop();
    },
  };
}

export { clusterName };
