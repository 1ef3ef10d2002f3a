/** Which stacks are past their day, how old they are and what they cost. */
import { isoDate } from "./expiry.ts";
import type { Exported } from "./exported.ts";
import { costOfDays, runningCost, type RunningStack } from "./cost/running-cost.ts";

export interface ExpirySource {
  readonly stack: string;
  readonly exported: Exported;
  readonly owner: string | undefined;
  readonly ticket: string | undefined;
  /** Undefined where the settings cannot be read: there is no price then. */
  readonly running: RunningStack | undefined;
}

export interface ExpiredStack {
  readonly stack: string;
  readonly owner: string | undefined;
  readonly ticket: string | undefined;
  /** ISO dates. */
  readonly createdOn: string | undefined;
  readonly expiry: string;
  readonly daysOld: number | undefined;
  readonly daysOver: number;
  /** US dollars, estimated. */
  readonly costPerMonth: number | undefined;
  readonly costSoFar: number | undefined;
  /** What the estimate does not have. */
  readonly without: readonly string[];
}

const millisecondsPerDay = 86_400_000;

/**
 * Those whose day is over, the longest over first. The day itself still counts, as everywhere; a stack without a day is
 * permanent.
 */
export function expiredStacks(sources: readonly ExpirySource[], now: Date): ExpiredStack[] {
  const today = isoDate(now);
  return sources
    .flatMap(({ exported, running, ...who }): ExpiredStack[] => {
      const { expiry, createdOn } = exported;
      if (expiry === undefined || expiry >= today) return [];
      const cost = running && runningCost(running, now);
      const daysOld = createdOn === undefined ? undefined : daysBetween(createdOn, today);
      return [
        {
          ...who,
          createdOn,
          expiry,
          daysOld,
          daysOver: daysBetween(expiry, today),
          costPerMonth: cost?.month,
          costSoFar: cost && daysOld !== undefined ? costOfDays(cost.month, daysOld) : undefined,
          without: cost?.without ?? [],
        },
      ];
    })
    .sort((a, b) => b.daysOver - a.daysOver || a.stack.localeCompare(b.stack, "en"));
}

function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / millisecondsPerDay);
}
