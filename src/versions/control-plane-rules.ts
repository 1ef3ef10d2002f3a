/** Where a control plane may go: what EKS offers, one minor at a time, and not past the stack in front. */
import type { Mistake } from "../errors.ts";
import { findRelease, offeredVersions, supportOf } from "./eks-releases.ts";
import { formatMinor, minorsAhead, minorsOn, nextMinor, type Minor } from "./minor.ts";
import { stepBackObstacle } from "./rollback.ts";
import { isoDay, type VersionPlan } from "./version-plan.ts";

/** The first reason against the step; undefined if it is allowed. Throws nothing. */
export function controlPlaneRefusal(plan: VersionPlan): Mistake | undefined {
  return unsupported(plan) ?? forbiddenStep(plan) ?? overtaking(plan);
}

/** The furthest that one `up` may take the control plane; undefined if it has to stay. */
export function nextAllowed({ running, leader, now }: VersionPlan): Minor | undefined {
  const offered = offeredVersions(now);
  const furthest = running ? nextMinor(running) : offered.at(-1);
  const limit = leader && minorsOn(leader.version, leader.mayBeAhead);
  if (furthest === undefined) return undefined;
  const step = limit && minorsAhead(furthest, limit) > 0 ? limit : furthest;
  if (running && minorsAhead(step, running) <= 0) return undefined;
  return offered.find((version) => minorsAhead(version, step) === 0);
}

function unsupported(plan: VersionPlan): Mistake | undefined {
  const { wanted, running, now } = plan;
  const support = supportOf(wanted, now);
  if (support === "standard" || support === "extended") return undefined;
  // A cluster that already runs it cannot be made to run it: the warning is enough.
  if (running !== undefined && minorsAhead(wanted, running) === 0) return undefined;
  const offered = offeredVersions(now);
  const range = `${minorText(offered[0])} to ${minorText(offered.at(-1))}`;
  const end = findRelease(wanted)?.extendedSupportEnd;
  const why = end === undefined ? "EKS does not offer it" : `its extended support ended on ${end}`;
  return refusal(plan, `${why}; on ${isoDay(now)} it offers ${range}.`);
}

function forbiddenStep(plan: VersionPlan): Mistake | undefined {
  const { wanted, running, history = {}, allowRollback = false, now } = plan;
  if (running === undefined) return undefined;
  const steps = minorsAhead(wanted, running);
  if (steps < 0) {
    const obstacle = stepBackObstacle({ running, wanted, history, allowed: allowRollback, now });
    return obstacle && refusal(plan, obstacle.what, obstacle.remedy ?? stayOrGoOn(plan, running));
  }
  if (steps <= 1) return undefined;
  const skipped = `it skips ${steps - 1} minor${steps > 2 ? "s" : ""}`;
  return refusal(plan, `${skipped}, and EKS upgrades a control plane one minor at a time.`);
}

function overtaking(plan: VersionPlan): Mistake | undefined {
  const { stack, wanted, running, leader } = plan;
  if (leader === undefined || minorsAhead(wanted, leader.version) <= leader.mayBeAhead) return undefined;
  // What is ahead already is not made better by a refusal of every `up`: there is a warning for it.
  if (running !== undefined && minorsAhead(wanted, running) <= 0) return undefined;
  const rule = leader.mayBeAhead === 0 ? "is never ahead of it" : "is at most one minor ahead of it";
  return refusal(plan, `${leader.stack} runs ${formatMinor(leader.version)}, and ${stack} ${rule}.`);
}

/** A stack that is further ahead of the one in front than it may be: that one has moved back, or was made later. */
export function overtakenWarning({ stack, wanted, running, leader }: VersionPlan): string[] {
  if (leader === undefined || running === undefined || minorsAhead(wanted, running) > 0) return [];
  const ahead = minorsAhead(wanted, leader.version);
  if (ahead <= leader.mayBeAhead) return [];
  return [
    `Kubernetes ${formatMinor(wanted)} of ${stack} is ${ahead} minor${ahead > 1 ? "s" : ""} ahead of ${leader.stack}, which runs ${formatMinor(leader.version)}: upgrade that one before anything else.`,
  ];
}

function refusal(plan: VersionPlan, why: string, remedy: string = nextStep(plan)): Mistake {
  const from = plan.running ? `from ${formatMinor(plan.running)} ` : "";
  return {
    what: `Kubernetes of ${plan.stack}: ${from}to ${formatMinor(plan.wanted)} is refused, because ${why}`,
    remedy,
  };
}

function nextStep(plan: VersionPlan): string {
  const { running, leader, now } = plan;
  const step = nextAllowed(plan);
  if (step !== undefined) {
    return `Next allowed step: pulumi config set kubernetesVersion ${formatMinor(step)}, then pulumi up.`;
  }
  const theirs = leader && nextMinor(leader.version);
  if (leader && theirs && isHeldBack(plan) && supportOf(theirs, now) !== "unknown") {
    return `Next allowed step: upgrade ${leader.stack} first, pulumi config set kubernetesVersion ${formatMinor(theirs)} --stack ${leader.stack}, then pulumi up --stack ${leader.stack}.`;
  }
  return `Stay at ${minorText(running)} until EKS offers a newer minor.`;
}

/** Whether it is the stack in front, and not EKS, that keeps this one where it is. */
function isHeldBack({ running, leader }: VersionPlan): boolean {
  return (
    leader !== undefined &&
    (running === undefined || minorsAhead(nextMinor(running), leader.version) > leader.mayBeAhead)
  );
}

function stayOrGoOn(plan: VersionPlan, running: Minor): string {
  const step = nextAllowed(plan);
  const on = step ? ` (or ${formatMinor(step)})` : "";
  return `Stay, or go ahead: pulumi config set kubernetesVersion ${formatMinor(running)}${on}; an older one needs a new stack.`;
}

function minorText(version: Minor | undefined): string {
  return version ? formatMinor(version) : "none";
}
