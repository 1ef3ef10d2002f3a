/**
 * The tags on everything a stack makes. A sweep finds by them what a destroy left over, so their values are
 * compared whole: no stack's value is the beginning of another's.
 */
import type { EnvironmentName } from "./stack-name.ts";

export const tagKeys = {
  /** `<project>/<stack>`, such as `kubernetes-sdlc/sandbox-a`: the tag that says whose a resource is. */
  stack: "sdlc:stack",
  /** The class: sandbox, canary, development, staging or production. */
  environment: "sdlc:environment",
  /** The ticket the stack was made for. */
  ticket: "sdlc:ticket",
  /** The person or team that answers for it. */
  owner: "sdlc:owner",
  /** The day after which it may be destroyed: an ISO date, UTC. */
  expiry: "sdlc:expiry",
} as const;

export interface TagSource {
  readonly project: string;
  readonly stack: string;
  readonly environment: EnvironmentName;
  readonly ticket?: string | undefined;
  readonly owner?: string | undefined;
  readonly expiry?: string | undefined;
}

export type Tags = Readonly<Record<string, string>>;

/** The value of the tag `sdlc:stack`. */
export function stackTag(project: string, stack: string): string {
  return `${project}/${stack}`;
}

/** The tags of a stack; what it does not know (a permanent environment has no expiry) is left out. */
export function tagsOf(source: TagSource): Tags {
  const { project, stack, environment, ticket, owner, expiry } = source;
  return {
    [tagKeys.stack]: stackTag(project, stack),
    [tagKeys.environment]: environment,
    ...(ticket === undefined ? {} : { [tagKeys.ticket]: ticket }),
    ...(owner === undefined ? {} : { [tagKeys.owner]: owner }),
    ...(expiry === undefined ? {} : { [tagKeys.expiry]: expiry }),
  };
}

/**
 * On a volume or snapshot that stays after a destroy on purpose, with the reason as its value. The drain sets it, for it knows
 * what the cluster's objects say; the sweep and the count obey it.
 */
export const keptTag = "sdlc:kept";

/**
 * On a volume that may be deleted, with the stack's tag value as its own. The drain sets it right before it deletes the claim or
 * PersistentVolume whose reclaim policy says Delete: from then on the volume is lost in any case. Without it a sweep keeps a
 * volume, because only the cluster knows what is to be retained, and it may be gone before anybody asks.
 */
export const releasedTag = "sdlc:released";
