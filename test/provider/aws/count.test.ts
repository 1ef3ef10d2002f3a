/** What of a stack is there: objects planted by AWS's own clients, and the question asked of the gateway. */
import assert from "node:assert/strict";
import { CreateLogGroupCommand, DeleteLogGroupCommand } from "@aws-sdk/client-cloudwatch-logs";
import * as ec2 from "@aws-sdk/client-ec2";
import * as classic from "@aws-sdk/client-elastic-load-balancing";
import * as elb from "@aws-sdk/client-elastic-load-balancing-v2";
import * as iam from "@aws-sdk/client-iam";
import * as kms from "@aws-sdk/client-kms";
import { CreateClusterCommand } from "@aws-sdk/client-eks";
import {
  addAddon,
  addNodeGroup,
  clusterIn,
  clusterInput,
  deleteCluster,
} from "../../../local/test/eks/world.ts";
import { removeAddon, removeNodeGroup, type World } from "../../../local/test/eks/world.ts";
import { createGroup, createInterface, createNat, runInstance } from "../../../local/test/gateway/network.ts";
import { eventually, type Clients } from "../../../local/test/gateway/platform.ts";
import { Account, clusterName, own, tagOf } from "./account.ts";

/** What shows that an object is another stack's, although it begins as this one's does. */
const strangers = [tagOf("sandbox-a-b"), { Key: "kubernetes.io/cluster/sandbox-a-b", Value: "owned" }];

