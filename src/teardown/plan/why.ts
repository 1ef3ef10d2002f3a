/** Why an object is in its wave: what of the wave before it waits for. */
import { append } from "../../multimap.ts";
import { describeId, type ObjectId } from "../inventory/object-id.ts";
import type { Order } from "../order/order.ts";
import { explain, explainPreference } from "../order/requirements.ts";

/** Reasons beyond this many of one kind are counted, not listed: a release may serve a thousand objects. */
const listed = 3;

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
