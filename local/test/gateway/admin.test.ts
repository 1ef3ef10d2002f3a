/** The gateway's own endpoints: the census, injected faults, the call log. And the services handed to it. */
import assert from "node:assert/strict";
import * as ec2 from "@aws-sdk/client-ec2";
import { DescribeClusterCommand, ListClustersCommand } from "@aws-sdk/client-eks";
import { CreateKeyCommand, ScheduleKeyDeletionCommand } from "@aws-sdk/client-kms";
import { CreateLogGroupCommand } from "@aws-sdk/client-cloudwatch-logs";
import { ScaledClock } from "../../clock.ts";
import type { ApiCall } from "../../gateway/call-log.ts";
import { startGateway } from "../../gateway/gateway.ts";
import type { InjectedFault } from "../../gateway/injected-faults.ts";
import { AwsFault, type AwsRequest, type AwsService, type CensusEntry } from "../../gateway/types.ts";
import { createGroup, createNat, createNetwork, interfaces, runInstance } from "./network.ts";
import {
  clients,
  eventually,
  refused,
  region,
  startPlatform,
  type Clients,
  type Platform,
} from "./platform.ts";

const cluster: CensusEntry = { type: "eks-cluster", id: "one", region, status: "live", tags: {} };

describe("the gateway's own endpoints", function () {
  this.timeout(60_000);
  let platform: Platform;
  let aws: Clients;
  const requests: AwsRequest[] = [];
  const eks: AwsService = {
    handle: (request) => {
      requests.push(request);
      if (request.path !== "/clusters") {
        return Promise.reject(
          new AwsFault("ResourceNotFoundException", 404, "No cluster found for name: two.", {
            clusterName: "two",
          }),
        );
      }
      const headers = { "content-type": "application/json" };
      return Promise.resolve({ status: 200, headers, body: JSON.stringify({ clusters: ["one"] }) });
    },
    operation: (method, path) => (path === "/clusters" && method === "GET" ? "ListClusters" : undefined),
    census: () => Promise.resolve([cluster]),
  };

  before(async () => {
    platform = await startPlatform(0, { eks });
    aws = clients(platform);
  });
  after(() => platform.stop());
  afterEach(() => inject());

  async function admin(path: string, body?: unknown): Promise<Response> {
    const url = new URL(`/_local/${path}`, platform.gateway.url);
    return fetch(url, body === undefined ? {} : { method: "POST", body: JSON.stringify(body) });
  }
  const census = async (): Promise<CensusEntry[]> => (await admin("census")).json() as Promise<CensusEntry[]>;
  const calls = async (since: number): Promise<ApiCall[]> =>
    (await admin(`log?since=${since}`)).json() as Promise<ApiCall[]>;
  const inject = async (...faults: InjectedFault[]): Promise<void> => {
    assert.equal((await admin("faults", faults)).status, 200);
  };

  it("answers a service that was handed to it, with the caller, and words its faults", async () => {
    const { clusters } = await aws.eks.send(new ListClustersCommand({}));
    assert.deepEqual(clusters, ["one"]);
    assert.equal(requests.at(-1)?.caller.arn, "arn:aws:iam::123456789012:user/platform-engineer");
    assert.equal(requests.at(-1)?.region, region);
    const missing = aws.eks.send(new DescribeClusterCommand({ name: "two" }));
    await refused(missing, "ResourceNotFoundException", 404, "No cluster found for name: two.");
  });

  it("counts nothing in an account that only AWS has touched, but what its services have", async () => {
    await aws.ec2.send(new ec2.DescribeVpcsCommand({}));
    assert.deepEqual(await census(), [cluster]);
  });

  it("counts everything once, with tags and VPC, and tells the live from the kept and the gone", async () => {
    const { vpc, subnets } = await createNetwork(aws);
    const group = await createGroup(aws, vpc, "counted");
    const { nat, allocation } = await createNat(aws, subnets[0]);
    await aws.ec2.send(new ec2.DeleteNatGatewayCommand({ NatGatewayId: nat }));
    const instance = await runInstance(aws, subnets[0]);
    const [nic] = await interfaces(aws, "attachment.instance-id", instance);
    await aws.ec2.send(
      new ec2.CreateTagsCommand({ Resources: [group], Tags: [{ Key: "stack", Value: "sandbox-a" }] }),
    );
    const { KeyMetadata: key } = await aws.kms.send(new CreateKeyCommand({}));
    await aws.kms.send(new ScheduleKeyDeletionCommand({ KeyId: key?.KeyId }));
    await aws.logs.send(
      new CreateLogGroupCommand({ logGroupName: "/counted", tags: { stack: "sandbox-a" } }),
    );
    const entries = await census();
    const entry = (id: string | undefined): CensusEntry | undefined => {
      const found = entries.filter((one) => one.id === id);
      assert.equal(found.length, 1, `entries of ${id ?? "nothing"}`);
      return found[0];
    };
    const plain = { region, status: "live", tags: {} };
    assert.deepEqual(entry(vpc), { ...plain, type: "vpc", id: vpc, vpcId: vpc });
    assert.deepEqual(entry(group), {
      ...plain,
      type: "security-group",
      id: group,
      vpcId: vpc,
      tags: { stack: "sandbox-a" },
    });
    assert.deepEqual(entry(nat), { ...plain, type: "nat-gateway", id: nat, vpcId: vpc, status: "gone" });
    assert.deepEqual(entry(instance), { ...plain, type: "instance", id: instance, vpcId: vpc });
    assert.equal(entry(allocation)?.type, "elastic-ip");
    assert.equal(entry(nic?.NetworkInterfaceId)?.type, "network-interface");
    assert.deepEqual(entry(key?.KeyId), { ...plain, type: "kms-key", id: key?.KeyId, status: "kept" });
    assert.deepEqual(entry("/counted")?.tags, { stack: "sandbox-a" });
    await aws.ec2.send(new ec2.TerminateInstancesCommand({ InstanceIds: [instance] }));
    assert.equal((await census()).find((one) => one.id === instance)?.status, "gone");
  });

  it("looks into every region", async () => {
    const { Vpc: vpc } = await new ec2.EC2Client({
      endpoint: platform.gateway.url,
      region: "us-east-2",
      credentials: aws.ec2.config.credentials,
    }).send(new ec2.CreateVpcCommand({ CidrBlock: "10.0.0.0/16" }));
    assert.equal((await census()).find((one) => one.id === vpc?.VpcId)?.region, "us-east-2");
  });

  describe("a fault", () => {
    const describeVpcs = (): Promise<unknown> => aws.ec2.send(new ec2.DescribeVpcsCommand({}));

    it("hits the named operation as often as it says, and no other", async () => {
      await inject({ service: "ec2", action: "DescribeVpcs", kind: "throttle", times: 2 });
      await aws.ec2.send(new ec2.DescribeSubnetsCommand({}));
      await refused(describeVpcs(), "RequestLimitExceeded", 503);
      await refused(describeVpcs(), "RequestLimitExceeded", 503);
      await describeVpcs();
    });

    it("is worded as the service words it", async () => {
      await inject({ service: "*", kind: "error500" });
      await refused(describeVpcs(), "InternalError", 500);
      await refused(aws.eks.send(new ListClustersCommand({})), "ServerException", 500);
      await inject({ service: "*", kind: "expired" });
      await refused(describeVpcs(), "RequestExpired", 400);
    });

    it("of missing permission names the permission, also of a REST service", async () => {
      await inject({ service: "eks", kind: "denied" });
      await refused(
        aws.eks.send(new ListClustersCommand({})),
        "AccessDeniedException",
        403,
        "User: arn:aws:iam::123456789012:user/platform-engineer is not authorized to perform: eks:ListClusters because no identity-based policy allows the eks:ListClusters action",
      );
    });

    it("stale: a question is answered as it was seconds ago, and truly when that is over", async () => {
      await inject({ service: "ec2", action: "DescribeSecurityGroups", kind: "stale", seconds: 2 });
      const { vpc } = await createNetwork(aws);
      const named = async (): Promise<(string | undefined)[]> => {
        const Filters = [{ Name: "vpc-id", Values: [vpc] }];
        const { SecurityGroups } = await aws.ec2.send(new ec2.DescribeSecurityGroupsCommand({ Filters }));
        return (SecurityGroups ?? []).map(({ GroupName }) => GroupName).sort();
      };
      assert.deepEqual(await named(), ["default"]);
      const group = await createGroup(aws, vpc, "made");
      assert.deepEqual(await named(), ["default"]);
      const shows = (names: string[]): Promise<true> =>
        eventually(`it shows ${names.join()}`, async () =>
          (await named()).join() === names.join() ? true : undefined,
        );
      await shows(["default", "made"]);
      await aws.ec2.send(new ec2.DeleteSecurityGroupCommand({ GroupId: group }));
      assert.deepEqual(await named(), ["default", "made"]);
      await shows(["default"]);
    });

    it("of a time-out does nothing; of a lost answer does what was asked", async () => {
      const vpcs = async (): Promise<number> => (await census()).filter((one) => one.type === "vpc").length;
      const create = (): Promise<unknown> =>
        aws.ec2.send(new ec2.CreateVpcCommand({ CidrBlock: "10.0.0.0/16" }));
      const before = await vpcs();
      await inject({ service: "ec2", kind: "timeout", times: 1 });
      await assert.rejects(create());
      assert.equal(await vpcs(), before);
      await inject({ service: "ec2", kind: "lost-answer", times: 1 });
      await assert.rejects(create());
      assert.equal(await vpcs(), before + 1);
    });

    it("never hits at probability 0, and always at 1", async () => {
      await inject({ service: "ec2", kind: "throttle", probability: 0 });
      await describeVpcs();
      await inject({ service: "ec2", kind: "throttle", probability: 1 });
      await refused(describeVpcs(), "RequestLimitExceeded", 503);
    });

    it("that is not understood is refused with the reason", async () => {
      const response = await admin("faults", [{ service: "ec2", kind: "earthquake" }]);
      assert.equal(response.status, 400);
      assert.match(await response.text(), /throttle/);
    });
  });

  it("logs each call with its operation, status and error code", async () => {
    const last = (await calls(0)).at(-1)?.number ?? 0;
    await aws.eks.send(new ListClustersCommand({}));
    await aws.ec2.send(new ec2.DeleteVpcCommand({ VpcId: "vpc-0" })).catch(() => undefined);
    await inject({ service: "ec2", kind: "timeout", times: 1 });
    await aws.ec2.send(new ec2.DescribeVpcsCommand({})).catch(() => undefined);
    const seen = (await calls(last)).map(({ service, action, status, code }) => [
      service,
      action,
      status,
      code,
    ]);
    assert.deepEqual(seen, [
      ["eks", "ListClusters", 200, undefined],
      ["ec2", "DeleteVpc", 400, "InvalidVpcID.NotFound"],
      ["ec2", "DescribeVpcs", 0, undefined],
    ]);
  });

  it("says that its port is taken, and what to do", async () => {
    const { port } = new URL(platform.gateway.url);
    const options = {
      clock: new ScaledClock(0),
      motoUrl: platform.moto.url,
      credentials: platform.credentials,
    };
    const second = startGateway({ ...options, services: {}, port: Number(port) });
    const wanted = new RegExp(`cannot listen on port ${port}.*\\n.*leave the port out`);
    await assert.rejects(second, { name: "UserError", message: wanted });
  });

  it("has no other endpoint", async () => {
    assert.equal((await admin("nothing")).status, 404);
  });
});
