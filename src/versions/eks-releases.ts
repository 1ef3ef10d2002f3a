/**
 * The Kubernetes minors that EKS offers, and until when.
 *
 * Dates of https://endoflife.date/amazon-eks as of 2026-08-22, which follow the EKS user guide's release
 * calendar. A minor leaves standard support at the start of one day, from which on it costs more per cluster
 * and hour, and extended support at the start of another, twelve months later; AWS then upgrades the cluster by itself. A new minor is added here, with its
 * date, when AWS announces it.
 */
import { formatMinor, parseMinor, type Minor } from "./minor.ts";

export interface EksRelease {
  /** Such as "1.35". */
  readonly version: string;
  /** The first day without standard support, and without extended support: ISO dates, UTC. Each begins at 00:00. */
  readonly standardSupportEnd: string;
  readonly extendedSupportEnd: string;
}

/** Oldest first, without a gap. */
export const eksReleases: readonly EksRelease[] = [
  { version: "1.31", standardSupportEnd: "2025-11-26", extendedSupportEnd: "2026-11-26" },
  { version: "1.32", standardSupportEnd: "2026-03-23", extendedSupportEnd: "2027-03-23" },
  { version: "1.33", standardSupportEnd: "2026-07-29", extendedSupportEnd: "2027-07-29" },
  { version: "1.34", standardSupportEnd: "2026-12-02", extendedSupportEnd: "2027-12-02" },
  { version: "1.35", standardSupportEnd: "2027-03-27", extendedSupportEnd: "2028-03-27" },
  { version: "1.36", standardSupportEnd: "2027-08-02", extendedSupportEnd: "2028-08-02" },
];

export type Support = "standard" | "extended" | "ended" | "unknown";

export function findRelease(version: Minor): EksRelease | undefined {
  return eksReleases.find((release) => release.version === formatMinor(version));
}

/** Which support AWS gives a minor on the day of `now` (UTC); "unknown" when this table has no such minor. */
export function supportOf(version: Minor, now: Date): Support {
  const release = findRelease(version);
  const today = now.toISOString().slice(0, 10);
  if (release === undefined) return "unknown";
  if (today < release.standardSupportEnd) return "standard";
  return today < release.extendedSupportEnd ? "extended" : "ended";
}

/** The minors a cluster can be made with on the day of `now`, oldest first. */
export function offeredVersions(now: Date): Minor[] {
  return eksReleases
    .map((release) => parseMinor(release.version))
    .filter((version) => version !== undefined)
    .filter((version) => supportOf(version, now) !== "ended");
}
