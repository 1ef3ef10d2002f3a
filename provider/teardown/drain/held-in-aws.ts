/**
 * Whether what an object held in AWS is still there: asked of AWS, by the id that Kubernetes knew, or by the exact tags with
 * which its controller marked it. A finalizer that was lifted proves nothing.
 */
import type { ExternalHolding } from "../../../src/teardown/external-state.ts";
import type { InventoryObject } from "../../../src/teardown/inventory.ts";
import { describeId } from "../../../src/teardown/object-id.ts";
import type { AwsThing } from "../../../src/teardown/receipt/events.ts";
import type { AwsClients } from "../aws/clients.ts";
import { findInstances, findSnapshots, findVolumes, keepWithTag, releaseWithTag } from "./held/ec2.ts";
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

export interface HeldInAws {
  /** What of it is still there. @throws where AWS does not answer: that is never read as gone. */
  look(held: readonly Held[]): Promise<readonly StillHeld[]>;
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

/** Things of which AWS can be asked; of DNS records and of what other operators make, only their finalizers tell. */
const askable: readonly ExternalHolding["thing"][] = ["load-balancer", "volume", "snapshot", "instances"];

export function canBeAsked({ holding }: Held): boolean {
  return askable.includes(holding.thing);
}

export function heldInAws(scope: AwsScope): HeldInAws {
  return {
    look: async (held) => {
      const of = (thing: ExternalHolding["thing"]): Held[] =>
        held.filter(({ holding }) => holding.thing === thing);
      const found = await Promise.all([
        findVolumes(scope, of("volume")),
        findSnapshots(scope, of("snapshot")),
        findInstances(scope, of("instances")),
        findBalancers(scope, of("load-balancer")),
      ]);
      return found.flat();
    },
    keep: (things) => keepWithTag(scope, things),
    release: (volumeIds) => releaseWithTag(scope, volumeIds),
  };
}

export function heldBecause({ object }: Held): string {
  return `held by ${describeId(object.id)}`;
}
