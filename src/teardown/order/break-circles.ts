/**
 * Breaking the circles that remain: the strongest requirements are put in first, those of equal strength by name, and one
 * that would close a circle is left out and reported. So the weakest link of a circle gives way, the same one every time,
 * and none that could be put back.
 */
import type { Edge } from "./edges.ts";
import { IncrementalOrder } from "./graph/incremental-order.ts";
import { strongComponents } from "./graph/strong-components.ts";
import { append } from "../../multimap.ts";
import type { ObjectId } from "../inventory/object-id.ts";
import { strengthOf } from "./requirements.ts";

export interface BrokenEdge {
  readonly edge: Edge;
  /** The circle: each goes before the next, the last before the first. It starts where it was broken. */
  readonly circle: readonly ObjectId[];
}

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
