/** How the stacks of a backend stand to Development and to each other: what each runs, and what an `up` would make of it. */
import { planEnvironment, type OtherStack } from "./environment-plan.ts";
import { UserError, type Mistake } from "./errors.ts";
import type { Exported } from "./exported.ts";
import type { Settings } from "./settings.ts";
import type { EnvironmentName } from "./stack-name.ts";
import { findRelease, supportOf, type Support } from "./versions/eks-releases.ts";
import { minorsAhead, parseMinor } from "./versions/minor.ts";
import { upgradeSteps } from "./versions/upgrade-steps.ts";

export interface AlignmentSource {
  readonly stack: string;
  readonly project: string;
  /** What its settings and its name came to; the mistakes where they came to nothing. */
  readonly known:
    | { readonly environment: EnvironmentName; readonly settings: Settings }
    | { readonly mistakes: readonly Mistake[] };
  readonly exported: Exported;
  /** Development as this stack's settings name it. */
  readonly development: OtherStack;
  /** The stack that it must not overtake; undefined for Development. */
  readonly leader: OtherStack | undefined;
}

export interface AlignmentRow {
  readonly stack: string;
  readonly kubernetesVersion: string | undefined;
  readonly nodeVersions: Readonly<Record<string, string>>;
  readonly addonVersions: Readonly<Record<string, string>>;
  /** ISO dates, as `EksRelease` has them. */
  readonly support: { readonly state: Support; readonly standardEnd?: string; readonly extendedEnd?: string };
  /** One line for each version that is not Development's. */
  readonly differs: readonly string[];
  /** What `pulumi up` would do about versions, in its order. */
  readonly steps: readonly string[];
  /** Why `pulumi up` would refuse. */
  readonly refusals: readonly Mistake[];
  readonly warnings: readonly string[];
}

export function alignmentRow(source: AlignmentSource, now: Date): AlignmentRow {
  const { stack, exported } = source;
  return {
    stack,
    kubernetesVersion: exported.kubernetesVersion,
    nodeVersions: exported.nodeVersions ?? {},
    addonVersions: exported.addonVersions ?? {},
    support: supportCell(exported.kubernetesVersion, now),
    differs: differences(source),
    ...nextUp(source, now),
  };
}

function supportCell(version: string | undefined, now: Date): AlignmentRow["support"] {
  const minor = parseMinor(version ?? "");
  const release = minor && findRelease(minor);
  if (minor === undefined || release === undefined) return { state: "unknown" };
  const { standardSupportEnd: standardEnd, extendedSupportEnd: extendedEnd } = release;
  return { state: supportOf(minor, now), standardEnd, extendedEnd };
}

function differences({ exported, development }: AlignmentSource): string[] {
  const [own, theirs] = [exported, development.exported];
  const [minor, theirMinor] = [
    parseMinor(own.kubernetesVersion ?? ""),
    parseMinor(theirs.kubernetesVersion ?? ""),
  ];
  if (minor === undefined || theirMinor === undefined) return [];
  const steps = minorsAhead(minor, theirMinor);
  const kubernetes =
    steps === 0
      ? []
      : [
          `kubernetes ${Math.abs(steps)} minor${Math.abs(steps) > 1 ? "s" : ""} ${steps > 0 ? "ahead" : "behind"}`,
        ];
  const addons = Object.entries(own.addonVersions ?? {}).flatMap(([name, version]) => {
    const their = theirs.addonVersions?.[name];
    return their === undefined || their === version ? [] : [`${name} ${version}, there ${their}`];
  });
  return [...kubernetes, ...addons];
}

function nextUp(source: AlignmentSource, now: Date): Pick<AlignmentRow, "steps" | "refusals" | "warnings"> {
  const { known, exported, development, leader } = source;
  if ("mistakes" in known) return { steps: [], refusals: known.mistakes, warnings: [] };
  try {
    const plan = planEnvironment({
      project: source.project,
      stack: source.stack,
      environment: known.environment,
      settings: known.settings,
      own: exported,
      development: known.environment === "sandbox" ? development : undefined,
      leader,
      now,
    });
    const steps = upgradeSteps(
      {
        kubernetesVersion: exported.kubernetesVersion,
        addonVersions: exported.addonVersions ?? {},
        nodeVersions: exported.nodeVersions ?? {},
      },
      {
        kubernetesVersion: plan.kubernetesVersion,
        addonVersions: plan.addonVersions,
        nodeVersions: Object.fromEntries(
          plan.nodeGroups.map((group) => [group.name, group.kubernetesVersion]),
        ),
      },
    );
    return { steps, refusals: [], warnings: plan.warnings };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { steps: [], refusals: error.mistakes, warnings: [] };
  }
}
