/** What a sweep deletes, and what it survives: planted by AWS's own clients, asked of the gateway. */
import assert from "node:assert/strict";
import * as logs from "@aws-sdk/client-cloudwatch-logs";
import * as classic from "@aws-sdk/client-elastic-load-balancing";
import * as elb from "@aws-sdk/client-elastic-load-balancing-v2";
import { withAws } from "../../../src/aws/clients.ts";
import { cloudSweep } from "../../../src/teardown/sweep/cloud-sweep.ts";
import { heldInAws } from "../../../src/teardown/drain/held-in-aws.ts";
import { createGroup, createInterface, runInstance } from "../../../local/test/gateway/network.ts";
import type { Properties } from "../../../src/plugin/implementation.ts";
import { own } from "../aws/account.ts";
import { ledger } from "../../../src/teardown/ledger/ledger.ts";
import { account, contextOf, destroy } from "./at-work.ts";
import { balancerTag, cni, driver, karpenterTag, owned, Planted, released } from "./planted.ts";

describe("the sweep", function () {
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

  it("does nothing where there is nothing", async () => {
    const { logged } = await planted.sweep();
    assert.deepEqual(logged, []);
    assert.deepEqual(
      planted.reports.journal.map(({ type }) => type),
      ["started", "ended"],
    );
  });

  it("and the ledger keep in mind when they were made, and invent no time for a stack that does not say", async () => {
    const inputs = planted.inputs as unknown as Properties;
    const began = Date.now();
    for (const handler of [cloudSweep, ledger]) {
      const { id, outputs } = await handler.create(contextOf(), inputs);
      assert.equal(outputs["account"], account);
      const madeAt = Date.parse(String(outputs["madeAt"]));
      // By AWS's clock, which its answers tell to the second.
      assert.ok(madeAt >= began - 2_000 && madeAt <= Date.now() + 2_000, String(outputs["madeAt"]));
      const news = { ...inputs, environment: "canary" };
      assert.deepEqual(await handler.update?.(contextOf(), { id, inputs, outputs }, news), {
        ...outputs,
        ...news,
      });
      const living = { ...inputs, account };
      assert.deepEqual(await handler.update?.(contextOf(), { id, inputs, outputs: living }, news), {
        ...living,
        ...news,
      });
    }
  });

  it("deletes a load balancer with its listener, target group and groups, in AWS's order", async () => {
    const arn = await planted.balancer("k8s-web", [balancerTag]);
    const group = await planted.targets("k8s-web", [balancerTag]);
    await planted.listener(arn, group);
    const front = await planted.account.tag(
      await createGroup(planted.aws, planted.world.vpc, "k8s-web-1"),
      balancerTag,
    );
    const back = await planted.account.tag(
      await createGroup(planted.aws, planted.world.vpc, "k8s-traffic"),
      balancerTag,
    );
    await planted.aws.elb.send(
      new elb.SetSecurityGroupsCommand({ LoadBalancerArn: arn, SecurityGroups: [front, back] }),
    );
    await planted.refer(front, back);
    await planted.refer(back, front);
    const expected = [
      `ec2:security-group ${front}`,
      `ec2:security-group ${back}`,
      `elasticloadbalancing:loadbalancer ${arn}`,
      `elasticloadbalancing:targetgroup ${group}`,
    ].sort();
    const { logged } = await planted.sweep();
    assert.deepEqual(planted.deleted(), expected);
    assert.deepEqual(logged, ["info: 4 things that cluster sandbox-a left in AWS were deleted."]);
    assert.deepEqual(await planted.account.left(), []);
  });

  it("deletes classic load balancers, volumes, interfaces, instances and log groups", async () => {
    const LoadBalancerName = "a1b2c3";
    await planted.aws.classic.send(
      new classic.CreateLoadBalancerCommand({
        LoadBalancerName,
        Subnets: [planted.world.subnets[0]],
        Listeners: [{ Protocol: "TCP", LoadBalancerPort: 80, InstancePort: 80 }],
        Tags: [owned],
      }),
    );
    const disk = await planted.volume(owned, driver, released);
    const tagged = await planted.volume(own, driver, released);
    const nic = await planted.account.tag(
      await createInterface(planted.aws, planted.world.subnets[0]),
      ...cni,
    );
    const stacked = await planted.account.tag(
      await createInterface(planted.aws, planted.world.subnets[0]),
      own,
      ...cni,
    );
    const node = await planted.account.tag(await runInstance(planted.aws, planted.world.subnets[0]), owned, {
      Key: "karpenter.sh/nodepool",
      Value: "default",
    });
    const group = "/aws/eks/sandbox-a/cluster";
    await planted.aws.logs.send(new logs.CreateLogGroupCommand({ logGroupName: group }));
    const template = await planted.launchTemplate("karpenter.k8s.aws/1", [karpenterTag]);
    await planted.sweep();
    assert.deepEqual(
      planted.deleted(),
      [
        `elasticloadbalancing:classic ${LoadBalancerName}`,
        ...[disk, tagged].map((id) => `ec2:volume ${id}`),
        ...[nic, stacked].map((id) => `ec2:network-interface ${id}`),
        `ec2:instance ${node}`,
        `ec2:launch-template ${template}`,
        `logs:log-group ${group}`,
      ].sort(),
    );
    assert.deepEqual(await planted.account.left(), []);
  });

  it("deletes volumes that a drain has released, of which one was gone by then", async () => {
    const disks = [await planted.volume(own, driver), await planted.volume(own, driver)];
    const { clusterName, stackTag } = planted.inputs;
    await withAws("eu-west-1", new AbortController().signal, (aws) =>
      heldInAws({ aws, clusterName, stackTag }).release([...disks, "vol-0123456789abcdef0"]),
    );
    await planted.sweep();
    assert.deepEqual(planted.deleted(), disks.map((id) => `ec2:volume ${id}`).sort());
  });

  it("leaves everything to Pulumi's own destroy where the operator says so", async () => {
    const disk = await planted.volume(owned, driver, released);
    planted.reports.choose({ SDLC_TEARDOWN: "skip" });
    const { logged } = await planted.sweep();
    assert.match(
      logged.join("\n"),
      /^warning: Nothing is swept \(SDLC_TEARDOWN=skip\): load balancers, volumes/,
    );
    assert.deepEqual(
      planted.reports.journal.map(({ type }) => type),
      ["started", "skipped", "ended"],
    );
    planted.reports.choose({ SDLC_TEARDOWN: "" });
    await planted.sweep();
    assert.deepEqual(planted.deleted(), [`ec2:volume ${disk}`]);
  });

  it("survives throttling, broken answers, lost ones and none at all", async () => {
    const disk = await planted.volume(owned, driver, released);
    const group = await planted.account.tag(
      await createGroup(planted.aws, planted.world.vpc, "k8s-faults"),
      balancerTag,
    );
    planted.account.inject(
      { service: "ec2", action: "DeleteVolume", kind: "lost-answer", times: 1 },
      { service: "ec2", action: "DeleteSecurityGroup", kind: "throttle", times: 2 },
      { service: "ec2", action: "DescribeSecurityGroups", kind: "error500", times: 2 },
      { service: "ec2", action: "DescribeNetworkInterfaces", kind: "timeout", times: 1 },
      { service: "elasticloadbalancing", kind: "throttle", times: 1 },
      { service: "sts", kind: "error500", times: 1 },
    );
    await planted.sweep();
    assert.deepEqual(planted.world.platform.gateway.faults.list, []);
    assert.deepEqual(planted.deleted(), [`ec2:security-group ${group}`, `ec2:volume ${disk}`]);
  });

  it("goes on after an interruption at any moment, with what is left", async () => {
    for (const moment of ["DescribeTargetGroups", "DeleteLoadBalancer", "DeleteSecurityGroup"]) {
      const arn = await planted.balancer("k8s-again", [balancerTag]);
      const wall = await planted.account.tag(
        await createGroup(planted.aws, planted.world.vpc, "k8s-again"),
        balancerTag,
      );
      await planted.aws.elb.send(
        new elb.SetSecurityGroupsCommand({ LoadBalancerArn: arn, SecurityGroups: [wall] }),
      );
      const interruption = new AbortController();
      const before = planted.world.platform.gateway.log.since(0).length;
      const watch = setInterval(() => {
        const calls = planted.world.platform.gateway.log.since(0).slice(before);
        if (calls.some(({ action }) => action === moment)) interruption.abort();
      }, 5);
      await destroy(cloudSweep, planted.inputs, undefined, contextOf(interruption.signal)).catch(
        (error: unknown) => {
          assert.match(String(error), /interrupted/);
        },
      );
      clearInterval(watch);
      await planted.sweep();
      const all = planted.reports.facts("aws-deleting").map(({ thing }) => thing.id);
      assert.ok(all.includes(arn) && all.includes(wall), moment);
      assert.deepEqual(
        (await planted.account.left())
          .filter((one) => !/sandbox-a-b/.test(one))
          .filter((one) => one.includes(wall) || one.includes(arn)),
        [],
      );
    }
  });
});
