/** Which version a release of the platform may have. */
import semver from "semver";
import { UserError, type Mistake } from "../errors.ts";

export interface ReleaseWish {
  readonly version: string;
  /** Tags that are in the registry. */
  readonly published: readonly string[];
  /** What Staging follows; undefined where it names a tag. */
  readonly range: string | undefined;
}

/**
 * Why Staging would never take this version by itself; undefined if it will.
 *
 * It takes the highest version in its range, pre-releases only where the range names one (source-controller, OCIRepository
 * `ref.semver`).
 */
export function notTaken({ version, published, range }: ReleaseWish): Mistake | undefined {
  const next = nextVersion(published, range);
  const remedy = `Publish the next one: npm run publish-artifact -- ${next}`;
  if (range === undefined) {
    return {
      what: "clusters/staging: names no ref.semver, so that Staging takes nothing by itself.",
      remedy: "Write a range such as 0.0.x there; --no-wait publishes without it.",
    };
  }
  if (!semver.satisfies(version, range)) {
    return { what: `${version}: is outside ${range}, which is what Staging follows.`, remedy };
  }
  const highest = semver.maxSatisfying(versionsIn(published), range);
  if (highest === null || semver.gte(version, highest)) return undefined;
  return { what: `${version}: is below ${highest}, which Staging runs already.`, remedy };
}

/** @throws {UserError} if it is no exact version, or none that can be a tag. */
export function checkReleaseVersion(version: string): void {
  if (semver.valid(version) === version && !version.includes("+")) return;
  throw new UserError({
    what: `${version}: is no version of a release; allowed is one such as 0.0.7, without v and without build.`,
    remedy: "npm run publish-artifact -- 0.0.7",
  });
}

function nextVersion(published: readonly string[], range: string | undefined): string {
  const inRange = range === undefined ? null : semver.maxSatisfying(versionsIn(published), range);
  if (inRange !== null) return semver.inc(inRange, "patch") ?? inRange;
  const lowest = range === undefined ? null : semver.minVersion(range);
  return lowest === null ? "0.0.1" : lowest.version === "0.0.0" ? "0.0.1" : lowest.version;
}

function versionsIn(tags: readonly string[]): string[] {
  return tags.filter((tag) => semver.valid(tag) !== null);
}
