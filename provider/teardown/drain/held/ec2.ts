/** Volumes, snapshots and instances that objects of the cluster held. */
import * as ec2 from "@aws-sdk/client-ec2";
import { keptTag, releasedTag } from "../../../../src/tags.ts";
import { askInBatches, filterValues } from "../../../aws/in-batches.ts";
import { whileThere } from "../../../aws/gone.ts";
import { clusterTags, tagsOf, type Tags } from "../../../census/scope.ts";
import { heldBecause, type AwsScope, type Held, type KeptInAws, type StillHeld } from "../held-in-aws.ts";

/** Most that are tagged at once: AWS takes up to 1000, and recommends less. */
const taggedAtOnce = 100;
/** Most characters of a tag's value. */
const tagLength = 256;

export async function findVolumes(scope: AwsScope, held: readonly Held[]): Promise<StillHeld[]> {
  return byReference(scope, held, /^vol-/, async (client, ids) => {
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
  return byReference(scope, held, /^snap-/, async (client, ids) => {
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
  const pools = held.filter(({ object }) => object.detail.type === "node-pool");
  const [claimed, pooled] = await Promise.all([
    byReference(scope, held, /^i-/, (client, ids) =>
      liveInstances(client, [{ Name: "instance-id", Values: ids }]),
    ),
    poolInstances(scope, pools),
  ]);
  return [...claimed, ...pooled];
}

async function poolInstances(scope: AwsScope, pools: readonly Held[]): Promise<StillHeld[]> {
  if (pools.length === 0) return [];
  const found = await liveInstances(scope.aws.ec2, [
    { Name: "tag:karpenter.sh/nodepool", Values: pools.map(({ object }) => object.name) },
    { Name: `tag:kubernetes.io/cluster/${scope.clusterName}`, Values: ["owned"] },
  ]);
  return found.flatMap((instance) => {
    const pool = pools.find(({ object }) => object.name === instance.tags["karpenter.sh/nodepool"]);
    return pool === undefined ? [] : [stillHeld(scope, pool, instance)];
  });
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

async function byReference(
  scope: AwsScope,
  held: readonly Held[],
  pattern: RegExp,
  find: (client: ec2.EC2Client, ids: string[]) => Promise<Found[]>,
): Promise<StillHeld[]> {
  const byId = new Map<string, Held>();
  for (const one of held) {
    const { reference } = one.holding;
    if (reference !== undefined && pattern.test(reference)) byId.set(reference, one);
  }
  const ids = [...byId.keys()];
  const still: StillHeld[] = [];
  for (let start = 0; start < ids.length; start += filterValues) {
    for (const found of await find(scope.aws.ec2, ids.slice(start, start + filterValues))) {
      const one = byId.get(found.id);
      if (one !== undefined) still.push(stillHeld(scope, one, found));
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
