/** Strongly connected components, by Tarjan's algorithm, without recursion: a chain may be as long as a cluster is large. */
import type { ObjectId } from "../../inventory/object-id.ts";

interface Link {
  readonly before: ObjectId;
  readonly after: ObjectId;
}

export interface StrongComponents {
  /** Two nodes have the same number if and only if there is a way from each to the other. */
  readonly of: ReadonlyMap<ObjectId, number>;
  /** All nodes; along it no link leads backwards but those that close a circle. */
  readonly order: readonly ObjectId[];
}

/** Linear in nodes and links. */
export function strongComponents(nodes: readonly ObjectId[], links: readonly Link[]): StrongComponents {
  const successors = new Map<ObjectId, ObjectId[]>(nodes.map((node) => [node, []]));
  for (const { before, after } of links) successors.get(before)?.push(after);
  const index = new Map<ObjectId, number>();
  const lowest = new Map<ObjectId, number>();
  const component = new Map<ObjectId, number>();
  const open: ObjectId[] = [];
  const finished: ObjectId[] = [];

  for (const root of nodes) {
    if (index.has(root)) continue;
    const path = [enter(root)];
    for (let frame = path.at(-1); frame !== undefined; frame = path.at(-1)) {
      const next = frame.successors[frame.position++];
      if (next === undefined) {
        path.pop();
        leave(frame.node);
        const parent = path.at(-1);
        if (parent !== undefined) lower(parent.node, low(frame.node));
      } else if (!index.has(next)) path.push(enter(next));
      else if (!component.has(next)) lower(frame.node, index.get(next) ?? 0);
    }
  }
  return { of: component, order: finished.reverse() };

  function enter(node: ObjectId): { node: ObjectId; successors: readonly ObjectId[]; position: number } {
    lowest.set(node, index.size);
    index.set(node, index.size);
    open.push(node);
    return { node, successors: successors.get(node) ?? [], position: 0 };
  }

  function leave(node: ObjectId): void {
    finished.push(node);
    if (low(node) !== index.get(node)) return;
    let member: ObjectId | undefined;
    do {
      member = open.pop();
      if (member !== undefined) component.set(member, low(node));
    } while (member !== undefined && member !== node);
  }

  function low(node: ObjectId): number {
    return lowest.get(node) ?? 0;
  }

  function lower(node: ObjectId, to: number): void {
    lowest.set(node, Math.min(low(node), to));
  }
}
