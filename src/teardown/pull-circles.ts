/**
 * The first way out of a circle costs nothing: an object that has to go before its owner's turn is deleted by itself. So a
 * ClusterPolicy in the Kustomization on which its controller's Kustomization depends goes first, and no rule is broken.
 */
import { pullAll, type Deletions } from "./deletions.ts";
import type { Edge } from "./edges.ts";
import { strongComponents } from "./graph/strong-components.ts";
import type { Requirement } from "./reasons.ts";

/**
 * One round is enough: what a pulled object has before and after it, its owner had before, so it is in no circle that its
 * owner was not in.
 */
export function pullFromCircles(
  deletions: Deletions,
  edges: readonly Edge[],
  requirements: readonly Requirement[],
): void {
  const component = strongComponents(deletions.nodes, edges).of;
  const circular = edges.filter(({ before, after }) => component.get(before) === component.get(after));
  const violated = circular.flatMap((edge) => edge.requirements);
  if (violated.length > 0) pullAll(deletions, requirements, violated);
}
