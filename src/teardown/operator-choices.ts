/**
 * What an operator decides at the moment of a destroy. A plain destroy does not run the program, so it is read from the
 * environment when a deletion runs, and recorded in the receipt.
 */
import { UserError, type Mistake } from "../errors.ts";
import type { EnvironmentName } from "../stack-name.ts";

export interface OperatorChoices {
  /** `skip` leaves everything to Pulumi's own destroy. */
  readonly teardown: "run" | "skip";
  /** What to do about an object that is stuck: stop and say so, or remove what holds it, in sandboxes alone. */
  readonly onStuck: "stop" | "force";
  /** Seconds without any progress after which something counts as stuck. */
  readonly deadlineSeconds: number;
}

export const choiceVariables = {
  teardown: "SDLC_TEARDOWN",
  onStuck: "SDLC_TEARDOWN_ON_STUCK",
  deadline: "SDLC_TEARDOWN_DEADLINE",
} as const;

/** The AWS Load Balancer Controller and Karpenter try again within minutes; what rests for longer needs a person. */
const usualDeadlineSeconds = 600;
const longestDeadlineSeconds = 86_400;

/** @throws {UserError} with every variable that holds something else, and for `force` outside of a sandbox. */
export function readChoices(
  env: Readonly<Record<string, string | undefined>>,
  environment: EnvironmentName,
): OperatorChoices {
  const mistakes: Mistake[] = [];
  const oneOf = <T extends string>(name: string, values: readonly [T, ...T[]], usual: T): T => {
    const given = env[name] ?? "";
    const found = values.find((value) => value === given);
    if (found === undefined && given !== "") {
      mistakes.push({
        what: `${name}: given ${JSON.stringify(given)}, allowed are ${values.join(" and ")}.`,
        remedy: `export ${name}=${usual}, or unset it, which means the same.`,
      });
    }
    return found ?? usual;
  };
  const teardown = oneOf(choiceVariables.teardown, ["run", "skip"], "run");
  const onStuck = oneOf(choiceVariables.onStuck, ["stop", "force"], "stop");
  if (onStuck === "force" && environment !== "sandbox") {
    mistakes.push({
      what: `${choiceVariables.onStuck}: force is for sandboxes alone, and this stack is ${environment}.`,
      remedy: `unset ${choiceVariables.onStuck}; the destroy then stops and says what holds it.`,
    });
  }
  const deadlineSeconds = deadlineOf(env[choiceVariables.deadline], mistakes);
  if (mistakes.length > 0) throw new UserError(mistakes);
  return { teardown, onStuck, deadlineSeconds };
}

function deadlineOf(given: string | undefined, mistakes: Mistake[]): number {
  if (given === undefined || given === "") return usualDeadlineSeconds;
  const seconds = /^\d+$/.test(given) ? Number(given) : 0;
  if (seconds >= 1 && seconds <= longestDeadlineSeconds) return seconds;
  mistakes.push({
    what: `${choiceVariables.deadline}: given ${JSON.stringify(given)}, allowed are seconds from 1 to ${longestDeadlineSeconds}.`,
    remedy: `export ${choiceVariables.deadline}=${usualDeadlineSeconds}, or unset it, which means the same.`,
  });
  return usualDeadlineSeconds;
}
