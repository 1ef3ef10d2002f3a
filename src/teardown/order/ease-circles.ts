/**
 * The first way out of a circle costs nothing: an object that has to go before its owner does is deleted directly. So a
 * ClusterPolicy in the Kustomization on which its controller's Kustomization depends goes first, and no rule is broken.
 */
import { addBeforeOwners, type Deletions } from "./deletions.ts";
import type { Edge } from "./edges.ts";
import { strongComponents } from "./graph/strong-components.ts";
import type { Requirement } from "./requirements.ts";

/**
 * One round is enough: what goes before and after such an object went before and after its owner, so it is in no circle that its
 * owner was not in.
 */
export function easeCircles(
  deletions: Deletions,
  edges: readonly Edge[],
  requirements: readonly Requirement[],
): void {
  const component = strongComponents(deletions.nodes, edges).of;
  const circular = edges.filter(({ before, after }) => component.get(before) === component.get(after));
  const violated = circular.flatMap((edge) => edge.requirements);
  if (violated.length > 0) addBeforeOwners(deletions, requirements, violated);
}
