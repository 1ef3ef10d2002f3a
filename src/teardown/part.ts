/** What the parts of a teardown have in common: their choices, and their lines in the journal. */
import type { TeardownSubject } from "./resource-inputs.ts";
import { readChoices, type OperatorChoices } from "./operator-choices.ts";
import type { TeardownPart } from "./receipt/events.ts";
import { Interrupted } from "../plugin/failures.ts";
import { Journal, reportsFolder } from "./journal.ts";

export interface PartAtWork {
  readonly choices: OperatorChoices;
  readonly journal: Journal;
}

/**
 * Runs a part between its `started` and its `ended`, whatever it ends with.
 *
 * @param warn is told where the journal cannot be kept.
 */
export async function asPart(
  part: TeardownPart,
  { stack, clusterName, environment }: TeardownSubject,
  work: (at: PartAtWork) => Promise<void>,
  warn: (line: string) => void,
): Promise<void> {
  const choices = readChoices(process.env, environment);
  const journal = new Journal(stack, reportsFolder(), warn);
  journal.append({ type: "started", part, stack, clusterName, choices });
  try {
    await work({ choices, journal });
  } catch (error) {
    const outcome = error instanceof Interrupted ? "interrupted" : "failed";
    const why = error instanceof Error ? error.message : String(error);
    journal.append({ type: "ended", part, outcome, why });
    throw error;
  }
  journal.append({ type: "ended", part, outcome: "done" });
}
