/** What a sweep knows of each type of object that it may delete. Of any other type it deletes nothing. */
import type { Owner } from "./made-by-cluster.ts";
import type { AwsClients } from "../aws/clients.ts";
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
  /** Nothing that this teardown does will ever let it go. */
  | { readonly state: "held"; readonly by: string; readonly remedy: string }
  | { readonly state: "kept"; readonly why: string };

export interface Found {
  readonly kind: SweepKind;
  readonly id: string;
  /** How it shows that the cluster made it. */
  readonly because: string;
  readonly readiness: Readiness;
}

/** @throws what AWS answers; `DeletionHeld` where a person has to decide. */
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
  delete?(aws: AwsClients, scope: SweepScope, id: string): Promise<void>;
  /** Takes away the protection by which a person holds it. */
  unprotect?(aws: AwsClients, id: string): Promise<void>;
  /** What a person does about the protection. */
  protectionRemedy?(id: string, region: string): string;
}

export const ready: Readiness = { state: "ready" };

export const waits = (what: string): Readiness => ({ state: "waits", for: what });
