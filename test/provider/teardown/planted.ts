/** An account with a VPC, the sweep's inputs for it, and what the tests plant there. */
import * as logs from "@aws-sdk/client-cloudwatch-logs";
import * as ec2 from "@aws-sdk/client-ec2";
import * as elb from "@aws-sdk/client-elastic-load-balancing-v2";
import { cloudSweep } from "../../../src/teardown/sweep/cloud-sweep.ts";
import type { CloudSweepInputs } from "../../../src/teardown/resource-inputs.ts";
import type { World } from "../../../local/test/eks/world.ts";
import { createGroup, createInterface, runInstance } from "../../../local/test/gateway/network.ts";
import type { Clients } from "../../../local/test/gateway/platform.ts";
import { Account, own, stackKey } from "../aws/account.ts";
import { account as recordedAccount, destroy, Reports, type Told } from "./at-work.ts";

export const balancerTag = { Key: "elbv2.k8s.aws/cluster", Value: "sandbox-a" };
export const owned = { Key: "kubernetes.io/cluster/sandbox-a", Value: "owned" };
export const cni = [
  { Key: "cluster.k8s.amazonaws.com/name", Value: "sandbox-a" },
  { Key: "eks:eni:owner", Value: "amazon-vpc-cni" },
];
export const karpenterTag = { Key: "karpenter.k8s.aws/cluster", Value: "sandbox-a" };
export const driver = { Key: "ebs.csi.aws.com/cluster", Value: "true" };
/** Of a drain of the stack. */
export const released = { Key: "sdlc:released", Value: own.Value };

export class Planted {
  readonly account: Account;
  readonly world: World;
  readonly aws: Clients;
  readonly inputs: CloudSweepInputs;
  /** When the stack was made. */
  readonly madeAt = new Date().toISOString();
  reports = new Reports();

  private constructor(account: Account) {
    this.account = account;
    this.world = account.world;
    this.aws = account.world.aws;
    this.reports.close();
    this.inputs = {
      stack: "sandbox-a",
      environment: "sandbox",
      region: "eu-west-1",
      clusterName: "sandbox-a",
      stackTag: { key: stackKey, value: own.Value },
      vpcId: account.world.vpc,
    };
  }

  static async open(): Promise<Planted> {
    return new Planted(await Account.open());
  }

  /** Before a test: a folder of its own for its journal. */
  begin(): void {
    this.reports = new Reports();
  }

  end(): void {
    this.account.inject();
    this.reports.close();
  }

  close(): Promise<void> {
    return this.account.close();
  }

  /** @param recorded in place of what the provider has recorded when the stack was made */
  sweep(
    more: Partial<CloudSweepInputs> = {},
    recorded: { readonly madeAt?: string | undefined } = {},
  ): Promise<Told> {
    const outputs = { account: recordedAccount, madeAt: this.madeAt, ...recorded };
    return destroy(cloudSweep, { ...this.inputs, ...more }, outputs);
  }

  /** Type and id of what the journal says is gone, in order. */
  deleted(): string[] {
    return this.reports
      .facts("aws-gone")
      .map(({ thing }) => `${thing.type} ${thing.id}`)
      .sort();
  }

  async volume(...Tags: ec2.Tag[]): Promise<string> {
    const input = { AvailabilityZone: "eu-west-1a", Size: 1 };
    const { VolumeId } = await this.aws.ec2.send(new ec2.CreateVolumeCommand(input));
    return this.account.tag(VolumeId, ...Tags);
  }

  async balancer(Name: string, Tags: elb.Tag[], subnets = this.world.subnets): Promise<string> {
    const input = { Name, Subnets: [...subnets], Tags };
    const { LoadBalancers } = await this.aws.elb.send(new elb.CreateLoadBalancerCommand(input));
    return LoadBalancers?.[0]?.LoadBalancerArn ?? "";
  }

  async targets(Name: string, Tags: elb.Tag[], VpcId = this.world.vpc): Promise<string> {
    const input = { Name, Protocol: "HTTP" as const, Port: 80, VpcId, Tags };
    const { TargetGroups } = await this.aws.elb.send(new elb.CreateTargetGroupCommand(input));
    return TargetGroups?.[0]?.TargetGroupArn ?? "";
  }

  async listener(LoadBalancerArn: string, TargetGroupArn: string): Promise<void> {
    const DefaultActions = [{ Type: "forward" as const, TargetGroupArn }];
    const input = { LoadBalancerArn, Protocol: "HTTP" as const, Port: 80, DefaultActions };
    await this.aws.elb.send(new elb.CreateListenerCommand(input));
  }

  async launchTemplate(LaunchTemplateName: string, Tags: readonly ec2.Tag[]): Promise<string> {
    const { LaunchTemplate } = await this.aws.ec2.send(
      new ec2.CreateLaunchTemplateCommand({
        LaunchTemplateName,
        LaunchTemplateData: { InstanceType: "t3.small" },
        TagSpecifications: [{ ResourceType: "launch-template", Tags: [...Tags] }],
      }),
    );
    return LaunchTemplate?.LaunchTemplateId ?? "";
  }

  /** A rule of one group that lets another one in. */
  async refer(from: string, to: string): Promise<void> {
    const pairs = { UserIdGroupPairs: [{ GroupId: to }] };
    const IpPermissions = [{ IpProtocol: "tcp", FromPort: 80, ToPort: 80, ...pairs }];
    await this.aws.ec2.send(new ec2.AuthorizeSecurityGroupIngressCommand({ GroupId: from, IpPermissions }));
  }

  /** One of each type for a cluster, in the VPC of the sweep; their ids. */
  async oneOfEach(name: string, cluster: string): Promise<string[]> {
    const { world, aws, account } = this;
    const ownership = { Key: `kubernetes.io/cluster/${cluster}`, Value: "owned" };
    const controller = { Key: balancerTag.Key, Value: cluster };
    const karpenter = { Key: karpenterTag.Key, Value: cluster };
    const pool = { Key: "karpenter.sh/nodepool", Value: "default" };
    const logGroupName = `/aws/eks/${cluster}/cluster`;
    await aws.logs.send(new logs.CreateLogGroupCommand({ logGroupName }));
    return [
      await this.balancer(name, [controller]),
      await this.targets(name, [controller]),
      await account.tag(await createGroup(aws, world.vpc, name), ownership),
      await this.volume(ownership, driver, released),
      await account.tag(await createInterface(aws, world.subnets[0]), {
        Key: "cluster.k8s.amazonaws.com/name",
        Value: cluster,
      }),
      await account.tag(await runInstance(aws, world.subnets[0]), ownership, pool),
      await this.launchTemplate(name, [ownership, karpenter]),
      logGroupName,
    ];
  }

  /** Types and ids of all that the account holds, asked of the emulator itself. */
  async held(): Promise<string[]> {
    const answer = await fetch(new URL("/_local/census", this.world.platform.gateway.url));
    const entries = (await answer.json()) as { type: string; id: string; status: string }[];
    return entries.filter(({ status }) => status === "live").map(({ type, id }) => `${type} ${id}`);
  }
}
