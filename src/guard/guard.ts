/** Judges a change to a GitOps repository: every reason to refuse it, at once. */
import type { Change } from "./change.ts";
import { sortFindings, type Finding } from "./finding.ts";
import { applicationScalingRule } from "./rules/application-scaling.ts";
import { bootstrapFilesRule } from "./rules/bootstrap-files.ts";
import { followedBranchRule } from "./rules/followed-branch.ts";
import { lowerVersionRule } from "./rules/lower-version.ts";
import { pinnedProductionRule } from "./rules/pinned-production.ts";
import { readableRule } from "./rules/readable.ts";
import type { Rule } from "./rules/rule.ts";
import { sandboxDirectoriesRule } from "./rules/sandbox-directories.ts";

const rules: readonly Rule[] = [
  readableRule,
  bootstrapFilesRule,
  sandboxDirectoriesRule,
  followedBranchRule,
  pinnedProductionRule,
  lowerVersionRule,
  applicationScalingRule,
];

/** Empty for a change that may go to its target. */
export function judge(change: Change): Finding[] {
  return sortFindings(rules.flatMap((rule) => rule(change)));
}
