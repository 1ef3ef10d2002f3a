/** The end of a destroy: what the ledger sweeps up, counts and writes down. */
import assert from "node:assert/strict";
import { readdirSync, writeFileSync } from "node:fs";
import * as logs from "@aws-sdk/client-cloudwatch-logs";
import * as ec2 from "@aws-sdk/client-ec2";
import { CreateClusterCommand } from "@aws-sdk/client-eks";
import * as kms from "@aws-sdk/client-kms";
import { Journal } from "../../../src/teardown/journal.ts";
import { ledger } from "../../../src/teardown/ledger/ledger.ts";
import { withAws } from "../../../src/aws/clients.ts";
import { AwsGate } from "../../../src/aws/gate.ts";
import { countAws } from "../../../src/teardown/ledger/count.ts";
import { sweepLogGroups } from "../../../src/teardown/ledger/log-groups.ts";
import { latestReceipt } from "../../../src/teardown/ledger/receipt-files.ts";
import type { Receipt } from "../../../src/teardown/receipt/schema.ts";
import type { LedgerInputs } from "../../../src/teardown/resource-inputs.ts";
import { clusterIn, clusterInput, deleteCluster, type World } from "../../../local/test/eks/world.ts";
import { createGroup } from "../../../local/test/gateway/network.ts";
import type { Clients } from "../../../local/test/gateway/platform.ts";
import { Account, own, stackKey, tagOf } from "../aws/account.ts";
import { destroy, Reports, stack, type Told } from "./at-work.ts";

