/** The question to AWS, over whatever a cluster may hold. */
import assert from "node:assert/strict";
import { DescribeInstancesCommand, DescribeVolumesCommand, EC2Client } from "@aws-sdk/client-ec2";
import { ElasticLoadBalancingClient } from "@aws-sdk/client-elastic-load-balancing";
import {
  DescribeTagsCommand,
  DescribeTargetGroupsCommand,
  ElasticLoadBalancingV2Client,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import fc from "fast-check";
import type { AwsClients } from "../../../../src/aws/clients.ts";
import { heldInAws, type Answer, type Held } from "../../../../src/teardown/drain/held-in-aws.ts";
import type { Ask } from "../../../../src/teardown/external/ask.ts";
import type { ExternalThing } from "../../../../src/teardown/external/holdings.ts";
import { readObject } from "../../../../src/teardown/inventory/inventory.ts";

const clusterName = "sandbox-a";
const owned = [{ Key: `kubernetes.io/cluster/${clusterName}`, Value: "owned" }];

/** An account with these volumes, and with these instances by pool and claim; it knows no snapshots and no balancers but one group. */
function account(
  volumes: readonly string[],
  instances: readonly (readonly [id: string, pool: string, claim?: string])[] = [],
  groups: Readonly<Record<string, string>> = {},
): AwsClients {
  const region = "eu-west-1";
  const ec2 = new EC2Client({ region });
  const loadBalancing = new ElasticLoadBalancingV2Client({ region });
  const classicLoadBalancing = new ElasticLoadBalancingClient({ region });
  const answer = (command: unknown): object => {
    if (command instanceof DescribeVolumesCommand) {
      const wanted = command.input.Filters?.[0]?.Values ?? [];
      const found = volumes.filter((id) => wanted.includes(id));
      return { Volumes: found.map((VolumeId) => ({ VolumeId, State: "in-use", Tags: owned })) };
    }
    if (command instanceof DescribeInstancesCommand) {
      const [{ Name, Values = [] } = {}] = command.input.Filters ?? [];
      const found = instances.filter(([id, pool]) => Values.includes(Name === "instance-id" ? id : pool));
      const Instances = found.map(([InstanceId, pool, claim]) => ({
        InstanceId,
        State: { Name: "running" },
        Tags: [
          ...owned,
          { Key: "karpenter.sh/nodepool", Value: pool },
          ...(claim === undefined ? [] : [{ Key: "karpenter.sh/nodeclaim", Value: claim }]),
        ],
      }));
      return { Reservations: [{ Instances }] };
    }
    if (command instanceof DescribeTargetGroupsCommand) {
      return { TargetGroups: Object.keys(groups).map((TargetGroupArn) => ({ TargetGroupArn })) };
    }
    if (command instanceof DescribeTagsCommand) {
      const TagDescriptions = (command.input.ResourceArns ?? []).map((ResourceArn) => ({
        ResourceArn,
        Tags: [...owned, { Key: "ingress.k8s.aws/stack", Value: groups[ResourceArn] ?? "" }],
      }));
      return { TagDescriptions };
    }
    return {};
  };
  for (const client of [ec2, loadBalancing, classicLoadBalancing]) {
    Object.assign(client, { send: (command: unknown) => Promise.resolve(answer(command)) });
  }
  return { region, ec2, loadBalancing, classicLoadBalancing } as unknown as AwsClients;
}

function held(thing: ExternalThing, reference: string | undefined, ask: Ask, more: object = {}): Held {
  const metadata = { name: "one", namespace: "app", uid: "1" };
  const object = readObject({ apiVersion: "v1", kind: "Thing", metadata, ...more });
  const holding = { thing, description: thing, reference, ask, key: object.id };
  return { object, holding: { ...holding, controller: undefined, monthlyPrice: undefined } };
}

const look = (aws: AwsClients, ...all: Held[]): Promise<readonly Answer[]> =>
  heldInAws({ aws, clusterName, stackTag: { key: "sdlc:stack", value: "acme/sandbox-a" } }).ask(all);

const things: readonly ExternalThing[] = [
  "load-balancer",
  "target-group",
  "volume",
  "snapshot",
  "instances",
  "instance-profile",
  "dns-records",
  "aws-resource",
];
const asks: readonly Ask[] = [
  { by: "id" },
  { by: "node-pool", pool: "burst" },
  { by: "node-pool", pool: "burst", claim: "burst-1" },
  { by: "load-balancers" },
  { by: "nobody", why: "no reason" },
];
const references = [
  undefined,
  "vol-1",
  "vol-2",
  "snap-1",
  "i-1",
  "fs-1::fsap-2",
  "",
  "web.elb.amazonaws.com",
];

describe("the question to AWS", function () {
  this.timeout(60_000);

  it("answers for each thing that it was asked for, once and in order, and takes no silence for gone", async () => {
    const one = fc
      .record({
        thing: fc.constantFrom(...things),
        reference: fc.constantFrom(...references),
        ask: fc.constantFrom(...asks),
      })
      .map(({ thing, reference, ask }) => held(thing, reference, ask));
    const aws = account(["vol-1"], [["i-1", "burst"]]);
    await fc.assert(
      fc.asyncProperty(fc.array(one, { maxLength: 12 }), async (all) => {
        const answers = await look(aws, ...all);
        assert.deepEqual(
          answers.map((answer) => answer.held),
          all,
        );
        for (const answer of answers) {
          const { ask, thing, reference = "" } = answer.held.holding;
          const prefix = { volume: "vol-", snapshot: "snap-", instances: "i-" }[thing as string];
          const couldAsk =
            ask.by === "id" ? prefix !== undefined && reference.startsWith(prefix) : ask.by !== "nobody";
          assert.equal(answer.is === "not-known", !couldAsk, JSON.stringify(answer.held.holding));
          if (ask.by === "id" && reference === "vol-1" && thing === "volume")
            assert.equal(answer.is, "there");
        }
      }),
    );
  });

  it("finds one volume for each of several that hold it, and a group's target group for each of its Ingresses", async () => {
    const twice = [held("volume", "vol-1", { by: "id" }), held("volume", "vol-1", { by: "id" })];
    const ingress = (name: string): Held =>
      held(
        "load-balancer",
        undefined,
        { by: "load-balancers" },
        {
          apiVersion: "networking.k8s.io/v1",
          kind: "Ingress",
          metadata: {
            name,
            namespace: "app",
            uid: name,
            annotations: { "alb.ingress.kubernetes.io/group.name": "g" },
          },
        },
      );
    const aws = account(["vol-1"], [], { "arn:1": "g" });
    const answers = await look(aws, ...twice, ingress("a"), ingress("b"));
    assert.deepEqual(
      answers.map(({ is }) => is),
      ["there", "there", "there", "there"],
    );
  });

  it("takes for a claim without an instance what its pool has launched and no other claim has", async () => {
    const claim = held("instances", undefined, { by: "node-pool", pool: "burst", claim: "burst-1" });
    const instances = [
      ["i-1", "burst", "burst-2"],
      ["i-2", "other"],
    ] as const;
    assert.equal((await look(account([], instances), claim))[0]?.is, "gone");
    assert.equal((await look(account([], [["i-3", "burst"]]), claim))[0]?.is, "there");
    assert.equal((await look(account([], [["i-3", "burst", "burst-1"]]), claim))[0]?.is, "there");
  });
});
