/** Nodes in waves: each as early as what goes before it allows. */
import type { ObjectId } from "../../inventory/object-id.ts";

interface Vertex {
  readonly successors: number[];
  /** Of the waves that pass before it; a barrier takes none itself. */
  readonly isBarrier: boolean;
}

export interface Link {
  readonly before: ObjectId;
  readonly after: ObjectId;
}

/** An acyclic graph, to which barriers are added: everything in one group before everything in another, at linear cost. */
export class WaveGraph {
  readonly #nodes: readonly ObjectId[];
  readonly #index: ReadonlyMap<ObjectId, number>;
  readonly #vertices: Vertex[];

  constructor(nodes: readonly ObjectId[], links: readonly Link[]) {
    this.#nodes = nodes;
    this.#index = new Map(nodes.map((node, index) => [node, index]));
    this.#vertices = nodes.map(() => ({ successors: [], isBarrier: false }));
    for (const { before, after } of links) this.#link(this.#at(before), this.#at(after));
  }

  /** The caller sees to it that no way leads from `after` to `before`. */
  addBarrier(before: readonly ObjectId[], after: readonly ObjectId[]): void {
    const barrier = this.#vertices.push({ successors: [], isBarrier: true }) - 1;
    for (const node of before) this.#link(this.#at(node), barrier);
    for (const node of after) this.#link(barrier, this.#at(node));
  }

  /** The nodes that have to go after one of these, and these. */
  reachable(from: Iterable<ObjectId>): Set<ObjectId> {
    const found = new Set([...from].map((node) => this.#at(node)));
    for (const vertex of found) for (const next of this.#successors(vertex)) found.add(next);
    return new Set([...found].flatMap((vertex) => this.#nodes[vertex] ?? []));
  }

  /** @returns the nodes in an order in which each comes after all that have to go before it. */
  topological(): ObjectId[] {
    return this.#sorted().flatMap((vertex) => this.#nodes[vertex] ?? []);
  }

  /** @returns wave numbers from 0. */
  waves(): Map<ObjectId, number> {
    const start = this.#vertices.map(() => 0);
    for (const vertex of this.#sorted()) {
      const end = (start[vertex] ?? 0) + (this.#vertices[vertex]?.isBarrier === true ? 0 : 1);
      for (const next of this.#successors(vertex)) start[next] = Math.max(start[next] ?? 0, end);
    }
    return new Map(this.#nodes.map((node, index) => [node, start[index] ?? 0]));
  }

  /** @throws {Error} if there is a circle, which a caller has to have broken. */
  #sorted(): number[] {
    const waiting = this.#vertices.map(() => 0);
    for (const { successors } of this.#vertices) {
      for (const next of successors) waiting[next] = (waiting[next] ?? 0) + 1;
    }
    const ready = waiting.flatMap((count, vertex) => (count === 0 ? [vertex] : []));
    // The list grows while it is walked.
    for (const vertex of ready) {
      for (const next of this.#successors(vertex)) {
        const left = (waiting[next] ?? 0) - 1;
        waiting[next] = left;
        if (left === 0) ready.push(next);
      }
    }
    if (ready.length < this.#vertices.length) throw new Error("The order of the teardown has a circle.");
    return ready;
  }

  #successors(vertex: number): readonly number[] {
    return this.#vertices[vertex]?.successors ?? [];
  }

  #link(before: number, after: number): void {
    this.#vertices[before]?.successors.push(after);
  }

  #at(node: ObjectId): number {
    const index = this.#index.get(node);
    if (index === undefined) throw new Error(`${node} is not in the order of the teardown.`);
    return index;
  }
}
