/** What every step of a drain works with. */
import type { ClusterDrainInputs } from "../resource-inputs.ts";
import type { OperatorChoices } from "../operator-choices.ts";
import type { ClusterApi } from "../../kubernetes/api.ts";
import type { Journal } from "../journal.ts";
import type { HeldInAws } from "./held-in-aws.ts";
import type { Watches } from "./watches.ts";

export interface DrainContext {
  readonly subject: Omit<ClusterDrainInputs, "kubeconfig" | "allowDestroy">;
  readonly choices: OperatorChoices;
  readonly api: ClusterApi;
  readonly watches: Watches;
  readonly aws: HeldInAws;
  readonly journal: Pick<Journal, "append">;
  /** Shows a passing line in the resource's row. */
  readonly status: (line: string) => void;
  readonly warn: (line: string) => void;
  readonly signal: AbortSignal;
}

/** Milliseconds without any progress after which something counts as stuck. */
export function deadline({ choices }: DrainContext): number {
  return choices.deadlineSeconds * 1000;
}

/** What is certain to be broken, such as a webhook without its service, needs no long wait. */
const longestBlocked = 20_000;

/** Milliseconds without any progress after which it is looked for. */
export function blockedAfter(context: DrainContext): number {
  return Math.min(longestBlocked, deadline(context));
}
