/** What a plan says of its objects: why each is in its wave, what is peculiar about it, and which marks could not be followed. */
import { append } from "../../multimap.ts";
import { isFlux } from "../inventory/inventory.ts";
import { marksOf } from "../inventory/marks.ts";
import { describeId, type ObjectId } from "../inventory/object-id.ts";
import { elsewhereOf } from "../laws/elsewhere.ts";
import type { Order } from "../order/order.ts";
import { explain, explainPreference } from "../order/requirements.ts";

/** Reasons beyond this many of one kind are counted, not listed: a release may serve a thousand objects. */
const listed = 3;

/** What of the wave before it waits for. */
export function whyInItsWave(order: Order): (id: ObjectId) => string[] {
  const waveOf = new Map(order.waves.flatMap((ids, wave) => ids.map((id) => [id, wave] as const)));
  const binding = new Map<ObjectId, string[]>();
  for (const { before, after, requirements } of order.edges) {
    if ((waveOf.get(before) ?? 0) + 1 !== waveOf.get(after)) continue;
    const [first] = requirements;
    if (first !== undefined) append(binding, after, `after ${describeId(before)}: ${explain(first)}`);
  }
  return (id) => {
    const wave = waveOf.get(id) ?? 0;
    if (wave === 0) return [];
    const reasons = binding.get(id) ?? [];
    const more = reasons.length - listed;
    const stage = order.stages.effective.get(id);
    return [
      ...reasons.slice(0, listed),
      ...(more > 0 ? [`and after ${more} more for the like`] : []),
      ...(order.last.controllers.has(id) ? [explainPreference({ rule: "controllers-last" })] : []),
      ...(order.last.nodes.has(id) ? [explainPreference({ rule: "nodes-last" })] : []),
      ...(stage === undefined ? [] : [explainPreference({ rule: "stage", stage })]),
    ];
  };
}

/** What else is to be said of an object that the drain deletes. */
export function notesOn(
  { facts, directBecause }: Order,
  id: ObjectId,
  suspended: ReadonlySet<ObjectId>,
): string[] {
  const object = facts.inventory.objects.get(id);
  const notes: string[] = [];
  if (directBecause.get(id) === "before-owner") {
    const owner = facts.ownership.deletedWith.get(id)?.owner ?? "";
    notes.push(`is deleted directly, because ${describeId(owner)}, which delivers it, has to go later`);
  }
  if (object !== undefined && elsewhereOf(object) !== undefined) {
    notes.push("is let go of first, so that what it stands for elsewhere stays");
  } else if (suspended.has(id)) {
    notes.push("is suspended: it is resumed right before its deletion, or nothing would be pruned");
  }
  if (isFlux(object) && object.detail.ready === false) {
    notes.push(`is not Ready (${object.detail.message}): it is deleted all the same, and checked`);
  }
  if (isFlux(object) && object.detail.remote) {
    notes.push("applies to another cluster, which this plan does not see");
  }
  return notes;
}

/** Of owners, as sentences. */
export function marksNotKept({ facts, stages }: Order): string[] {
  const invalid = [...facts.inventory.objects.values()].flatMap((object) => {
    const { invalidStage } = marksOf(object);
    return invalidStage === undefined
      ? []
      : [
          `The stage "${invalidStage}" of ${describeId(object.id)} is no whole number, and counts for nothing.`,
        ];
  });
  const conflicts = stages.conflicts.map(
    ({ object, stage, heldBackBy, becomes }) =>
      `${describeId(object)} is in stage ${stage}, but ${describeId(heldBackBy)} of stage ${becomes} has to go before it: it goes in stage ${becomes}.`,
  );
  return [...invalid, ...conflicts];
}
