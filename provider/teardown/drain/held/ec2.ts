/** Volumes, snapshots and instances that objects of the cluster held. */
import * as ec2 from "@aws-sdk/client-ec2";
import { append } from "../../../../src/multimap.ts";
import { keptTag, releasedTag } from "../../../../src/tags.ts";
import { askInBatches, batchesOf, filterValues } from "../../../aws/in-batches.ts";
import { whileThere } from "../../../aws/gone.ts";
import { clusterTags, tagsOf, type Tags } from "../../../census/scope.ts";
import { heldBecause, type AwsScope, type Held, type KeptInAws, type StillHeld } from "../held-in-aws.ts";

/** Most that are tagged at once: AWS takes up to 1000, and recommends less. */
const taggedAtOnce = 100;
/** Most characters of a tag's value. */
const tagLength = 256;

export async function findVolumes(scope: AwsScope, held: readonly Held[]): Promise<StillHeld[]> {
  return byId(scope, held, async (client, ids) => {
    const found: Found[] = [];
    const input = { Filters: [{ Name: "volume-id", Values: ids }] };
    for await (const page of ec2.paginateDescribeVolumes({ client }, input)) {
      for (const { VolumeId: id = "", State: state = "", Tags } of page.Volumes ?? []) {
        if (state !== "deleted") found.push({ type: "ec2:volume", id, state, tags: tagsOf(Tags) });
      }
    }
    return found;
  });
}

export async function findSnapshots(scope: AwsScope, held: readonly Held[]): Promise<StillHeld[]> {
  return byId(scope, held, async (client, ids) => {
    const found: Found[] = [];
    const input = { Filters: [{ Name: "snapshot-id", Values: ids }], OwnerIds: ["self"] };
    for await (const page of ec2.paginateDescribeSnapshots({ client }, input)) {
      for (const { SnapshotId: id = "", State: state = "", Tags } of page.Snapshots ?? []) {
        found.push({ type: "ec2:snapshot", id, state, tags: tagsOf(Tags) });
      }
    }
    return found;
  });
}

/** An instance that is shutting down still has its interface, which holds subnet and groups. */
export async function findInstances(scope: AwsScope, held: readonly Held[]): Promise<StillHeld[]> {
  return byId(scope, held, (client, ids) => liveInstances(client, [{ Name: "instance-id", Values: ids }]));
}

/** Of pools, and of claims of which only the pool is known. */
export async function findPoolInstances(scope: AwsScope, held: readonly Held[]): Promise<StillHeld[]> {
  const pools = new Set(
    held.flatMap(({ holding }) => (holding.ask.by === "node-pool" ? holding.ask.pool : [])),
  );
  const found: Found[] = [];
  for (const names of batchesOf([...pools], filterValues)) {
    const filters = [
      { Name: "tag:karpenter.sh/nodepool", Values: names },
      { Name: `tag:kubernetes.io/cluster/${scope.clusterName}`, Values: ["owned"] },
    ];
    found.push(...(await liveInstances(scope.aws.ec2, filters)));
  }
  return held.flatMap((one) =>
    found.filter(({ tags }) => isOf(one, tags)).map((instance) => stillHeld(scope, one, instance)),
  );
}

function isOf({ holding: { ask } }: Held, tags: Tags): boolean {
  if (ask.by !== "node-pool" || tags["karpenter.sh/nodepool"] !== ask.pool) return false;
  const claim = tags["karpenter.sh/nodeclaim"];
  return ask.claim === undefined || claim === undefined || claim === ask.claim;
}

/** So that nobody takes it for something left over. */
export async function keepWithTag({ aws }: AwsScope, things: readonly KeptInAws[]): Promise<void> {
  for (const { id, why } of things.filter((thing) => /^(vol|snap)-/.test(thing.id))) {
    const Tags = [{ Key: keptTag, Value: why.slice(0, tagLength) }];
    await whileThere(aws.ec2.send(new ec2.CreateTagsCommand({ Resources: [id], Tags })));
  }
}

export async function releaseWithTag(
  { aws, stackTag }: AwsScope,
  volumeIds: readonly string[],
): Promise<void> {
  const Tags = [{ Key: releasedTag, Value: stackTag.value }];
  await askInBatches(volumeIds, taggedAtOnce, async (Resources) => {
    await aws.ec2.send(new ec2.CreateTagsCommand({ Resources, Tags }));
    return [];
  });
}

interface Found {
  readonly type: string;
  readonly id: string;
  readonly state: string;
  readonly tags: Tags;
}

/** @param held of which each has an id of the kind for its reference; several may hold one thing. */
async function byId(
  scope: AwsScope,
  held: readonly Held[],
  find: (client: ec2.EC2Client, ids: string[]) => Promise<Found[]>,
): Promise<StillHeld[]> {
  const holders = new Map<string, Held[]>();
  for (const one of held) append(holders, one.holding.reference ?? "", one);
  const still: StillHeld[] = [];
  for (const ids of batchesOf([...holders.keys()], filterValues)) {
    for (const found of await find(scope.aws.ec2, ids)) {
      for (const one of holders.get(found.id) ?? []) still.push(stillHeld(scope, one, found));
    }
  }
  return still;
}

async function liveInstances(client: ec2.EC2Client, Filters: ec2.Filter[]): Promise<Found[]> {
  const found: Found[] = [];
  for await (const page of ec2.paginateDescribeInstances({ client }, { Filters })) {
    for (const instance of (page.Reservations ?? []).flatMap(({ Instances }) => Instances ?? [])) {
      const { InstanceId: id = "", State, Tags } = instance;
      if (State?.Name === "terminated") continue;
      found.push({ type: "ec2:instance", id, state: State?.Name ?? "", tags: tagsOf(Tags) });
    }
  }
  return found;
}

function stillHeld({ clusterName }: AwsScope, held: Held, { type, id, state, tags }: Found): StillHeld {
  const tag = clusterTags(clusterName).find(([key, value]) => tags[key] === value);
  return {
    held,
    thing: { type, id, because: heldBecause(held) },
    state,
    ownership: tag && `${tag[0]}=${tag[1]}`,
  };
}
