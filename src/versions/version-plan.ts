/** What the rules look at: a stack as it runs and as it is to run, the stack in front of it, and the day. */
import type { Leader } from "./leaders.ts";
import type { Minor } from "./minor.ts";
import type { VersionHistory } from "./rollback.ts";

export interface NodeVersion {
  readonly nodeGroup: string;
  readonly wanted: Minor;
  /** Undefined for a node group that does not exist yet. */
  readonly running?: Minor | undefined;
}

export interface VersionPlan {
  readonly stack: string;
  readonly wanted: Minor;
  /** What the control plane runs now; undefined on a stack without a cluster. */
  readonly running?: Minor | undefined;
  readonly nodes: readonly NodeVersion[];
  /** Undefined for Development, and where the stack in front was never deployed. */
  readonly leader?: Leader | undefined;
  /** Where the control plane comes from; empty where that is not known. */
  readonly history?: VersionHistory | undefined;
  /** The setting `allowVersionRollback`. */
  readonly allowRollback?: boolean | undefined;
  readonly now: Date;
}

export function isoDay(date: Date): string {
  return date.toISOString().slice(0, 10);
}
