/**
 * Whether what an object held in AWS is still there: asked of AWS, by the id that Kubernetes knew, or by the exact tags with
 * which its controller marked it. A finalizer that was lifted proves nothing, and neither does silence: what was not asked for
 * is not known.
 */
import type { ExternalHolding } from "../../../src/teardown/external/holdings.ts";
import type { InventoryObject } from "../../../src/teardown/inventory/inventory.ts";
import { describeId } from "../../../src/teardown/inventory/object-id.ts";
import type { AwsThing } from "../../../src/teardown/receipt/events.ts";
import type { AwsClients } from "../aws/clients.ts";
import {
  findInstances,
  findPoolInstances,
  findSnapshots,
  findVolumes,
  keepWithTag,
  releaseWithTag,
} from "./held/ec2.ts";
import { findBalancers } from "./held/load-balancers.ts";

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
  look(held: readonly Held[]): Promise<readonly Answer[]>;
  /** Marks what stays on purpose, so that the sweep and the count see it. What is gone already is no failure. */
  keep(things: readonly KeptInAws[]): Promise<void>;
  /** Marks volumes that may go, right before their objects are deleted: no sweep deletes a volume without it. */
  release(volumeIds: readonly string[]): Promise<void>;
}

export interface AwsScope {
  readonly aws: AwsClients;
  readonly clusterName: string;
  readonly stackTag: { readonly key: string; readonly value: string };
}

export function heldInAws(scope: AwsScope): HeldInAws {
  return {
    look: async (held) => {
      const asked = new Map<Held, StillHeld[]>();
      const ask = async (
        which: (held: Held) => boolean,
        find: (scope: AwsScope, held: readonly Held[]) => Promise<readonly StillHeld[]>,
      ): Promise<void> => {
        const those = held.filter(which);
        const found = await find(scope, those);
        for (const one of those) asked.set(one, []);
        for (const still of found) asked.get(still.held)?.push(still);
      };
      await Promise.all([
        ask(hasId("volume", "vol-"), findVolumes),
        ask(hasId("snapshot", "snap-"), findSnapshots),
        ask(hasId("instances", "i-"), findInstances),
        ask(({ holding }) => holding.ask.by === "node-pool", findPoolInstances),
        ask(({ holding }) => holding.ask.by === "load-balancers", findBalancers),
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

function hasId(thing: ExternalHolding["thing"], prefix: string): (held: Held) => boolean {
  return ({ holding }) =>
    holding.ask.by === "id" && holding.thing === thing && holding.reference?.startsWith(prefix) === true;
}

export function whyNotKnown({ ask, reference = "" }: ExternalHolding): {
  readonly why: string;
  readonly look?: string;
} {
  if (ask.by !== "nobody") return { why: `nothing looks for ${reference === "" ? "it" : reference}` };
  return { why: ask.why, ...(ask.look !== undefined && { look: ask.look }) };
}

export function heldBecause({ object }: Held): string {
  return `held by ${describeId(object.id)}`;
}
