/** What a drain writes down of the things that nobody is asked for, so that no receipt passes them over. */
import { describeId } from "../inventory/object-id.ts";
import type { DrainContext } from "./context.ts";
import { whyNotKnown, type Answer, type Held } from "./held-in-aws.ts";

/** Before their objects are deleted: a run that is killed meanwhile has told of them. */
export function tellUnasked(journal: DrainContext["journal"], held: readonly Held[]): void {
  for (const one of held) {
    if (one.holding.ask.by !== "nobody") continue;
    const { why, look } = whyNotKnown(one.holding);
    tell(journal, one, `${why}; ${describeId(one.object.id)}, which holds it, is to be deleted`, look);
  }
}

/** Once their objects are gone. */
export function tellAnswers(journal: DrainContext["journal"], answers: readonly Answer[]): void {
  for (const answer of answers) {
    const { object, holding } = answer.held;
    if (answer.is === "not-known") {
      const why = `${answer.why}; all that is known is that ${describeId(object.id)}, which held it, is gone`;
      tell(journal, answer.held, why, answer.look);
    }
    if (answer.is === "gone") {
      const { description: what, reference } = holding;
      journal.append({
        type: "asked-gone",
        object: object.id,
        what,
        ...(reference !== undefined && { reference }),
      });
    }
  }
}

function tell(
  journal: DrainContext["journal"],
  { object, holding: { description, reference } }: Held,
  why: string,
  look: string | undefined,
): void {
  journal.append({
    type: "not-known",
    thing: {
      where: "aws",
      what: description,
      why: `AWS was not asked: ${why}`,
      object: object.id,
      ...(reference !== undefined && { reference }),
      ...(look !== undefined && { look }),
    },
  });
}
