/**
 * Everything about a stack that is decided before AWS is asked: from its settings, what it exported when it
 * last ran, what Development exports, and the time.
 */
import { decidedAddonVersions, type AddonVersions } from "./addons.ts";
import { UserError } from "./errors.ts";
import { expiryDate, expiryWarning, isoDate } from "./expiry.ts";
import { exportedAddons, type Exported } from "./exported.ts";
import { planGitops, type GitopsPlan } from "./gitops-plan.ts";
import { namesOf, type Names } from "./names.ts";
import type { NodeGroupSettings, Settings } from "./settings.ts";
import type { EnvironmentName } from "./stack-name.ts";
import { tagsOf, type Tags } from "./tags.ts";
import { leads, type Leader } from "./versions/leaders.ts";
import { formatMinor, minorsAhead, parseMinor, type Minor } from "./versions/minor.ts";
import { nextHistory, type VersionHistory } from "./versions/rollback.ts";
import { checkVersions } from "./versions/upgrade-rules.ts";
import { needsDevelopment, resolveVersion } from "./versions/version-wish.ts";

/** Another stack as it can be read from here. */
export interface OtherStack {
  /** The full name, such as `organization/kubernetes-sdlc/development`. */
  readonly stack: string;
  readonly exported: Exported;
  /** Why it cannot be read, in words that follow its name: "does not exist". */
  readonly fault?: string | undefined;
}

/** The fault of a stack that nobody made. */
export const missingStack = "does not exist";

export interface PlanSources {
  readonly project: string;
  readonly stack: string;
  readonly environment: EnvironmentName;
  readonly settings: Settings;
  /** What this stack exported when it last ran; empty on a fresh stack. */
  readonly own: Exported;
  /** Undefined for a class that does not take its versions from Development. */
  readonly development: OtherStack | undefined;
  /** The stack that this one must not overtake; undefined for Development. */
  readonly leader?: OtherStack | undefined;
  readonly now: Date;
}

export interface PlannedNodeGroup extends NodeGroupSettings {
  /** Such as "1.35". */
  readonly kubernetesVersion: string;
}

export interface EnvironmentPlan {
  readonly stack: string;
  readonly environment: EnvironmentName;
  readonly settings: Settings;
  readonly names: Names;
  readonly tags: Tags;
  /** Such as "1.35". */
  readonly kubernetesVersion: string;
  readonly nodeGroups: readonly PlannedNodeGroup[];
  /** By add-on; an absent one is to be asked of AWS. */
  readonly addonVersions: AddonVersions;
  /** By name, or the number of those to be asked of AWS. */
  readonly availabilityZones: number | readonly string[];
  /** Undefined for a stack without Flux. */
  readonly gitops: GitopsPlan | undefined;
  /** Of the control plane, as it is after this run. */
  readonly kubernetesHistory: VersionHistory;
  /** ISO dates: the day of the first `up`, and the day after which the stack may be destroyed. */
  readonly createdOn: string;
  readonly expiry: string | undefined;
  /** One line each: what AWS allows, and a person should know. */
  readonly warnings: readonly string[];
}

/**
 * @throws {UserError} with every version that EKS would refuse, if a version needs a Development that is not there, and if
 *   a service does not run on the version.
 */
export function planEnvironment(sources: PlanSources): EnvironmentPlan {
  const { project, stack, environment, settings, own, development, leader, now } = sources;
  const names = namesOf(stack);
  const version = resolveVersion(
    settings.kubernetesVersion,
    development && {
      stack: development.stack,
      fault: development.fault,
      kubernetesVersion: development.exported.kubernetesVersion,
    },
  );
  const kubernetesVersion = formatMinor(version);
  const nodeGroups = settings.nodeGroups.map((group) => ({
    ...group,
    kubernetesVersion: group.kubernetesVersion ?? kubernetesVersion,
  }));

  const running = minorOf(own.kubernetesVersion);
  const history = own.kubernetesHistory ?? {};
  const verdict = checkVersions({
    stack,
    wanted: version,
    running,
    leader: leaderVersion(environment, leader),
    history,
    allowRollback: settings.allowVersionRollback,
    nodes: nodeGroups.map((group) => ({
      nodeGroup: group.name,
      wanted: minorOf(group.kubernetesVersion) ?? version,
      running: minorOf(own.nodeVersions?.[group.name]),
    })),
    now,
  });
  if (verdict.refusals.length > 0) throw new UserError(verdict.refusals);

  const gitops = planGitops({ stack, environment, settings, own, kubernetes: version });
  const createdOn = own.createdOn ?? isoDate(now);
  const expiry = expiryDate(settings.tags.expiry, createdOn);
  const expired = expiryWarning(stack, expiry, now);
  const { ticket, owner } = settings.tags;
  return {
    stack,
    environment,
    settings,
    names,
    tags: tagsOf({ project, stack, environment, ticket, owner, expiry }),
    kubernetesVersion,
    nodeGroups,
    addonVersions: decidedAddonVersions({
      kubernetesVersion,
      pinned: settings.addonVersions,
      own: exportedAddons(own),
      development: development && exportedAddons(development.exported),
      followsDevelopment: settings.kubernetesVersion === "development",
    }),
    availabilityZones: decidedZones(settings, own),
    gitops,
    kubernetesHistory: nextHistory(history, running, version, now),
    createdOn,
    expiry,
    warnings: [
      ...verdict.warnings,
      ...literalWarning(sources, version),
      ...leaderWarning(leader),
      ...(gitops?.warnings ?? []),
      ...(expired === undefined ? [] : [expired]),
    ],
  };
}

function leaderVersion(environment: EnvironmentName, leader: OtherStack | undefined): Leader | undefined {
  const version = minorOf(leader?.exported.kubernetesVersion);
  const lead = leads[environment];
  if (leader === undefined || version === undefined || lead === undefined) return undefined;
  return { stack: leader.stack, version, mayBeAhead: lead.mayBeAhead };
}

/** A stack in front that is not there holds nothing back; one that cannot be read might. */
function leaderWarning(leader: OtherStack | undefined): string[] {
  return leader?.fault === undefined || leader.fault === missingStack
    ? []
    : [`${leader.stack} ${leader.fault}: it was not checked whether this stack is ahead of it.`];
}

/** A sandbox that says its minor itself is left behind by Development without anybody's noticing. */
function literalWarning({ stack, settings, development }: PlanSources, version: Minor): string[] {
  const theirs = minorOf(development?.exported.kubernetesVersion);
  if (development === undefined || theirs === undefined || needsDevelopment(settings.kubernetesVersion))
    return [];
  return minorsAhead(version, theirs) >= 0
    ? []
    : [
        `Kubernetes ${formatMinor(version)} of ${stack} is behind ${development.stack}, which runs ${formatMinor(theirs)}. Realign it: pulumi config set kubernetesVersion development, then pulumi up.`,
      ];
}

/** A number of zones is turned into names once: a zone that AWS adds later must not move subnets. */
function decidedZones({ availabilityZones, region }: Settings, own: Exported): number | readonly string[] {
  if (typeof availabilityZones !== "number" || own.region !== region) return availabilityZones;
  const kept = own.availabilityZones ?? [];
  return kept.length >= availabilityZones ? kept.slice(0, availabilityZones) : availabilityZones;
}

function minorOf(text: string | undefined): Minor | undefined {
  return text === undefined ? undefined : parseMinor(text);
}
