/** The circles that requirements form, and how an order comes of them all the same. */
import { append } from "../../multimap.ts";
import type { ObjectId } from "../inventory/object-id.ts";
import { addBeforeOwners, type Deletions } from "./deletions.ts";
import type { Edge } from "./edges.ts";
import { IncrementalOrder } from "./graph/incremental-order.ts";
import { strongComponents } from "./graph/strong-components.ts";
import { strengthOf, type Requirement } from "./requirements.ts";

/**
 * The first way out of a circle costs nothing: an object that has to go before its owner does is deleted directly. So a
 * ClusterPolicy in the Kustomization on which its controller's Kustomization depends goes first, and no rule is broken.
 *
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

export interface BrokenEdge {
  readonly edge: Edge;
  /** The circle: each goes before the next, the last before the first. It starts where it was broken. */
  readonly circle: readonly ObjectId[];
}

/**
 * The circles that remain: the strongest edges are put in first, those of equal strength by name, and one that would close a circle
 * is left out and reported. So the weakest link of a circle gives way, the same one every time, and none that could be put back.
 */
export function breakCircles(
  nodes: readonly ObjectId[],
  edges: readonly Edge[],
): { readonly unbroken: Edge[]; readonly broken: BrokenEdge[] } {
  const components = strongComponents(nodes, edges);
  const unbroken: Edge[] = [];
  const circular = new Map<number, Edge[]>();
  for (const edge of edges) {
    const component = components.of.get(edge.before);
    if (component === undefined || component !== components.of.get(edge.after)) unbroken.push(edge);
    else append(circular, component, edge);
  }
  const broken: BrokenEdge[] = [];
  const members = new Map<number, ObjectId[]>();
  for (const node of components.order) append(members, components.of.get(node) ?? -1, node);
  for (const [component, inside] of circular) {
    const order = members.get(component) ?? [];
    const vertex = new Map(order.map((node, index) => [node, index]));
    const growing = new IncrementalOrder([...order.keys()]);
    // Sorting is stable, so edges of equal strength stay in the order of their names.
    for (const edge of inside.sort((a, b) => strengthOf(b.requirements) - strengthOf(a.requirements))) {
      const way = growing.add(vertex.get(edge.before) ?? -1, vertex.get(edge.after) ?? -1);
      if (way === undefined) unbroken.push(edge);
      else broken.push({ edge, circle: [edge.before, ...way.slice(0, -1).flatMap((at) => order[at] ?? [])] });
    }
  }
  return { unbroken, broken };
}
