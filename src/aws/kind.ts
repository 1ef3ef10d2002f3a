/**
 * What the program knows of a kind of thing that a cluster or its stack may leave in AWS: how it is found, why it is the stack's,
 * what holds it and how it goes. Whether it may go the law says (`src/teardown/laws/`), which knows nothing of this table.
 */
import type { ExternalThing } from "../teardown/external/holdings.ts";
import type { ThingInAws } from "../teardown/laws/aws.ts";
import type { AwsClients } from "./clients.ts";
import type { Change } from "./gate.ts";
import type { Owner } from "./ownership.ts";
import type { AccountView } from "./view.ts";

/** As AWS shows it at one moment. */
export interface Thing extends ThingInAws {
  /** In AWS's own word, such as `in-use`; `there` where it has none. */
  readonly state: string;
  /** AWS goes on listing it for a while, although it is gone. */
  readonly gone?: boolean;
}

/** A thing of the stack. */
export interface Counted {
  readonly type: string;
  readonly id: string;
  /** How it shows that it is the stack's. */
  readonly because: string;
  /** Why it stays on purpose; absent for what is left over. */
  readonly kept?: string;
  /** What AWS shows of it, where the law of the destroy has a say. */
  readonly shown?: ThingInAws;
}

/** Whether a sweep can delete a thing now. */
export type Readiness =
  | { readonly state: "ready" }
  /** It goes by itself, or can be deleted once something else is gone. */
  | { readonly state: "waits"; readonly for: string }
  /** Nothing that this teardown may do will ever let it go, and it holds the VPC. */
  | { readonly state: "held"; readonly by: string; readonly remedy: string }
  /** The law forbids its deletion. */
  | { readonly state: "kept"; readonly why: string }
  /** The law forbids its deletion, and it may still go with the instance that has it. */
  | { readonly state: "left-to-instance" };

export const ready: Readiness = { state: "ready" };

export const waits = (what: string): Readiness => ({ state: "waits", for: what });

export interface SweepScope extends Owner {
  /** In which everything lies that lies in a VPC. */
  readonly vpcId: string;
}

/** What a sweep has found. */
export interface Found {
  readonly kind: SweptKind;
  readonly id: string;
  /** How it shows that the cluster made it. */
  readonly because: string;
  readonly readiness: Readiness;
  /** What AWS shows of it, for the gate. */
  readonly shown: ThingInAws;
}

/** A change of another thing than the one that is to go, such as of a group whose rule refers to it. */
export interface FirstChange {
  readonly shown: ThingInAws;
  readonly change: Change;
}

/** A thing that objects of a cluster name by its id, such as a PersistentVolume its volume. */
export interface NamedThing {
  /** What the object holds, in the words of the inventory. */
  readonly holding: ExternalThing;
  /** How the ids begin. */
  readonly prefix: string;
  /** What is there of these ids. @throws what AWS answers */
  byIds(aws: AwsClients, ids: readonly string[]): Promise<readonly Thing[]>;
}

export interface AwsKind {
  /** Such as `ec2:security-group`. */
  readonly type: string;
  readonly noun: string;
  readonly plural: string;
  /** By what it is found, for people: a part of a sentence. */
  readonly found: string;
  /** What AWS refuses its deletion for, for people. */
  readonly heldBy?: string;
  /** All of it that is the stack's; absent where another kind counts it. @throws what AWS answers */
  count?(view: AccountView): Promise<readonly Counted[]>;
  /** How objects of a cluster name it; absent where none does. */
  readonly named?: NamedThing;
}

/** A kind of which a sweep deletes what the cluster made, or waits until AWS has. Of any other kind it deletes nothing. */
export interface SweptKind extends AwsKind {
  /** Of what is in no VPC, another cluster of the same name could be the owner. */
  readonly inVpc: boolean;
  /** What the cluster made. @throws what AWS answers */
  find(view: AccountView): Promise<readonly Found[]>;
  /** The same thing at this moment; undefined if it is gone or not the cluster's. Absent for what only AWS can delete. */
  again?(aws: AwsClients, scope: SweepScope, id: string): Promise<Found | undefined>;
  /** What has to be changed elsewhere before it can go. */
  before?(aws: AwsClients, scope: SweepScope, id: string): Promise<readonly FirstChange[]>;
  /** Described here, and sent by the gate. */
  deletion?(id: string): Change;
  /** Takes away the protection by which a person holds it. */
  unprotection?(id: string): Change;
  /** What a person does about the protection. */
  protectionRemedy?(id: string, region: string): string;
  /** A command that shows it, or what holds it, without its region. */
  commandToShow?(id: string): string;
}

export const isSwept = (kind: AwsKind): kind is SweptKind => "find" in kind;
