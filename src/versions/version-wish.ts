/** From the setting `kubernetesVersion` to the minor it means. */
import { UserError } from "../errors.ts";
import { formatMinor, nextMinor, parseMinor, type Minor } from "./minor.ts";

/** `development` runs what Development runs, `next` one minor ahead of it; anything else is a literal, "1.35". */
export type VersionWish = string;

/** Development as a stack reference shows it. */
export interface DevelopmentVersion {
  /** The full name, such as `organization/kubernetes-sdlc/development`. */
  readonly stack: string;
  /** Why it cannot be read, in words that follow its name: "does not exist". */
  readonly fault?: string | undefined;
  /** Its output `kubernetesVersion`; undefined before its first successful `up`. */
  readonly kubernetesVersion?: string | undefined;
}

/** True if the minor depends on Development. */
export function needsDevelopment(wish: VersionWish): boolean {
  return wish === "development" || wish === "next";
}

/** @throws {UserError} if the wish depends on Development, and that does not exist or was never deployed. */
export function resolveVersion(wish: VersionWish, development: DevelopmentVersion | undefined): Minor {
  if (!needsDevelopment(wish)) {
    const literal = parseMinor(wish);
    if (literal) return literal;
    throw new UserError({
      what: `kubernetesVersion: ${JSON.stringify(wish)} is not a version.`,
      remedy: "Set development, next, or a minor: pulumi config set kubernetesVersion 1.35",
    });
  }
  const theirs = parseMinor(development?.kubernetesVersion ?? "");
  if (theirs === undefined) {
    const stack = development?.stack ?? "development";
    const fault = development?.fault ?? "has not been deployed yet";
    throw new UserError({
      what: `kubernetesVersion: "${wish}" needs the stack ${stack}, which ${fault}.`,
      remedy: `Deploy it (pulumi up --stack ${stack}), name another with the setting "development", or set a version: pulumi config set kubernetesVersion 1.35`,
    });
  }
  return wish === "next" ? nextMinor(theirs) : theirs;
}

/** "development (1.35)", "next (1.36, one ahead of Development)" or "1.35": for a summary. */
export function describeWish(wish: VersionWish, version: Minor): string {
  if (wish === "development") return `development (${formatMinor(version)})`;
  if (wish === "next") return `next (${formatMinor(version)}, one ahead of Development)`;
  return formatMinor(version);
}
