/**
 * What EKS would refuse about a Kubernetes version, what would put one environment ahead of the one it follows, and
 * what would pass but be charged for: found before anything is asked of AWS, where the same refusal comes minutes into
 * an update.
 */
import type { Mistake } from "../errors.ts";
import { controlPlaneRefusal, overtakenWarning } from "./control-plane-rules.ts";
import { minorsAhead } from "./minor.ts";
import { nodeRefusals } from "./node-rules.ts";
import { supportWarnings } from "./support-warnings.ts";
import type { VersionPlan } from "./version-plan.ts";

export interface VersionVerdict {
  readonly refusals: Mistake[];
  readonly warnings: string[];
}

/** Checks a stack's versions against each other, against the stack in front and against the calendar. Throws nothing. */
export function checkVersions(plan: VersionPlan): VersionVerdict {
  const step = controlPlaneRefusal(plan);
  const { wanted, running } = plan;
  // Where the control plane cannot go back at all, that its nodes would have to do so first is beside the point.
  const onlyStep = step !== undefined && running !== undefined && minorsAhead(wanted, running) < 0;
  return {
    refusals: [...(step ? [step] : []), ...(onlyStep ? [] : nodeRefusals(plan))],
    warnings: [...supportWarnings(plan), ...overtakenWarning(plan)],
  };
}
