/** A question that AWS refuses is an error and never a zero. */
import assert from "node:assert/strict";
import { CreateLogGroupCommand } from "@aws-sdk/client-cloudwatch-logs";
import { CreateClusterCommand } from "@aws-sdk/client-eks";
import * as ec2 from "@aws-sdk/client-ec2";
import * as classic from "@aws-sdk/client-elastic-load-balancing";
import * as elb from "@aws-sdk/client-elastic-load-balancing-v2";
import * as iam from "@aws-sdk/client-iam";
import * as kms from "@aws-sdk/client-kms";
import { addAddon, addNodeGroup, clusterIn, clusterInput } from "../../../local/test/eks/world.ts";
import { withAws } from "../../../src/aws/clients.ts";
import { kmsKeys } from "../../../src/aws/kinds/kms-keys.ts";
import { AccountView } from "../../../src/aws/view.ts";
import { AwsFault, type AwsService } from "../../../local/gateway/types.ts";
import { region, startPlatform, type Platform } from "../../../local/test/gateway/platform.ts";
import { Account, clusterName, leadTo, own } from "./account.ts";

describe("a count of which AWS refuses a part", function () {
  this.timeout(60_000);
  let account: Account;

  before(async () => {
    account = await Account.open();
    const { world } = account;
    const { aws, subnets, vpc } = world;
    // One object of every kind that takes a second question.
    await aws.eks.send(new CreateClusterCommand(clusterInput(world, clusterName)));
    await clusterIn(world, clusterName, "ACTIVE");
    await addAddon(world, clusterName, "vpc-cni");
    await addNodeGroup(world, clusterName);
    const Listeners = [{ Protocol: "HTTP", LoadBalancerPort: 80, InstancePort: 80 }];
    const balancer = { LoadBalancerName: "classic", Listeners, Subnets: [subnets[0]] };
    await aws.classic.send(new classic.CreateLoadBalancerCommand(balancer));
    const group = { Name: "group", Protocol: "HTTP" as const, Port: 80, VpcId: vpc };
    await aws.elb.send(new elb.CreateTargetGroupCommand(group));
    const trust = JSON.stringify({ Version: "2012-10-17", Statement: [] });
    await aws.iam.send(
      new iam.CreateRoleCommand({ RoleName: "sandbox-a-nodes", AssumeRolePolicyDocument: trust }),
    );
    const provider = { Url: "https://a.example", ClientIDList: ["sts.amazonaws.com"] };
    await aws.iam.send(new iam.CreateOpenIDConnectProviderCommand(provider));
    const { AllocationId } = await aws.ec2.send(new ec2.AllocateAddressCommand({ Domain: "vpc" }));
    await account.tag(AllocationId, own);
    const volume = await aws.ec2.send(
      new ec2.CreateVolumeCommand({ AvailabilityZone: "eu-west-1a", Size: 1 }),
    );
    const snapshot = await aws.ec2.send(new ec2.CreateSnapshotCommand({ VolumeId: volume.VolumeId }));
    await account.tag(snapshot.SnapshotId, own);
    const LaunchTemplateData = { InstanceType: "t3.small" as const };
    const template = { LaunchTemplateName: "template", LaunchTemplateData };
    const { LaunchTemplate } = await aws.ec2.send(new ec2.CreateLaunchTemplateCommand(template));
    await account.tag(LaunchTemplate?.LaunchTemplateId, own);
    const Tags = [{ TagKey: own.Key, TagValue: own.Value }];
    await aws.kms.send(new kms.CreateKeyCommand({ Tags }));
    await aws.logs.send(new CreateLogGroupCommand({ logGroupName: "/aws/vpc/sandbox-a-1234567" }));
  });

  afterEach(() => {
    account.inject();
  });

  after(() => account.close());

  const questions: Readonly<Record<string, readonly string[]>> = {
    ec2: [
      "DescribeTags",
      "DescribeVpcs",
      "DescribeSubnets",
      "DescribeInternetGateways",
      "DescribeRouteTables",
      "DescribeNatGateways",
      "DescribeAddresses",
      "DescribeVpcEndpoints",
      "DescribeFlowLogs",
      "DescribeSecurityGroups",
      "DescribeNetworkInterfaces",
      "DescribeInstances",
      "DescribeVolumes",
      "DescribeSnapshots",
      "DescribeLaunchTemplates",
    ],
    elasticloadbalancing: ["DescribeLoadBalancers", "DescribeTargetGroups", "DescribeTags"],
    iam: ["ListRoles", "ListRoleTags", "ListOpenIDConnectProviders", "GetOpenIDConnectProvider"],
    kms: ["ListKeys", "ListResourceTags", "DescribeKey", "ListAliases"],
    logs: ["DescribeLogGroups", "ListTagsForResource"],
    eks: ["DescribeCluster", "ListNodegroups", "DescribeNodegroup", "ListAddons", "DescribeAddon"],
  };
  for (const [service, actions] of Object.entries(questions)) {
    for (const action of actions) {
      it(`fails with AWS's own words without ${service}:${action}`, async () => {
        account.inject({ service, action, kind: "denied" });
        await assert.rejects(account.count([account.world.vpc]), (error: Error) => {
          assert.ok(error.message.includes(`not authorized to perform: ${service}:${action}`), error.message);
          return true;
        });
      });
    }
  }

  it("fails with expired credentials", async () => {
    account.inject({ service: "*", kind: "expired" });
    await assert.rejects(account.count());
  });

  it("answers again when it may", async () => {
    assert.ok((await account.count()).left.length > 0);
  });
});

describe("a key whose tags may not be read", () => {
  let platform: Platform;
  let leadBack: () => void;
  let policy: string;
  const service: AwsService = {
    handle: ({ action }) => {
      const headers = { "content-type": "application/x-amz-json-1.1" };
      const body = JSON.stringify({ Keys: [{ KeyId: "key-1", KeyArn: "arn:key-1" }] });
      if (action === "ListKeys") return Promise.resolve({ status: 200, headers, body });
      const message = `User: me is not authorized to perform: kms:${action ?? ""} because no ${policy} policy allows the action`;
      return Promise.reject(new AwsFault("AccessDeniedException", 400, message));
    },
  };
  const findings = () =>
    withAws(region, new AbortController().signal, (aws) => {
      const scope = { stackTag: { key: own.Key, value: own.Value }, clusterName, vpcIds: [] };
      return Promise.resolve(kmsKeys.count?.(new AccountView(aws, scope)));
    });

  before(async function () {
    this.timeout(30_000);
    platform = await startPlatform(0, { kms: service });
    leadBack = leadTo(platform.gateway.url);
  });

  after(async () => {
    leadBack();
    await platform.stop();
  });

  it("is somebody else's where its own policy says so", async () => {
    policy = "resource-based";
    assert.deepEqual(await findings(), []);
  });

  it("is an error where the caller may read no tags at all", async () => {
    policy = "identity-based";
    await assert.rejects(findings(), /not authorized to perform: kms:ListResourceTags/);
  });
});
