import assert from "node:assert/strict";
import path from "node:path";
import { recordBaseline } from "../../local/cli/baseline.ts";
import { whatIsLeft, whereItIs, type Place } from "../../local/cli/left.ts";
import { checkout } from "../../local/folders.ts";
import { recordedProcesses } from "../../local/process-records.ts";
import { assertOrder, readChanges, readSteps, type Step } from "../support/engine-events.ts";
import { carryOver, exportState, importState, recordedState } from "../support/recorded-stack.ts";
import { TestPlatform } from "../support/test-platform.ts";

const minute = 60_000;
// A branch of its own: others push to theirs.
const settings = { "kubernetes-sdlc:sandbox": { branch: "TICKET-123-lifecycle" } };

describe("The life of two sandboxes beside development", function () {
  this.timeout(6 * minute);
  let platform: TestPlatform;

  before(async () => {
    platform = await TestPlatform.shared();
  });

  it("previews a fresh stack without any cluster", async () => {
    const { eventLog } = await platform.succeed("preview", "sandbox-a", settings);
    const changes = await readChanges(eventLog);
    assert.deepEqual(Object.keys(changes), ["create"]);
    assert.ok((changes["create"] ?? 0) > 40, JSON.stringify(changes));
  });

  it("brings two sandboxes up side by side", async () => {
    for (const stack of ["sandbox-a", "sandbox-b"])
      await recordBaseline(platform.info, platform.stateFolder, stack);
    const [a, b] = await Promise.all([
      platform.succeed("up", "sandbox-a", settings),
      platform.succeed("up", "sandbox-b", settings),
    ]);
    assert.deepEqual(await readChanges(a.eventLog), await readChanges(b.eventLog));
  });

  it("shows no change in a preview and makes none in a second up", async () => {
    for (const operation of ["preview", "up"] as const) {
      const { eventLog } = await platform.succeed(operation, "sandbox-a", settings);
      assert.deepEqual(Object.keys(await readChanges(eventLog)), ["same"], operation);
    }
  });

  it("changes the node group alone when more nodes are wanted", async () => {
    // As in stacks/sandbox.ts, but for one node more.
    const general = {
      name: "general",
      instanceTypes: ["m7i.large"],
      minSize: 2,
      desiredSize: 3,
      maxSize: 4,
      diskSize: 50,
    };
    const config = { ...settings, "kubernetes-sdlc:nodeGroups": [general] };
    const { eventLog } = await platform.succeed("preview", "sandbox-a", config);
    const changed = (await readSteps(eventLog)).filter(
      ({ operation }) => operation !== "same" && operation !== "read",
    );
    assert.deepEqual(
      changed.map(({ operation, resource }) => `${operation} ${resource}`),
      ["update aws:eks/nodeGroup:NodeGroup sandbox-a-general"],
    );
  });

  describe("where an earlier release made one of them", () => {
    before(async () => {
      const run = platform.run("sandbox-a");
      const recorded = await recordedState(
        path.join(checkout, "test/fixtures/recorded-stacks/fca9955.json.gz"),
      );
      await importState(run, carryOver(recorded, await exportState(run)));
    });

    it("previews without a replacement and without a deletion, and puts the boundary on its roles in place", async () => {
      const { eventLog } = await platform.succeed("preview", "sandbox-a", settings);
      const steps = (await readSteps(eventLog)).filter(
        ({ operation }) => !["same", "read"].includes(operation),
      );
      assert.deepEqual(
        steps
          .filter(({ operation }) => !["update", "create"].includes(operation))
          .map(({ resource }) => resource),
        [],
      );
      const roles = steps.filter(({ type }) => type === "aws:iam/role:Role");
      assert.ok(roles.length > 3, `only ${roles.length} roles get a boundary`);
    });
  });

  // Of the state that the earlier release has left.
  describe("when one of them is destroyed", () => {
    let steps: Step[];
    let place: Place;
    let others: string[];
    const deleted =
      (type: string, name?: string) =>
      (step: Step): boolean =>
        step.operation === "delete" && step.type === type && (name === undefined || step.name === name);
    const nodeGroup = deleted("aws:eks/nodeGroup:NodeGroup");
    const cluster = deleted("aws:eks/cluster:Cluster");

    /** Of the stacks that stay: what names them, or lies in their networks. Other suites work in the account, too. */
    const objectsOfOthers = async (): Promise<string[]> => {
      const stay = ["development", "sandbox-b"];
      const places = await Promise.all(stay.map((stack) => whereItIs(platform.run(stack))));
      const vpcIds = places.flatMap((one) => one.vpcIds);
      assert.equal(vpcIds.length, stay.length);
      const named = new RegExp(`\\b(${stay.join("|")})\\b`);
      const objects = await platform.account();
      return objects
        .filter(
          ({ tags, vpcId, id }) =>
            vpcIds.includes(id) ||
            (vpcId !== undefined && vpcIds.includes(vpcId)) ||
            named.test([id, ...Object.entries(tags).flat()].join(" ")),
        )
        .map(({ type, id }) => `${type} ${id}`)
        .sort();
    };

    before(async () => {
      place = await whereItIs(platform.run("sandbox-a"));
      others = await objectsOfOthers();
      const { eventLog } = await platform.succeed("destroy", "sandbox-a", settings);
      steps = await readSteps(eventLog);
    });

    it("leaves nothing of it at the AWS endpoint", async () => {
      assert.equal(place.vpcIds.length, 1);
      const { left, kept } = await whatIsLeft(platform.run("sandbox-a"), place);
      assert.deepEqual({ left, kept }, { left: [], kept: [] });
    });

    it("leaves no process of it", async () => {
      const running = (await recordedProcesses(platform.stateFolder)).map(({ name }) => name);
      assert.deepEqual(
        running.filter((name) => name.startsWith("sandbox-a")),
        [],
      );
      assert.ok(running.some((name) => name.startsWith("sandbox-b")));
    });

    it("touches nothing of the other stacks", async () => {
      assert.ok(others.length > 40, `only ${others.length} objects of other stacks`);
      assert.deepEqual(await objectsOfOthers(), others);
    });

    it("removes the nodes before the add-ons that they run on", () => {
      for (const addon of ["vpc-cni", "kube-proxy", "eks-pod-identity-agent"]) {
        assertOrder(steps, nodeGroup, deleted("aws:eks/addon:Addon", `sandbox-a-base-${addon}`));
      }
      assertOrder(steps, nodeGroup, deleted("aws:eks/podIdentityAssociation:PodIdentityAssociation"));
    });

    it("removes the add-ons that run on nodes before the nodes", () => {
      for (const addon of ["coredns", "aws-ebs-csi-driver"]) {
        assertOrder(steps, deleted("aws:eks/addon:Addon", `sandbox-a-core-${addon}`), nodeGroup);
      }
    });

    it("removes add-ons, then the cluster, then what it stood in", () => {
      assertOrder(steps, deleted("aws:eks/addon:Addon"), cluster);
      for (const type of [
        "subnet:Subnet",
        "vpc:Vpc",
        "natGateway:NatGateway",
        "internetGateway:InternetGateway",
      ]) {
        assertOrder(steps, cluster, deleted(`aws:ec2/${type}`));
      }
      assertOrder(steps, cluster, deleted("aws:cloudwatch/logGroup:LogGroup"));
    });
  });

  // In a suite of its own, because mocha runs the tests of a suite before the suites in it.
  describe("when the other is destroyed, too", () => {
    it("leaves nothing of it either", async () => {
      const place = await whereItIs(platform.run("sandbox-b"));
      await platform.succeed("destroy", "sandbox-b", settings);
      assert.deepEqual(await whatIsLeft(platform.run("sandbox-b"), place), { left: [], kept: [] });
    });
  });
});