describe("the ledger", function () {
  this.timeout(60_000);
  let account: Account;
  let world: World;
  let aws: Clients;
  let reports: Reports;
  const inputs: LedgerInputs = {
    stack,
    environment: "sandbox",
    region: "eu-west-1",
    clusterName: stack,
    stackTag: { key: stackKey, value: own.Value },
    allowDestroy: true,
    rolePrefix: "sandbox-a",
    logGroupPrefixes: ["/aws/vpc/sandbox-a"],
  };

  before(async () => {
    account = await Account.open();
    ({ world } = account);
    ({ aws } = world);
  });

  after(() => account.close());
  beforeEach(() => {
    reports = new Reports({ SDLC_TEARDOWN_DEADLINE: "2" });
  });
  afterEach(() => {
    account.inject();
    reports.close();
  });

  const close = (more: Partial<LedgerInputs> = {}): Promise<Told> => destroy(ledger, { ...inputs, ...more });
  const volume = async (...Tags: ec2.Tag[]): Promise<string> => {
    const input = { AvailabilityZone: "eu-west-1a", Size: 1 };
    const { VolumeId } = await aws.ec2.send(new ec2.CreateVolumeCommand(input));
    return account.tag(VolumeId, ...Tags);
  };
  const receipt = (): Receipt => latestReceipt(stack, reports.folder)?.receipt ?? assert.fail("no receipt");

  it("writes a receipt of nothing left, and closes the journal with it", async () => {
    const { logged } = await close();
    assert.match(logged.join("\n"), /^info: 0 resources left\. Receipt: .*sandbox-a-.*$/);
    const { outcome, left, answers } = receipt();
    assert.deepEqual([outcome, left], ["clean", []]);
    assert.deepEqual(answers, [
      { where: "aws", left: 0 },
      { where: "kubernetes", left: 0 },
      { where: "git", left: 0 },
    ]);
    assert.deepEqual(
      readdirSync(reports.folder)
        .map((name) => name.replace(/^.*Z/, ""))
        .sort(),
      [".html", ".json", ".jsonl", ".txt"],
    );
  });

  it("refuses at once where the stack must not be destroyed", async () => {
    await assert.rejects(close({ allowDestroy: false }), /must not be destroyed \(allowDestroy is false\)/);
    assert.deepEqual(reports.journal, []);
  });

  describe("what is left", () => {
    it("fails with each thing by name, and a rerun goes on with the same journal", async () => {
      const disk = await volume(own);
      await assert.rejects(close(), (error: Error) => {
        assert.match(error.message, /the destroy is not complete/);
        assert.match(
          error.message,
          new RegExp(`ec2:volume ${disk} is left \\(tag sdlc:stack=kubernetes-sdlc/sandbox-a\\)`),
        );
        return true;
      });
      assert.deepEqual(
        [receipt().outcome, receipt().left.map(({ what }) => what)],
        ["left", [`ec2:volume ${disk}`]],
      );
      await aws.ec2.send(new ec2.DeleteVolumeCommand({ VolumeId: disk }));
      await close();
      assert.deepEqual(
        [receipt().outcome, receipt().runs.map(({ parts }) => parts.map(({ outcome }) => outcome))],
        ["clean", [["failed"], ["done"]]],
      );
    });

    it("is no more than what was kept on purpose, with the reason", async () => {
      const why = "reclaim policy of PersistentVolume data is Retain";
      const disk = await volume(own, { Key: "sdlc:kept", Value: why });
      const { SnapshotId } = await aws.ec2.send(new ec2.CreateSnapshotCommand({ VolumeId: disk }));
      await account.tag(SnapshotId, own);
      const { KeyMetadata } = await aws.kms.send(
        new kms.CreateKeyCommand({ Tags: [{ TagKey: own.Key, TagValue: own.Value }] }),
      );
      const key = { KeyId: KeyMetadata?.KeyId, PendingWindowInDays: 7 };
      await aws.kms.send(new kms.ScheduleKeyDeletionCommand(key));
      const { logged } = await close();
      assert.match(logged.join("\n"), /^info: 0 resources left, 3 kept on purpose\./);
      const kept = new Map(receipt().kept.map((one) => [one.reference, one.why]));
      assert.equal(kept.get(disk), why);
      assert.match(kept.get(SnapshotId) ?? "", /backup/);
      assert.match(kept.get(KeyMetadata?.KeyId) ?? "", /^deletion is scheduled for 2/);
      await aws.ec2.send(new ec2.DeleteSnapshotCommand({ SnapshotId }));
      await aws.ec2.send(new ec2.DeleteVolumeCommand({ VolumeId: disk }));
    });

    it("is nothing that the sweep had to keep because nobody could tell whether it may go", async () => {
      const csi = { Key: "CSIVolumeName", Value: "pvc-1" };
      const cluster = { Key: "kubernetes.io/cluster/sandbox-a", Value: "owned" };
      const unasked = await volume(own, csi);
      const earlier = await volume(cluster, csi);
      const logGroupName = "/aws/eks/sandbox-a/earlier";
      await aws.logs.send(new logs.CreateLogGroupCommand({ logGroupName }));
      const elsewhere = await account.tag(await createGroup(aws, world.vpc, "k8s-earlier"), cluster);
      const later = new Date(Date.now() + 60_000).toISOString();
      const { logged } = await destroy(ledger, inputs, { account: "123456789012", madeAt: later });
      // With the key of the test before, which AWS deletes days later.
      assert.match(logged.join("\n"), /^info: 0 resources left, 5 kept on purpose\./);
      const kept = new Map(receipt().kept.map((one) => [one.reference, one.why]));
      assert.match(kept.get(unasked) ?? "", /nobody could be asked .* aws ec2 delete-volume .*/);
      assert.match(kept.get(earlier) ?? "", /made before this stack/);
      assert.match(kept.get(logGroupName) ?? "", /made before this stack/);
      assert.match(kept.get(elsewhere) ?? "", new RegExp(`lies in ${world.vpc}, which is not this stack's`));
      assert.deepEqual(receipt().deleted, []);
      // With the stack's VPC still there, what lies in it is left over; and so is what a drain has released.
      await account.tag(world.vpc, own);
      await account.tag(unasked, { Key: "sdlc:released", Value: own.Value });
      await assert.rejects(
        destroy(ledger, inputs, { account: "123456789012", madeAt: later }),
        (error: Error) => {
          for (const id of [world.vpc, elsewhere, unasked])
            assert.match(error.message, new RegExp(`${id} is left`));
          return true;
        },
      );
      await aws.ec2.send(new ec2.DeleteTagsCommand({ Resources: [world.vpc], Tags: [own] }));
      await aws.ec2.send(new ec2.DeleteSecurityGroupCommand({ GroupId: elsewhere }));
      await aws.logs.send(new logs.DeleteLogGroupCommand({ logGroupName }));
      for (const VolumeId of [unasked, earlier])
        await aws.ec2.send(new ec2.DeleteVolumeCommand({ VolumeId }));
    });

    it("is not what AWS goes on showing for a while", async () => {
      const disk = await volume(own);
      const later = setTimeout(() => {
        void aws.ec2.send(new ec2.DeleteVolumeCommand({ VolumeId: disk }));
      }, 1_000);
      reports.choose({ SDLC_TEARDOWN_DEADLINE: "30" });
      const { status } = await close();
      clearTimeout(later);
      assert.match(
        status.join("\n"),
        new RegExp(`AWS still shows 1 of the stack, such as ec2:volume ${disk}`),
      );
      assert.equal(receipt().outcome, "clean");
    });

    it("is nothing of a stack whose name goes on", async () => {
      const disk = await volume(tagOf("sandbox-a-b"));
      const group = "/aws/vpc/sandbox-a-b-flow-logs";
      const tags = { [stackKey]: tagOf("sandbox-a-b").Value };
      await aws.logs.send(new logs.CreateLogGroupCommand({ logGroupName: group, tags }));
      await close();
      assert.deepEqual(receipt().deleted, []);
      assert.equal(receipt().outcome, "clean");
      await aws.logs.send(new logs.DeleteLogGroupCommand({ logGroupName: group }));
      await aws.ec2.send(new ec2.DeleteVolumeCommand({ VolumeId: disk }));
    });

    it("is unknown where AWS does not answer, which is not a zero", async () => {
      account.inject({ service: "iam", action: "ListRoles", kind: "denied" });
      await assert.rejects(close(), /iam:ListRoles/);
      assert.equal(receipt().outcome, "unknown");
      assert.deepEqual(receipt().answers[0]?.left, undefined);
    });
  });

  describe("log groups that came back", () => {
    it("are deleted until they stay away", async () => {
      const logGroupName = "/aws/eks/sandbox-a/cluster";
      await aws.logs.send(new logs.CreateLogGroupCommand({ logGroupName }));
      let again = 0;
      const writer = setInterval(() => {
        // What EKS does: it makes the group again when it has something to write.
        if (again === 2) return;
        aws.logs.send(new logs.CreateLogGroupCommand({ logGroupName })).then(
          () => (again += 1),
          () => undefined,
        );
      }, 300);
      reports.choose({ SDLC_TEARDOWN_DEADLINE: "30" });
      await close();
      clearInterval(writer);
      assert.equal(again, 2);
      assert.deepEqual(
        receipt().deleted.map(({ what, part }) => [what, part]),
        [[logGroupName, "ledger"]],
      );
      assert.equal(reports.facts("aws-gone").length, 0, "the journal is closed");
    });

    it("are waited for while the cluster has only just gone", async () => {
      const logGroupName = "/aws/eks/sandbox-a/cluster";
      new Journal(stack, reports.folder).append({ type: "ended", part: "sweep", outcome: "done" });
      const writer = setTimeout(() => {
        void aws.logs.send(new logs.CreateLogGroupCommand({ logGroupName }));
      }, 2_500);
      reports.choose({ SDLC_TEARDOWN_DEADLINE: "30" });
      const { status } = await close();
      clearTimeout(writer);
      assert.match(status.join("\n"), /waiting whether the log group \S+ stays away: \d+ of 10 s/);
      assert.deepEqual(
        receipt().deleted.map(({ what, part }) => [what, part]),
        [[logGroupName, "ledger"]],
      );
    });

    it("are not waited for where the cluster has been gone for long", async () => {
      const at = new Date(Date.now() - 60_000).toISOString();
      const swept = { at, type: "ended", part: "sweep", outcome: "done" };
      writeFileSync(new Journal(stack, reports.folder).file, JSON.stringify(swept));
      const { status } = await close();
      assert.doesNotMatch(status.join("\n"), /stays away/);
    });

    it("are told by the stack's tag alone where another stack's cluster has the name", async () => {
      const [mine, theirs] = ["/aws/eks/sandbox-a/mine", "/aws/eks/sandbox-a/cluster"];
      const tags = { [own.Key]: own.Value };
      await aws.logs.send(new logs.CreateLogGroupCommand({ logGroupName: mine, tags }));
      await aws.logs.send(new logs.CreateLogGroupCommand({ logGroupName: theirs }));
      const { signal } = new AbortController();
      await withAws("eu-west-1", signal, (asked) => {
        const scope = { ...inputs, vpcIds: [], madeAt: 0 };
        const order = { aws: asked, gate: new AwsGate(asked, scope), inputs, byName: false, signal };
        const journal = new Journal(stack, reports.folder);
        const seconds = { deadlineSeconds: 5, quietSeconds: 0 };
        return sweepLogGroups({ ...order, ...seconds, journal, status: () => undefined });
      });
      const { logGroups = [] } = await aws.logs.send(
        new logs.DescribeLogGroupsCommand({ logGroupNamePrefix: "/aws/eks/sandbox-a/" }),
      );
      assert.deepEqual(
        logGroups.map(({ logGroupName }) => logGroupName),
        [theirs],
      );
      await aws.logs.send(new logs.DeleteLogGroupCommand({ logGroupName: theirs }));
    });

    it("are deleted as well where they come back while it is counted", async () => {
      const logGroupName = "/aws/eks/sandbox-a/cluster";
      await aws.logs.send(new logs.CreateLogGroupCommand({ logGroupName }));
      let swept = 0;
      const question = {
        inputs,
        stranger: undefined,
        patienceSeconds: 30,
        sweepLogGroups: async () => {
          swept += 1;
          await aws.logs.send(new logs.DeleteLogGroupCommand({ logGroupName }));
        },
        status: () => undefined,
        signal: new AbortController().signal,
      };
      const counted = await withAws("eu-west-1", question.signal, (asked) =>
        countAws({ aws: asked, ...question }),
      );
      assert.deepEqual(counted.left, []);
      assert.equal(swept, 1);
    });

    it("stop the destroy, by name, if something goes on writing", async () => {
      const logGroupName = "/aws/eks/sandbox-a/cluster";
      await aws.logs.send(new logs.CreateLogGroupCommand({ logGroupName }));
      const writer = setInterval(() => {
        aws.logs.send(new logs.CreateLogGroupCommand({ logGroupName })).catch(() => undefined);
      }, 50);
      reports.choose({ SDLC_TEARDOWN_DEADLINE: "1" });
      await assert.rejects(close(), /log group \/aws\/eks\/sandbox-a\/cluster has come back for 1 s/);
      clearInterval(writer);
      await aws.logs.send(new logs.DeleteLogGroupCommand({ logGroupName })).catch(() => undefined);
    });
  });

  it("touches nothing in another account, and says so", async () => {
    const logGroupName = "/aws/eks/sandbox-a/cluster";
    await aws.logs.send(new logs.CreateLogGroupCommand({ logGroupName }));
    await assert.rejects(
      destroy(ledger, inputs, { account: "999999999999" }),
      /made in the AWS account 999999999999, and the credentials are of 123456789012/,
    );
    assert.equal(receipt().outcome, "unknown");
    assert.deepEqual(receipt().deleted, []);
    await aws.logs.send(new logs.DeleteLogGroupCommand({ logGroupName }));
  });

  it("sweeps nothing while the cluster is there", async () => {
    const made = clusterInput(world, stack, { tags: { [own.Key]: own.Value } });
    await aws.eks.send(new CreateClusterCommand(made));
    await clusterIn(world, stack, "ACTIVE");
    const logGroupName = "/aws/eks/sandbox-a/extra";
    await aws.logs.send(new logs.CreateLogGroupCommand({ logGroupName }));
    await assert.rejects(close(), /cluster sandbox-a \(ACTIVE\), with all that is in it is left/);
    assert.deepEqual(receipt().deleted, []);
    await deleteCluster(world, stack);
    await close();
    assert.deepEqual(
      receipt().deleted.map(({ what }) => what),
      [logGroupName],
    );
  });

  it("only counts where the operator leaves everything to Pulumi, and does not fail", async () => {
    const disk = await volume(own);
    reports.choose({ SDLC_TEARDOWN: "skip" });
    const { logged } = await close();
    assert.match(logged.join("\n"), new RegExp(`ec2:volume ${disk} is left`));
    assert.match(logged.join("\n"), /warning: 1 resource left\. Receipt: /);
    assert.equal(receipt().outcome, "left");
    assert.equal(receipt().runs[0]?.parts[0]?.outcome, "skipped");
    account.inject({ service: "ec2", kind: "denied" });
    await close();
    assert.equal(receipt().outcome, "unknown");
    reports.choose({ SDLC_TEARDOWN: "" });
    account.inject();
    await aws.ec2.send(new ec2.DeleteVolumeCommand({ VolumeId: disk }));
  });
});
