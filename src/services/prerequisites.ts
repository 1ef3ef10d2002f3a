/** What has to be true of a cluster before a service is installed in it, and what a person should know first. */
import type { Mistake } from "../errors.ts";
import { formatMinor, minorsAhead, parseMinor, type Minor } from "../versions/minor.ts";

export interface ServiceRequirements {
  /** The oldest Kubernetes minor that the chart installs on. */
  readonly oldestKubernetes: Minor;
  /** What its makers test, by the service's own minor (`2.21`), oldest and newest Kubernetes included. */
  readonly tested: Readonly<Record<string, readonly [oldest: Minor, newest: Minor]>>;
  /** API versions of Kubernetes that it uses, such as `autoscaling/v2`. */
  readonly apiVersions: readonly string[];
  /** API versions that it brings along itself. */
  readonly ownApiVersions: readonly string[];
}

export interface PrerequisiteRequest {
  readonly service: string;
  readonly version: string;
  readonly requirements: ServiceRequirements;
  readonly kubernetes: Minor;
  /** API versions that the cluster serves; undefined before there is one. */
  readonly served?: readonly string[] | undefined;
}

export interface PrerequisiteVerdict {
  readonly refusals: readonly Mistake[];
  /** One line each: what somebody should do something about. */
  readonly warnings: readonly string[];
  /** One line each: what holds for this version wherever it runs, and is worth knowing once. */
  readonly notes: readonly string[];
}

export function checkPrerequisites(request: PrerequisiteRequest): PrerequisiteVerdict {
  return {
    refusals: [...tooOld(request), ...notServed(request)],
    warnings: [...untested(request), ...unstable(request)],
    notes: ownUnstable(request),
  };
}

function tooOld({ service, version, requirements, kubernetes }: PrerequisiteRequest): Mistake[] {
  const { oldestKubernetes } = requirements;
  if (minorsAhead(kubernetes, oldestKubernetes) >= 0) return [];
  return [
    {
      what: `services.${service}: ${version} needs Kubernetes ${formatMinor(oldestKubernetes)} or newer, and the cluster has ${formatMinor(kubernetes)}.`,
      remedy: `Upgrade first, one minor at a time: pulumi config set kubernetesVersion ${formatMinor({ ...kubernetes, minor: kubernetes.minor + 1 })}`,
    },
  ];
}

function notServed({ service, version, requirements, served }: PrerequisiteRequest): Mistake[] {
  if (served === undefined) return [];
  const missing = requirements.apiVersions.filter((apiVersion) => !served.includes(apiVersion));
  if (missing.length === 0) return [];
  return [
    {
      what: `services.${service}: ${version} uses ${missing.join(", ")}, which the cluster does not serve.`,
      remedy: `Choose a version of ${service} for this Kubernetes: pulumi config set --path services.${service}.version <version>`,
    },
  ];
}

function untested({ service, version, requirements, kubernetes }: PrerequisiteRequest): string[] {
  const own = parseMinor(version);
  const range = own === undefined ? undefined : requirements.tested[formatMinor(own)];
  if (range === undefined) {
    return [
      `services.${service}: what Kubernetes ${version} is tested with is not known here; look it up before it is promoted.`,
    ];
  }
  const [oldest, newest] = range;
  if (minorsAhead(kubernetes, oldest) >= 0 && minorsAhead(newest, kubernetes) >= 0) return [];
  return [
    `services.${service}: ${version} is tested with Kubernetes ${formatMinor(oldest)} to ${formatMinor(newest)}, and the cluster has ${formatMinor(kubernetes)}.`,
  ];
}

/** Kubernetes drops a beta API two minors after its successor; before that the service has to be upgraded. */
function unstable({ service, version, requirements }: PrerequisiteRequest): string[] {
  const used = requirements.apiVersions.filter(isPreStable);
  if (used.length === 0) return [];
  return [`services.${service}: ${version} uses ${used.join(", ")}, which Kubernetes may drop with a minor.`];
}

function ownUnstable({ service, version, requirements }: PrerequisiteRequest): string[] {
  const own = requirements.ownApiVersions.filter(isPreStable);
  if (own.length === 0) return [];
  return [`services.${service}: ${version} brings ${own.join(", ")}, which its makers may still change.`];
}

function isPreStable(apiVersion: string): boolean {
  return /\/v\d+(alpha|beta)\d+$/.test(apiVersion);
}
