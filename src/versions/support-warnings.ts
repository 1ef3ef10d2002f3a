/** What the calendar of EKS says about a minor: with dates, and before they are over. */
import { findRelease, supportOf } from "./eks-releases.ts";
import { formatMinor } from "./minor.ts";
import type { VersionPlan } from "./version-plan.ts";

/** Days before the end of standard support from which on it is told: the time that an upgrade of all stacks takes. */
export const noticeDays = 60;

const millisecondsPerDay = 86_400_000;

export function supportWarnings({ stack, wanted, now }: VersionPlan): string[] {
  const release = findRelease(wanted);
  if (release === undefined) return [];
  const subject = `Kubernetes ${formatMinor(wanted)} of ${stack}`;
  const { standardSupportEnd, extendedSupportEnd } = release;
  switch (supportOf(wanted, now)) {
    case "standard": {
      const days = Math.ceil((Date.parse(standardSupportEnd) - now.getTime()) / millisecondsPerDay);
      return days > noticeDays
        ? []
        : [
            `${subject} leaves standard support on ${standardSupportEnd}: from then on AWS charges more for it per hour.`,
          ];
    }
    case "extended":
      return [
        `${subject} left standard support on ${standardSupportEnd}: AWS charges more for it per hour, and upgrades it by itself from ${extendedSupportEnd} on.`,
      ];
    case "ended":
      return [
        `${subject} left extended support on ${extendedSupportEnd}: AWS may upgrade the cluster at any time.`,
      ];
    case "unknown":
      return [];
  }
}
