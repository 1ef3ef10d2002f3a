/**
 * Whether what an object held in AWS is still there: asked of AWS, by the id that Kubernetes knew, or by the exact tags with
 * which its controller marked it. A finalizer that was lifted proves nothing, and neither does silence: what was not asked for
 * is not known.
 */
import { CreateTagsCommand } from "@aws-sdk/client-ec2";
import type { AwsClients } from "../../aws/clients.ts";
import type { NamedThing, Thing } from "../../aws/kind.ts";
import { awsKinds } from "../../aws/kinds.ts";
import { instancesOfPools } from "../../aws/kinds/instances.ts";
import { clusterTagOf, type Owner } from "../../aws/ownership.ts";
import { askInBatches } from "../../aws/paging.ts";
import { whileThere } from "../../aws/refusals.ts";
import { keptTag, releasedTag, type Tags } from "../../tags.ts";
import type { ExternalHolding } from "../external/holdings.ts";
import type { InventoryObject } from "../inventory/inventory.ts";
import { append } from "../../multimap.ts";
import { describeId } from "../inventory/object-id.ts";
import type { AwsThing } from "../receipt/events.ts";
import { heldBalancers } from "./held-balancers.ts";

export interface Held {
  readonly object: InventoryObject;
  readonly holding: ExternalHolding;
}

export interface StillHeld {
  readonly held: Held;
  readonly thing: AwsThing;
  /** What AWS says of it: `in-use`, `shutting-down`. */
  readonly state: string;
  /** The exact tag by which the sweep would find it; undefined where it has none. */
  readonly ownership: string | undefined;
}

export interface KeptInAws {
  /** `vol-…`, `snap-…`. */
  readonly id: string;
  readonly why: string;
}

/** Of one holding. `gone` was asked for, and is not there. */
export type Answer = { readonly held: Held } & (
  | { readonly is: "there"; readonly things: readonly [StillHeld, ...StillHeld[]] }
  | { readonly is: "gone" }
  | { readonly is: "not-known"; readonly why: string; readonly look?: string }
);

export interface HeldInAws {
  /** One answer for each, in their order. @throws where AWS does not answer: that is never read as gone. */
  ask(held: readonly Held[]): Promise<readonly Answer[]>;
  /** Marks what stays on purpose, so that the sweep and the count see it. What is gone already is no failure. */
  keep(things: readonly KeptInAws[]): Promise<void>;
  /** Marks volumes that may go, right before their objects are deleted: no sweep deletes a volume without it. */
  release(volumeIds: readonly string[]): Promise<void>;
}

export interface AwsScope extends Owner {
  readonly aws: AwsClients;
}

export function heldInAws(scope: AwsScope): HeldInAws {
  return {
    ask: async (held) => {
      const asked = new Map<Held, StillHeld[]>();
      const ask = async (
        which: (held: Held) => boolean,
        find: (those: readonly Held[]) => Promise<readonly StillHeld[]>,
      ): Promise<void> => {
        const those = held.filter(which);
        const found = await find(those);
        for (const one of those) asked.set(one, []);
        for (const still of found) asked.get(still.held)?.push(still);
      };
      await Promise.all([
        ...awsKinds.flatMap(({ named }) =>
          named === undefined ? [] : [ask(hasId(named), (those) => byId(scope, named, those))],
        ),
        ask(
          ({ holding }) => holding.ask.by === "node-pool",
          (those) => ofPools(scope, those),
        ),
        ask(
          ({ holding }) => holding.ask.by === "load-balancers",
          (those) => heldBalancers(scope, those),
        ),
      ]);
      return held.map((one) => answerOf(one, asked.get(one)));
    },
    keep: (things) => keepWithTag(scope, things),
    release: (volumeIds) => releaseWithTag(scope, volumeIds),
  };
}

/** @param found undefined for what none of the questions was about. */
function answerOf(held: Held, found: readonly StillHeld[] | undefined): Answer {
  if (found === undefined) return { held, is: "not-known", ...whyNotKnown(held.holding) };
  const [first, ...more] = found;
  return first === undefined ? { held, is: "gone" } : { held, is: "there", things: [first, ...more] };
}

function hasId({ holding: thing, prefix }: NamedThing): (held: Held) => boolean {
  return ({ holding }) =>
    holding.ask.by === "id" && holding.thing === thing && holding.reference?.startsWith(prefix) === true;
}

/** Several may hold one thing: each of them still has it. */
async function byId(scope: AwsScope, named: NamedThing, held: readonly Held[]): Promise<StillHeld[]> {
  const holders = new Map<string, Held[]>();
  for (const one of held) append(holders, one.holding.reference ?? "", one);
  const found = await named.byIds(scope.aws, [...holders.keys()]);
  return found.flatMap((thing) => (holders.get(thing.id) ?? []).map((one) => stillHeld(scope, one, thing)));
}

/** Of pools, and of claims of which only the pool is known. */
async function ofPools(scope: AwsScope, held: readonly Held[]): Promise<StillHeld[]> {
  const pools = new Set(held.flatMap(({ holding: { ask } }) => (ask.by === "node-pool" ? [ask.pool] : [])));
  const found = await instancesOfPools(scope.aws, scope.clusterName, [...pools]);
  return held.flatMap((one) =>
    found.filter(({ tags }) => isOf(one, tags)).map((thing) => stillHeld(scope, one, thing)),
  );
}

function isOf({ holding: { ask } }: Held, tags: Tags): boolean {
  if (ask.by !== "node-pool" || tags["karpenter.sh/nodepool"] !== ask.pool) return false;
  const claim = tags["karpenter.sh/nodeclaim"];
  return ask.claim === undefined || claim === undefined || claim === ask.claim;
}

export function stillHeld({ clusterName }: Owner, held: Held, { type, id, state, tags }: Thing): StillHeld {
  const because = `held by ${describeId(held.object.id)}`;
  return { held, thing: { type, id, because }, state, ownership: clusterTagOf(clusterName, tags) };
}

/** Most that are tagged at once: AWS takes up to 1000, and recommends less. */
const taggedAtOnce = 100;
/** Most characters of a tag's value. */
const tagLength = 256;

/** So that nobody takes it for something left over. */
async function keepWithTag({ aws }: AwsScope, things: readonly KeptInAws[]): Promise<void> {
  for (const { id, why } of things.filter((thing) => /^(vol|snap)-/.test(thing.id))) {
    const Tags = [{ Key: keptTag, Value: why.slice(0, tagLength) }];
    await whileThere(aws.ec2.send(new CreateTagsCommand({ Resources: [id], Tags })));
  }
}

async function releaseWithTag({ aws, stackTag }: AwsScope, volumeIds: readonly string[]): Promise<void> {
  const Tags = [{ Key: releasedTag, Value: stackTag.value }];
  await askInBatches(volumeIds, taggedAtOnce, async (Resources) => {
    await aws.ec2.send(new CreateTagsCommand({ Resources, Tags }));
    return [];
  });
}

export function whyNotKnown({ ask, reference = "" }: ExternalHolding): {
  readonly why: string;
  readonly look?: string;
} {
  if (ask.by !== "nobody") return { why: `nothing looks for ${reference === "" ? "it" : reference}` };
  return { why: ask.why, ...(ask.look !== undefined && { look: ask.look }) };
}
