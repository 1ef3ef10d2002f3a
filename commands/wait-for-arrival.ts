/** Watches an environment take a revision of the platform by itself. */
import { setTimeout as sleep } from "node:timers/promises";
import { UserError } from "../src/errors.ts";
import type { EnvironmentState } from "../src/flux/environment-state.ts";
import { describeFailure, FailureClock, lastingFailure, type FailureLimits } from "../src/flux/attempts.ts";
import { isDone, type Row } from "../src/flux/readiness.ts";
import { progressLine } from "../src/flux/readiness-report.ts";

export interface Arrival {
  readonly environment: string;
  /** `0.0.7@sha256:…` */
  readonly revision: string;
  readonly look: () => Promise<EnvironmentState>;
  readonly report: (line: string) => void;
  readonly limits?: ArrivalLimits;
}

/** For something that fails without anything else at work; in milliseconds, but for the attempts. */
interface ArrivalLimits extends FailureLimits {
  /** For all of it. */
  readonly timeout: number;
  /** Between two looks. */
  readonly pause: number;
}

const usual = { timeout: 15 * 60_000, attempts: 3, patience: 150_000, longest: 300_000, pause: 2_000 };

/**
 * Waits until the environment runs the revision and everything in it is ready, with a line for every step.
 *
 * @throws {UserError} if it does not, with what is in the way.
 */
export async function waitForArrival(arrival: Arrival): Promise<EnvironmentState> {
  const { environment, revision, look, report, limits = usual } = arrival;
  const started = Date.now();
  const clock = new FailureClock();
  let said = "";
  for (;;) {
    const state = await stateOrFault(look);
    const taken = typeof state !== "string" && state.running?.revision === revision;
    if (taken && state.healthy) return state;
    const line =
      typeof state === "string"
        ? `${environment} cannot be read: ${state}`
        : `${environment} ${taken ? "has taken" : `runs ${state.running?.version ?? "nothing"}, not yet`} ${revision.split("@")[0] ?? ""}: ${progressLine(state.rows)}`;
    if (line !== said) report(line);
    said = line;
    const failures = typeof state === "string" ? [] : clock.observe(state.rows, Date.now());
    const failure = lastingFailure(failures, limits);
    if (failure !== undefined || Date.now() - started >= limits.timeout) {
      const how =
        failure === undefined
          ? `is not there after ${minutes(limits.timeout)}`
          : `fails: ${describeFailure(failure)}`;
      throw new UserError([
        {
          what: `${environment}: ${revision} ${how}.`,
          remedy:
            "Look at it: npm run environments. What is wrong is mended by a change on main and the next version.",
        },
        ...(typeof state === "string" ? [] : state.rows.filter((row) => !isDone(row)).map(inTheWay)),
      ]);
    }
    await sleep(limits.pause);
  }
}

async function stateOrFault(look: Arrival["look"]): Promise<EnvironmentState | string> {
  try {
    return await look();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function inTheWay({ key, message }: Row): { what: string; remedy: string } {
  const [kind = "", name = ""] = key.split(" ");
  const [namespace = "", object = ""] = name.split("/");
  return {
    what: `${key}: ${message.replaceAll(/\s+/g, " ").trim()}`,
    remedy: `kubectl -n ${namespace} describe ${kind.toLowerCase()} ${object}`,
  };
}

function minutes(milliseconds: number): string {
  return `${Math.round(milliseconds / 60_000)} min`;
}