describe("the count of a stack in AWS", function () {
  this.timeout(60_000);
  let account: Account;
  let world: World;
  let aws: Clients;
  let subnet: string;

  before(async () => {
    account = await Account.open();
    ({ world } = account);
    ({ aws } = world);
    [subnet] = world.subnets;
  });

  after(() => account.close());

  const volume = async (...Tags: ec2.Tag[]): Promise<string> => {
    const input = { AvailabilityZone: "eu-west-1a", Size: 1 };
    const { VolumeId } = await aws.ec2.send(new ec2.CreateVolumeCommand(input));
    return Tags.length === 0 ? (VolumeId ?? "") : account.tag(VolumeId, ...Tags);
  };

  it("is zero in an account that holds only what is not the stack's", async () => {
    await account.tag(world.vpc, ...strangers);
    await volume();
    await volume(...strangers);
    assert.deepEqual(await account.count(), { left: [], kept: [] });
  });

  describe("by a tag", () => {
    const plant: readonly (readonly [string, () => Promise<string>])[] = [
      ["ec2:volume", volume],
      ["ec2:security-group", () => createGroup(aws, world.vpc, "planted")],
      ["ec2:network-interface", () => createInterface(aws, subnet)],
      ["ec2:instance", () => runInstance(aws, subnet)],
      ["ec2:nat-gateway", async () => (await createNat(aws, subnet)).nat],
      ["ec2:elastic-ip", async () => (await createNat(aws, subnet)).allocation],
      [
        "ec2:vpc",
        async () => vpcId(await aws.ec2.send(new ec2.CreateVpcCommand({ CidrBlock: "10.9.0.0/16" }))),
      ],
      [
        "ec2:subnet",
        async () => {
          const input = { VpcId: world.vpc, CidrBlock: "10.0.9.0/24" };
          return (await aws.ec2.send(new ec2.CreateSubnetCommand(input))).Subnet?.SubnetId ?? "";
        },
      ],
      [
        "ec2:internet-gateway",
        async () => {
          const { InternetGateway } = await aws.ec2.send(new ec2.CreateInternetGatewayCommand({}));
          return InternetGateway?.InternetGatewayId ?? "";
        },
      ],
      [
        "ec2:route-table",
        async () => {
          const { RouteTable } = await aws.ec2.send(new ec2.CreateRouteTableCommand({ VpcId: world.vpc }));
          return RouteTable?.RouteTableId ?? "";
        },
      ],
      [
        "ec2:vpc-endpoint",
        async () => {
          const input = { VpcId: world.vpc, ServiceName: "com.amazonaws.eu-west-1.s3" };
          return (
            (await aws.ec2.send(new ec2.CreateVpcEndpointCommand(input))).VpcEndpoint?.VpcEndpointId ?? ""
          );
        },
      ],
      [
        "ec2:flow-log",
        async () => {
          const { FlowLogIds } = await aws.ec2.send(
            new ec2.CreateFlowLogsCommand({
              ResourceIds: [world.vpc],
              ResourceType: "VPC",
              TrafficType: "ALL",
              LogDestinationType: "cloud-watch-logs",
              LogGroupName: "/flow",
              DeliverLogsPermissionArn: world.roles.node,
            }),
          );
          return FlowLogIds?.[0] ?? "";
        },
      ],
      [
        "ec2:launch-template",
        async () => {
          const input = {
            LaunchTemplateName: "planted",
            LaunchTemplateData: { InstanceType: "t3.small" as const },
          };
          const { LaunchTemplate } = await aws.ec2.send(new ec2.CreateLaunchTemplateCommand(input));
          return LaunchTemplate?.LaunchTemplateId ?? "";
        },
      ],
    ];
    for (const [type, make] of plant) {
      it(`counts an ${type} of the stack, and none of a stack whose name begins the same`, async () => {
        const id = await make();
        const before = await account.left();
        await account.tag(id, ...strangers);
        assert.deepEqual(await account.left(), before);
        await account.tag(id, own);
        assert.deepEqual(await account.left(), [...before, `${type} ${id}`].sort());
        await aws.ec2.send(new ec2.DeleteTagsCommand({ Resources: [id], Tags: [own] }));
      });
    }

    it("counts a volume that is to be kept, and any snapshot, as kept and with the reason", async () => {
      const kept = await volume(own, { Key: "sdlc:kept", Value: "reclaim policy Retain" });
      const { SnapshotId = "" } = await aws.ec2.send(new ec2.CreateSnapshotCommand({ VolumeId: kept }));
      await account.tag(SnapshotId, own);
      const because = `tag ${own.Key}=${own.Value}`;
      const volumeFinding = { type: "ec2:volume", id: kept, because, kept: "reclaim policy Retain" };
      const backup = "a snapshot is a backup, which no sweep deletes";
      const snapshotFinding = { type: "ec2:snapshot", id: SnapshotId, because };
      const keptInEc2 = async (): Promise<unknown> => {
        const { left, kept: all } = await account.count();
        assert.deepEqual(left, []);
        return all.filter(({ type }) => type.startsWith("ec2:"));
      };
      assert.deepEqual(await keptInEc2(), [volumeFinding, { ...snapshotFinding, kept: backup }]);
      await account.tag(SnapshotId, { Key: "sdlc:kept", Value: "deletion policy Retain" });
      const told = { ...snapshotFinding, kept: "deletion policy Retain" };
      assert.deepEqual(await keptInEc2(), [volumeFinding, told]);
      await aws.ec2.send(new ec2.DeleteSnapshotCommand({ SnapshotId }));
      await aws.ec2.send(new ec2.DeleteVolumeCommand({ VolumeId: kept }));
    });

    const owners = [
      { Key: "kubernetes.io/cluster/sandbox-a", Value: "owned" },
      { Key: "eks:cluster-name", Value: clusterName },
      { Key: "eks:eks-cluster-name", Value: clusterName },
      { Key: "elbv2.k8s.aws/cluster", Value: clusterName },
      { Key: "ebs.csi.aws.com/cluster-name", Value: clusterName },
      { Key: "cluster.k8s.amazonaws.com/name", Value: clusterName },
    ];
    for (const tag of owners) {
      it(`counts what was made for the stack's cluster, by ${tag.Key}`, async () => {
        const id = await volume(tag);
        const { left } = await account.count();
        assert.deepEqual(left, [{ type: "ec2:volume", id, because: `tag ${tag.Key}=${tag.Value}` }]);
        await aws.ec2.send(new ec2.DeleteVolumeCommand({ VolumeId: id }));
      });
    }

    it("counts nothing that the cluster merely shares", async () => {
      await volume({ Key: "kubernetes.io/cluster/sandbox-a", Value: "shared" });
      assert.deepEqual(await account.left(), []);
    });
  });

  describe("inside its VPC", () => {
    let vpc: string;
    let inside: string;

    before(async () => {
      vpc = vpcId(await aws.ec2.send(new ec2.CreateVpcCommand({ CidrBlock: "10.7.0.0/16" })));
      const input = { VpcId: vpc, CidrBlock: "10.7.0.0/24" };
      inside = (await aws.ec2.send(new ec2.CreateSubnetCommand(input))).Subnet?.SubnetId ?? "";
    });

    it("counts what carries no tag, each object once", async () => {
      const group = await createGroup(aws, vpc, "untagged");
      const nic = await createInterface(aws, inside, [group]);
      const left = await account.left([vpc]);
      for (const item of [
        `vpc ${vpc}`,
        `subnet ${inside}`,
        `security-group ${group}`,
        `network-interface ${nic}`,
      ]) {
        assert.equal(left.filter((one) => one === `ec2:${item}`).length, 1, item);
      }
      assert.deepEqual(await account.left(), []);
    });

    it("counts no instance that is terminated and no NAT gateway that is deleted", async () => {
      const instance = await runInstance(aws, inside);
      const { nat, allocation } = await createNat(aws, inside);
      await account.tag(instance, own);
      await account.tag(nat, own);
      await account.tag(allocation, own);
      const expected = [`ec2:elastic-ip ${allocation}`, `ec2:instance ${instance}`, `ec2:nat-gateway ${nat}`];
      assert.deepEqual(await account.left(), expected);
      await aws.ec2.send(new ec2.TerminateInstancesCommand({ InstanceIds: [instance] }));
      await aws.ec2.send(new ec2.DeleteNatGatewayCommand({ NatGatewayId: nat }));
      const left = await eventually("both are gone", async () => {
        const now = await account.left([vpc]);
        return now.some((item) => /:(instance|nat-gateway) /.test(item)) ? undefined : now;
      });
      assert.ok(left.includes(`ec2:elastic-ip ${allocation}`), "the address of a NAT gateway stays");
      await aws.ec2.send(new ec2.ReleaseAddressCommand({ AllocationId: allocation }));
    });

    it("counts load balancers of both kinds and target groups, tagged or not", async () => {
      const input = { Name: "untagged", Subnets: [inside, await secondSubnet(vpc)] };
      const { LoadBalancers } = await aws.elb.send(new elb.CreateLoadBalancerCommand(input));
      const group = { Name: "untagged", Protocol: "HTTP" as const, Port: 80, VpcId: vpc };
      const { TargetGroups } = await aws.elb.send(new elb.CreateTargetGroupCommand(group));
      const Listeners = [{ Protocol: "HTTP", LoadBalancerPort: 80, InstancePort: 80 }];
      await aws.classic.send(
        new classic.CreateLoadBalancerCommand({ LoadBalancerName: "classic", Listeners, Subnets: [inside] }),
      );
      const expected = [
        "elasticloadbalancing:classic classic",
        `elasticloadbalancing:loadbalancer ${LoadBalancers?.[0]?.LoadBalancerArn ?? ""}`,
        `elasticloadbalancing:targetgroup ${TargetGroups?.[0]?.TargetGroupArn ?? ""}`,
      ];
      const balancing = (vpcIds: readonly string[] = []): Promise<string[]> =>
        account.left(vpcIds).then((left) => left.filter((item) => item.startsWith("elasticloadbalancing")));
      assert.deepEqual(await balancing([vpc]), expected);
      assert.deepEqual(await balancing(), []);

      const ResourceArns = expected.slice(1).map((item) => item.split(" ")[1] ?? "");
      const Tags = [{ Key: "elbv2.k8s.aws/cluster", Value: clusterName }];
      await aws.elb.send(new elb.AddTagsCommand({ ResourceArns, Tags }));
      await aws.classic.send(new classic.AddTagsCommand({ LoadBalancerNames: ["classic"], Tags: [own] }));
      assert.deepEqual(await balancing(), expected);

      await aws.elb.send(new elb.DeleteLoadBalancerCommand({ LoadBalancerArn: ResourceArns[0] }));
      await aws.elb.send(new elb.DeleteTargetGroupCommand({ TargetGroupArn: ResourceArns[1] }));
      await aws.classic.send(new classic.DeleteLoadBalancerCommand({ LoadBalancerName: "classic" }));
      assert.deepEqual(await balancing([vpc]), []);
    });

    it("reads the tags of more load balancing objects than one question takes", async () => {
      const arns: string[] = [];
      for (let index = 0; index < 21; index += 1) {
        const group = { Name: `many-${index}`, Protocol: "HTTP" as const, Port: 80, VpcId: vpc, Tags: [own] };
        const { TargetGroups } = await aws.elb.send(new elb.CreateTargetGroupCommand(group));
        arns.push(TargetGroups?.[0]?.TargetGroupArn ?? "");
      }
      assert.deepEqual(
        await account.left(),
        arns.map((arn) => `elasticloadbalancing:targetgroup ${arn}`).sort(),
      );
      for (const TargetGroupArn of arns)
        await aws.elb.send(new elb.DeleteTargetGroupCommand({ TargetGroupArn }));
    });
  });

  it("counts roles by their tag, which no name stands in for", async () => {
    const trust = JSON.stringify({ Version: "2012-10-17", Statement: [] });
    for (const [RoleName, tag] of [
      ["sandbox-a-nodes-1234567", own],
      ["sandbox-a-b-nodes-1234567", tagOf("sandbox-a-b")],
    ] as const) {
      await aws.iam.send(
        new iam.CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust, Tags: [tag] }),
      );
    }
    await aws.iam.send(new iam.CreateRoleCommand({ RoleName: "sandbox-a", AssumeRolePolicyDocument: trust }));
    assert.deepEqual(await account.left(), ["iam:role sandbox-a-nodes-1234567"]);
    await aws.iam.send(new iam.DeleteRoleCommand({ RoleName: "sandbox-a-nodes-1234567" }));
  });

  it("counts OpenID Connect providers by their tag", async () => {
    const provider = async (host: string, tag: iam.Tag): Promise<string> => {
      const input = { Url: `https://${host}`, ClientIDList: ["sts.amazonaws.com"], Tags: [tag] };
      return (
        (await aws.iam.send(new iam.CreateOpenIDConnectProviderCommand(input))).OpenIDConnectProviderArn ?? ""
      );
    };
    await provider("b.example", tagOf("sandbox-a-b"));
    const arn = await provider("a.example", own);
    assert.deepEqual(await account.left(), [`iam:oidc-provider ${arn}`]);
    await aws.iam.send(new iam.DeleteOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: arn }));
  });

  it("counts a key and its alias until its deletion is scheduled, and then keeps it apart", async () => {
    const key = async (stack: string): Promise<string> => {
      const { Key: TagKey, Value: TagValue } = tagOf(stack);
      const made = await aws.kms.send(new kms.CreateKeyCommand({ Tags: [{ TagKey, TagValue }] }));
      return made.KeyMetadata?.KeyId ?? "";
    };
    await key("sandbox-a-b");
    const id = await key("sandbox-a");
    await aws.kms.send(new kms.CreateAliasCommand({ AliasName: "alias/sandbox-a", TargetKeyId: id }));
    assert.deepEqual(await account.left(), ["kms:alias alias/sandbox-a", `kms:key ${id}`]);

    await aws.kms.send(new kms.DeleteAliasCommand({ AliasName: "alias/sandbox-a" }));
    await aws.kms.send(new kms.ScheduleKeyDeletionCommand({ KeyId: id, PendingWindowInDays: 7 }));
    const { left, kept } = await account.count();
    assert.deepEqual(left, []);
    assert.equal(kept.length, 1);
    assert.equal(kept[0]?.id, id);
    const inAWeek = new Date(Date.now() + 7 * 86_400_000).toISOString().slice(0, 10);
    assert.equal(kept[0].kept, `deletion is scheduled for ${inAWeek}`);
  });

  it("counts the cluster's log group by its name, and others by their tag", async () => {
    const groups: readonly (readonly [string, Record<string, string>])[] = [
      ["/aws/eks/sandbox-a/cluster", {}],
      ["/aws/eks/sandbox-a/tagged", { [own.Key]: own.Value }],
      ["/aws/eks/sandbox-a-b/cluster", {}],
      ["/aws/containerinsights/sandbox-a/performance", {}],
      ["/aws/vpc/sandbox-a-1234567", { [own.Key]: own.Value }],
      ["/aws/vpc/sandbox-a-b-1234567", { [own.Key]: tagOf("sandbox-a-b").Value }],
      ["/aws/vpc/sandbox-a-by-hand", {}],
    ];
    for (const [logGroupName, tags] of groups) {
      await aws.logs.send(new CreateLogGroupCommand({ logGroupName, tags }));
    }
    // Where another stack's cluster has the name, the tag alone tells: so it is what counts.
    const stacks = `tag ${own.Key}=${own.Value}`;
    const reasons = (await account.count()).left.map(({ id, because }) => [id, because]);
    assert.deepEqual(reasons.sort(), [
      ["/aws/containerinsights/sandbox-a/performance", "name starts with /aws/containerinsights/sandbox-a/"],
      ["/aws/eks/sandbox-a/cluster", "name starts with /aws/eks/sandbox-a/"],
      ["/aws/eks/sandbox-a/tagged", stacks],
      ["/aws/vpc/sandbox-a-1234567", stacks],
    ]);
    for (const [logGroupName] of groups) await aws.logs.send(new DeleteLogGroupCommand({ logGroupName }));
  });

  it("counts the cluster, its node groups and add-ons, each once and by what the account calls it", async () => {
    const more = { tags: { [own.Key]: own.Value } };
    await aws.eks.send(new CreateClusterCommand(clusterInput(world, clusterName, more)));
    const { arn = "" } = await clusterIn(world, clusterName, "ACTIVE");
    const { addonArn = "" } = await addAddon(world, clusterName, "vpc-cni");
    const { nodegroupArn = "" } = await addNodeGroup(world, clusterName);
    const left = (await account.left()).filter((item) => item.startsWith("eks:"));
    assert.deepEqual(left, [`eks:addon ${addonArn}`, `eks:cluster ${arn}`, `eks:nodegroup ${nodegroupArn}`]);
    await removeNodeGroup(world, clusterName);
    await removeAddon(world, clusterName, "vpc-cni");
    await deleteCluster(world, clusterName);
    await eventually("nothing is left", async () => ((await account.left()).length === 0 ? true : undefined));
  });

  async function secondSubnet(VpcId: string): Promise<string> {
    const input = { VpcId, CidrBlock: "10.7.1.0/24", AvailabilityZone: "eu-west-1b" };
    return (await aws.ec2.send(new ec2.CreateSubnetCommand(input))).Subnet?.SubnetId ?? "";
  }
});

function vpcId({ Vpc }: ec2.CreateVpcCommandOutput): string {
  return Vpc?.VpcId ?? "";
}
