/** What a sweep leaves alone, and what it stops at. */
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import * as logs from "@aws-sdk/client-cloudwatch-logs";
import * as ec2 from "@aws-sdk/client-ec2";
import { CreateClusterCommand } from "@aws-sdk/client-eks";
import * as elb from "@aws-sdk/client-elastic-load-balancing-v2";
import { cloudSweep } from "../../../src/teardown/sweep/cloud-sweep.ts";
import {
  clusterIn,
  clusterInput,
  createSubnet,
  createVpc,
  deleteCluster,
} from "../../../local/test/eks/world.ts";
import { createGroup, createInterface, createNat, runInstance } from "../../../local/test/gateway/network.ts";
import { own } from "../aws/account.ts";
import { destroy } from "./at-work.ts";
import { balancerTag, cni, driver, karpenterTag, owned, Planted, released } from "./planted.ts";

describe("the limits of the sweep", function () {
  this.timeout(180_000);
  let planted: Planted;

  before(async () => {
    planted = await Planted.open();
  });
  after(() => planted.close());
  beforeEach(() => {
    planted.begin();
  });
  afterEach(() => {
    planted.end();
  });

  describe("leaves alone", () => {
    for (const cluster of ["sandbox", "sandbox-a-b", "sandbox-ab", "Sandbox-a"]) {
      it(`what belongs to the cluster ${cluster} in the same VPC`, async () => {
        const ids = await planted.oneOfEach(`x-${cluster}`, cluster);
        const before = await planted.held();
        await planted.sweep();
        assert.deepEqual(await planted.held(), before);
        assert.deepEqual(planted.deleted(), []);
        for (const id of ids)
          assert.ok(
            before.some((one) => one.endsWith(` ${id}`)),
            id,
          );
      });
    }

    it("what the program made itself, and the engine will delete: it carries the stack's tag", async () => {
      const logGroupName = "/aws/eks/sandbox-a/cluster";
      const tags = { [own.Key]: own.Value };
      await planted.aws.logs.send(new logs.CreateLogGroupCommand({ logGroupName, tags }));
      await planted.account.tag(await createGroup(planted.aws, planted.world.vpc, "nodes"), own, owned);
      await planted.launchTemplate("nodes", [own, { Key: "eks:cluster-name", Value: "sandbox-a" }]);
      await planted.account.tag(await createInterface(planted.aws, planted.world.subnets[0]), own);
      await planted.volume(own);
      const { nat, allocation } = await createNat(planted.aws, planted.world.subnets[0]);
      for (const id of [nat, allocation, planted.world.vpc, ...planted.world.subnets])
        await planted.account.tag(id, own);
      const before = await planted.held();
      await planted.sweep();
      assert.deepEqual(await planted.held(), before);
      await planted.aws.logs.send(new logs.DeleteLogGroupCommand({ logGroupName }));
    });

    it("what says that it is of two clusters, or of another stack", async () => {
      const other = { Key: "kubernetes.io/cluster/sandbox-b", Value: "owned" };
      await planted.volume(owned, other, driver, released);
      await planted.volume(owned, driver, released, { Key: own.Key, Value: "kubernetes-sdlc/sandbox-b" });
      await planted.volume({ Key: owned.Key, Value: "shared" }, driver, released);
      const before = await planted.held();
      await planted.sweep();
      assert.deepEqual(await planted.held(), before);
    });

    it("the cluster's own tags in another VPC, where another cluster of that name may be", async () => {
      const vpc = await createVpc(planted.aws, "10.3.0.0/16");
      const subnets = [
        await createSubnet(planted.aws, vpc, "10.3.0.0/24", "eu-west-1a"),
        await createSubnet(planted.aws, vpc, "10.3.1.0/24", "eu-west-1b"),
      ] as const;
      await planted.balancer("elsewhere", [balancerTag], subnets);
      await planted.targets("elsewhere", [balancerTag], vpc);
      await planted.account.tag(await createGroup(planted.aws, vpc, "elsewhere"), balancerTag);
      await planted.account.tag(await createInterface(planted.aws, subnets[0]), ...cni);
      const before = await planted.held();
      await planted.sweep();
      assert.deepEqual(await planted.held(), before);
    });

    it("an instance that carries the cluster's tags and is not Karpenter's", async () => {
      const id = await planted.account.tag(await runInstance(planted.aws, planted.world.subnets[0]), owned);
      await planted.sweep();
      assert.ok((await planted.held()).includes(`instance ${id}`));
    });

    it("volumes that are to be kept, and says why", async () => {
      const why = "reclaim policy of PersistentVolume data is Retain";
      const id = await planted.volume(owned, driver, { Key: "sdlc:kept", Value: why });
      await planted.sweep();
      assert.ok((await planted.held()).includes(`volume ${id}`));
      assert.deepEqual(
        planted.reports.facts("kept").map(({ thing }) => [thing.reference, thing.why]),
        [[id, why]],
      );
      await planted.aws.ec2.send(new ec2.DeleteVolumeCommand({ VolumeId: id }));
    });
  });

  describe("keeps what it is not sure of, names it, and goes on with the rest:", () => {
    const kept = (): Map<string | undefined, string> =>
      new Map(planted.reports.facts("kept").map(({ thing }) => [thing.reference, thing.why]));
    const takeAway = async (...ids: string[]): Promise<void> => {
      for (const VolumeId of ids) await planted.aws.ec2.send(new ec2.DeleteVolumeCommand({ VolumeId }));
    };

    it("volumes of which no drain could tell whether they are to be retained", async () => {
      const database = await planted.volume(own, owned, driver);
      const cache = await planted.volume(own, owned, driver, released);
      const ofAnotherDrain = await planted.volume(own, driver, {
        Key: released.Key,
        Value: "kubernetes-sdlc/sandbox-a-b",
      });
      await planted.sweep();
      assert.deepEqual(planted.deleted(), [`ec2:volume ${cache}`]);
      for (const id of [database, ofAnotherDrain]) {
        assert.match(
          kept().get(id) ?? "",
          new RegExp(`nobody could be asked .* aws ec2 delete-volume --region eu-west-1 --volume-id ${id}$`),
        );
      }
      await takeAway(database, ofAnotherDrain);
    });

    it("what an earlier cluster of the same name may have made, volumes, templates and log groups", async () => {
      const disk = await planted.volume(owned, driver, released);
      const template = await planted.launchTemplate("karpenter/earlier", [karpenterTag]);
      const logGroupName = "/aws/containerinsights/sandbox-a/application";
      await planted.aws.logs.send(new logs.CreateLogGroupCommand({ logGroupName }));
      const mine = await planted.volume(own, driver, released);
      const later = new Date(Date.now() + 60_000).toISOString();
      await planted.sweep({}, { madeAt: later });
      assert.deepEqual(planted.deleted(), [`ec2:volume ${mine}`]);
      for (const id of [disk, template, logGroupName]) {
        assert.match(kept().get(id) ?? "", /made before this stack .* If nobody needs it: aws /, id);
      }
      await planted.sweep();
      assert.deepEqual(
        planted.deleted(),
        [
          `ec2:volume ${disk}`,
          `ec2:volume ${mine}`,
          `ec2:launch-template ${template}`,
          `logs:log-group ${logGroupName}`,
        ].sort(),
      );
    });

    it("of a stack that does not say when it was made, all but what is proved to be its own", async () => {
      const logGroupName = "/aws/containerinsights/sandbox-a/application";
      await planted.aws.logs.send(new logs.CreateLogGroupCommand({ logGroupName }));
      const doubtful = await planted.volume(owned, driver);
      const mine = await planted.volume(own, driver, released);
      const shown = await planted.volume(owned, driver, released);
      // AWS shows no more of this group's time than the second, and the destroy begins in another one.
      await sleep(1_100);
      await planted.sweep({}, { madeAt: undefined });
      assert.deepEqual(planted.deleted(), [mine, shown].map((id) => `ec2:volume ${id}`).sort());
      assert.deepEqual([...kept().keys()].sort(), [doubtful, logGroupName].sort());
      await takeAway(doubtful);
      await planted.aws.logs.send(new logs.DeleteLogGroupCommand({ logGroupName }));
    });

    it("and stops at what it must not delete only when the rest is gone", async () => {
      const shared = await planted.account.tag(
        await createGroup(planted.aws, planted.world.vpc, "k8s-shared"),
        balancerTag,
        { Key: "kubernetes.io/cluster/sandbox-b", Value: "shared" },
      );
      const arn = await planted.balancer("k8s-rest", [balancerTag]);
      const targets = await planted.targets("k8s-rest", [balancerTag]);
      await planted.listener(arn, targets);
      await assert.rejects(planted.sweep(), (error: Error) => {
        assert.match(
          error.message,
          new RegExp(
            `security group ${shared}: it stays because it bears the tag kubernetes.io/cluster/sandbox-b=shared, .*\\(another owner's things stay\\)`,
          ),
        );
        assert.match(error.message, new RegExp(`delete-security-group .*${shared}`));
        return true;
      });
      assert.deepEqual(
        planted.deleted(),
        [`elasticloadbalancing:loadbalancer ${arn}`, `elasticloadbalancing:targetgroup ${targets}`].sort(),
      );
      await planted.aws.ec2.send(new ec2.DeleteSecurityGroupCommand({ GroupId: shared }));
    });
  });

  describe("stops, with the name of what holds it,", () => {
    it("at an interface that somebody uses, and finishes when it is free", async () => {
      const nic = await planted.account.tag(
        await createInterface(planted.aws, planted.world.subnets[0]),
        ...cni,
      );
      const instance = await runInstance(planted.aws, planted.world.subnets[0]);
      const { AttachmentId } = await planted.aws.ec2.send(
        new ec2.AttachNetworkInterfaceCommand({
          NetworkInterfaceId: nic,
          InstanceId: instance,
          DeviceIndex: 1,
        }),
      );
      planted.reports.choose({ SDLC_TEARDOWN_DEADLINE: "1" });
      await assert.rejects(planted.sweep(), (error: Error) => {
        assert.match(
          error.message,
          new RegExp(`nothing has moved for 1 s\\.\\n.*${nic} waits for ${instance}`),
        );
        return true;
      });
      assert.equal(planted.reports.facts("ended")[0]?.outcome, "failed");
      await planted.aws.ec2.send(new ec2.DetachNetworkInterfaceCommand({ AttachmentId }));
      await planted.sweep();
      assert.deepEqual(planted.deleted(), [`ec2:network-interface ${nic}`]);
    });

    it("at a rule of a group that is not the cluster's, which it does not touch", async () => {
      const mine = await planted.account.tag(
        await createGroup(planted.aws, planted.world.vpc, "k8s-held"),
        balancerTag,
      );
      const theirs = await createGroup(planted.aws, planted.world.vpc, "database");
      await planted.refer(theirs, mine);
      await assert.rejects(planted.sweep(), (error: Error) => {
        assert.match(
          error.message,
          new RegExp(`${mine}: the ingress rule for tcp 80 of the security group ${theirs} \\(database\\)`),
        );
        assert.match(error.message, new RegExp(`revoke-security-group-ingress .*--group-id ${theirs}`));
        return true;
      });
      const { SecurityGroups } = await planted.aws.ec2.send(
        new ec2.DescribeSecurityGroupsCommand({ GroupIds: [theirs] }),
      );
      assert.equal(SecurityGroups?.[0]?.IpPermissions?.length, 1);
      await planted.aws.ec2.send(new ec2.DeleteSecurityGroupCommand({ GroupId: theirs }));
      await planted.sweep();
      assert.deepEqual(planted.deleted(), [`ec2:security-group ${mine}`]);
    });

    it("at a load balancer's deletion protection, which only force turns off", async () => {
      const arn = await planted.balancer("k8s-protected", [balancerTag]);
      const Attributes = [{ Key: "deletion_protection.enabled", Value: "true" }];
      await planted.aws.elb.send(
        new elb.ModifyLoadBalancerAttributesCommand({ LoadBalancerArn: arn, Attributes }),
      );
      await assert.rejects(
        planted.sweep(),
        /is protected: .*deletion protection is enabled.*\n.*modify-load-balancer-attributes/,
      );
      assert.deepEqual(planted.reports.facts("forced"), []);
      planted.reports.choose({ SDLC_TEARDOWN_ON_STUCK: "force" });
      await planted.sweep();
      assert.deepEqual(planted.deleted(), [`elasticloadbalancing:loadbalancer ${arn}`]);
      assert.deepEqual(
        planted.reports.facts("forced").map(({ id, what }) => [id, what]),
        [[`elasticloadbalancing:loadbalancer ${arn}`, "its deletion protection was turned off"]],
      );
      planted.reports.choose({ SDLC_TEARDOWN_ON_STUCK: "" });
    });

    it("at more of one type than it may delete, and deletes nothing", async () => {
      const names = Array.from({ length: 101 }, (_, index) => `/aws/eks/sandbox-a/many-${index}`);
      for (const logGroupName of names) {
        await planted.aws.logs.send(new logs.CreateLogGroupCommand({ logGroupName }));
      }
      const disk = await planted.volume(owned, driver, released);
      await assert.rejects(planted.sweep(), /101 log groups carry .* cluster sandbox-a, more than the 100/);
      assert.deepEqual(planted.reports.facts("aws-deleting"), []);
      await planted.aws.logs.send(new logs.DeleteLogGroupCommand({ logGroupName: names[0] }));
      await planted.sweep();
      assert.equal(planted.deleted().length, 101);
      assert.ok(planted.deleted().includes(`ec2:volume ${disk}`));
    });

    it("in another account, before anything is touched", async () => {
      const disk = await planted.volume(owned, driver, released);
      await assert.rejects(
        destroy(cloudSweep, planted.inputs, { account: "999999999999" }),
        /made in the AWS account 999999999999, and the credentials are of 123456789012\. Nothing was touched/,
      );
      assert.deepEqual(planted.reports.facts("aws-deleting"), []);
      await planted.aws.ec2.send(new ec2.DeleteVolumeCommand({ VolumeId: disk }));
    });

    it("at a permission that is missing, by the action's name", async () => {
      const disk = await planted.volume(owned, driver, released);
      planted.account.inject({ service: "ec2", action: "DeleteVolume", kind: "denied" });
      await assert.rejects(planted.sweep(), /the permission ec2:DeleteVolume is missing[^]*docs\/aws\.md/);
      planted.account.inject({
        service: "elasticloadbalancing",
        action: "DescribeTargetGroups",
        kind: "denied",
      });
      await assert.rejects(
        planted.sweep(),
        /the permission elasticloadbalancing:DescribeTargetGroups is missing/,
      );
      planted.account.inject({ service: "*", kind: "expired" });
      await assert.rejects(planted.sweep(), /the credentials have expired/);
      planted.account.inject();
      await planted.sweep();
      assert.deepEqual(planted.deleted(), [`ec2:volume ${disk}`]);
    });

    it("credentials that expire in the middle, and are renewed, do not end it", async () => {
      const disk = await planted.volume(owned, driver, released);
      planted.account.inject({ service: "ec2", action: "DeleteVolume", kind: "expired", times: 2 });
      const { status } = await planted.sweep();
      assert.ok(status.includes("the AWS credentials have expired: log in again, and it goes on"));
      assert.deepEqual(planted.deleted(), [`ec2:volume ${disk}`]);
    });
  });

  describe("asks EKS first:", () => {
    after(async () => {
      await deleteCluster(planted.world, "sandbox-a");
    });

    it("a cluster that still exists stops it, and one in another VPC is another one", async () => {
      const made = clusterInput(planted.world, "sandbox-a", { tags: { [own.Key]: own.Value } });
      await planted.aws.eks.send(new CreateClusterCommand(made));
      await clusterIn(planted.world, "sandbox-a", "ACTIVE");
      const disk = await planted.volume(owned, driver, released);
      await assert.rejects(
        planted.sweep(),
        /cluster sandbox-a still exists in .* \(ACTIVE\).*Nothing was touched/,
      );
      const vpcId = await createVpc(planted.aws, "10.4.0.0/16");
      const group = await planted.account.tag(await createGroup(planted.aws, vpcId, "k8s-old"), balancerTag);
      const { logged } = await planted.sweep({ vpcId });
      assert.match(logged.join("\n"), /Another cluster sandbox-a exists .*: volumes and log groups .* stay/);
      assert.deepEqual(planted.deleted(), [`ec2:security-group ${group}`]);
      await planted.aws.ec2.send(new ec2.DeleteVolumeCommand({ VolumeId: disk }));
    });
  });
});
