/** Kubernetes minors that EKS offers (endoflife-date/endoflife.date, 2026-08-22) and how a cluster moves between them. */
import type * as sdk from "@aws-sdk/client-eks";
import type { Operation } from "./context.ts";
import { invalidParameter } from "./faults.ts";

/** Extended support lasts 12 months more than standard support. Patch numbers and platform versions are illustrative. */
const table = [
  {
    minor: "1.36",
    standardEnd: "2027-08-02",
    extendedEnd: "2028-08-02",
    support: "STANDARD_SUPPORT",
    patch: "1.36.2",
  },
  {
    minor: "1.35",
    standardEnd: "2027-03-27",
    extendedEnd: "2028-03-27",
    support: "STANDARD_SUPPORT",
    patch: "1.35.6",
  },
  {
    minor: "1.34",
    standardEnd: "2026-12-02",
    extendedEnd: "2027-12-02",
    support: "STANDARD_SUPPORT",
    patch: "1.34.5",
  },
  {
    minor: "1.33",
    standardEnd: "2026-07-29",
    extendedEnd: "2027-07-29",
    support: "EXTENDED_SUPPORT",
    patch: "1.33.9",
  },
  {
    minor: "1.32",
    standardEnd: "2026-03-23",
    extendedEnd: "2027-03-23",
    support: "EXTENDED_SUPPORT",
    patch: "1.32.12",
  },
  {
    minor: "1.31",
    standardEnd: "2025-11-26",
    extendedEnd: "2026-11-26",
    support: "EXTENDED_SUPPORT",
    patch: "1.31.14",
  },
] as const;

export const defaultVersion = "1.35";

export const minors: readonly string[] = table.map((row) => row.minor);

/** The minor as a number, such as 35 for "1.35". */
export function minorNumber(version: string): number {
  return Number(version.split(".")[1]);
}

/** Throws InvalidParameterException for a version that EKS does not offer. */
export function checkOffered(version: string): void {
  if (!minors.includes(version)) throw invalidParameter("unsupported Kubernetes version");
}

/** Release of the node image for a minor, such as "1.35.6-20260815". */
export function nodeRelease(version: string): string {
  return `${table.find((row) => row.minor === version)?.patch ?? version}-20260815`;
}

export const describeClusterVersions: Operation<sdk.DescribeClusterVersionsCommandInput> = (_, input) => ({
  clusterVersions: table
    .filter(({ minor }) => input.clusterVersions?.includes(minor) ?? true)
    .filter(({ support }) => input.versionStatus === undefined || support === input.versionStatus)
    .filter(({ minor }) => input.defaultOnly !== true || minor === defaultVersion)
    .map(({ minor, standardEnd, extendedEnd, support, patch }) => ({
      clusterVersion: minor,
      clusterType: "eks",
      defaultPlatformVersion: "eks.5",
      defaultVersion: minor === defaultVersion,
      endOfStandardSupportDate: new Date(standardEnd),
      endOfExtendedSupportDate: new Date(extendedEnd),
      // The older member, which the SDKs call deprecated and AWS still sends.
      status: support.toLowerCase().replace("_", "-"),
      versionStatus: support,
      kubernetesPatchVersion: patch,
    })),
});
