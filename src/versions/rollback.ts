/**
 * One step back: EKS takes a control plane to the minor it came from, within seven days of its upgrade, never behind the
 * minor it was made with, and only when no node is newer (EKS user guide, "Roll back a cluster"; since 2026-07-01).
 */
import type { Mistake } from "../errors.ts";
import { formatMinor, minorsAhead, nextMinor, parseMinor, type Minor } from "./minor.ts";

/** Days after an upgrade in which EKS goes back. */
export const rollbackDays = 7;

const millisecondsPerDay = 86_400_000;

/** What a stack remembers of its control plane: AWS tells of a cluster only what it runs now. */
export interface VersionHistory {
  /** The minor it was made with, such as "1.34"; undefined where a program that did not record it made it. */
  readonly createdWith?: string | undefined;
  /** Its last upgrade, as long as it was not taken back. */
  readonly upgradedFrom?: string | undefined;
  /** When that began, as an ISO time. */
  readonly upgradedAt?: string | undefined;
}

/** The history after an `up` that takes the control plane from `running` to `wanted`. */
export function nextHistory(
  history: VersionHistory,
  running: Minor | undefined,
  wanted: Minor,
  now: Date,
): VersionHistory {
  if (running === undefined) return { createdWith: formatMinor(wanted) };
  const steps = minorsAhead(wanted, running);
  if (steps === 0) return history;
  const { createdWith } = history;
  return steps > 0
    ? { createdWith, upgradedFrom: formatMinor(running), upgradedAt: now.toISOString() }
    : { createdWith };
}

export interface StepBack {
  readonly running: Minor;
  readonly wanted: Minor;
  readonly history: VersionHistory;
  /** The setting `allowVersionRollback`. */
  readonly allowed: boolean;
  readonly now: Date;
}

/**
 * Why a control plane cannot go back; undefined if it can.
 *
 * @returns `what` reads on after "is refused, because"; a remedy only where there is another one than to stay.
 */
export function stepBackObstacle(step: StepBack): (Pick<Mistake, "what"> & Partial<Mistake>) | undefined {
  const { running, wanted, history, allowed, now } = step;
  const steps = minorsAhead(running, wanted);
  if (steps > 1) return { what: `it goes ${steps} minors back, and EKS goes back by one at most.` };
  if (history.createdWith === formatMinor(running)) {
    return {
      what: `the cluster was made with ${formatMinor(running)}, and EKS never goes back behind that.`,
    };
  }
  const until = rollbackUntil(history);
  if (until === undefined || !cameFrom(history, wanted)) {
    return {
      what: `no upgrade from ${formatMinor(wanted)} is known of it, and EKS goes back only after one.`,
    };
  }
  if (now.getTime() > until.getTime()) {
    return {
      what: `its upgrade was on ${day(new Date(history.upgradedAt ?? ""))}, and EKS goes back within ${rollbackDays} days of it.`,
    };
  }
  if (!allowed) {
    return {
      what: `it is a step back, and the setting allowVersionRollback is false; EKS would do it until ${day(until)}.`,
      remedy: `To go back: pulumi config set allowVersionRollback true, then pulumi up. To stay: pulumi config set kubernetesVersion ${formatMinor(nextMinor(wanted))}.`,
    };
  }
  return undefined;
}

/** Until when EKS takes the last upgrade back; undefined if there was none. */
export function rollbackUntil({ upgradedAt }: VersionHistory): Date | undefined {
  const time = Date.parse(upgradedAt ?? "");
  return Number.isNaN(time) ? undefined : new Date(time + rollbackDays * millisecondsPerDay);
}

function cameFrom({ upgradedFrom }: VersionHistory, wanted: Minor): boolean {
  const from = parseMinor(upgradedFrom ?? "");
  return from !== undefined && minorsAhead(from, wanted) === 0;
}

function day(date: Date): string {
  return date.toISOString().slice(0, 10);
}
