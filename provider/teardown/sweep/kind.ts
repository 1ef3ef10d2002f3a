/** What a sweep knows of each type of object that it may delete. Of any other type it deletes nothing. */
import type { ThingInAws } from "../../../src/teardown/laws/aws.ts";
import type { Owner } from "./made-by-cluster.ts";
import type { AwsClients } from "../aws/clients.ts";
import type { Change } from "../aws/gate.ts";
import type { Look } from "./look.ts";

export interface SweepScope extends Owner {
  /** In which everything lies that lies in a VPC. */
  readonly vpcId: string;
}

/** Whether it can be deleted now. */
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

export interface Found {
  readonly kind: SweepKind;
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

/** Of each type; what changes something is described, and the gate sends it. @throws what AWS answers */
export interface SweepKind {
  /** Such as `ec2:security-group`. */
  readonly type: string;
  readonly noun: string;
  readonly plural: string;
  /** Of what is in no VPC, another cluster of the same name could be the owner. */
  readonly inVpc: boolean;
  find(look: Look): Promise<Found[]>;
  /** The same object at this moment; undefined if it is gone or not the cluster's. Absent for what only AWS can delete. */
  again?(aws: AwsClients, scope: SweepScope, id: string): Promise<Found | undefined>;
  /** What has to be changed elsewhere before it can go. */
  before?(aws: AwsClients, scope: SweepScope, id: string): Promise<readonly FirstChange[]>;
  deletion?(id: string): Change;
  /** Takes away the protection by which a person holds it. */
  unprotection?(id: string): Change;
  /** What a person does about the protection. */
  protectionRemedy?(id: string, region: string): string;
}

export const ready: Readiness = { state: "ready" };

export const waits = (what: string): Readiness => ({ state: "waits", for: what });
