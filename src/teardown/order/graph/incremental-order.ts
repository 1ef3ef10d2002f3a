/**
 * A topological order that is kept while links are added, by the algorithm of Pearce and Kelly ("A dynamic topological sort
 * algorithm for directed acyclic graphs", 2006): only the vertices between the two ends are looked at.
 */
type Links = readonly number[][];

export class IncrementalOrder {
  /** Of each vertex in the order. */
  readonly #position: number[];
  readonly #successors: Links;
  readonly #predecessors: Links;
  /** From where a search reached a vertex, if it was the search of that number: so that none has to be cleared. */
  readonly #cameFrom: number[];
  readonly #reachedIn: number[];
  #searches = 0;

  /** @param order of the vertices 0 to n - 1 to begin with: the fewer links go backwards in it, the less is to be done. */
  constructor(order: readonly number[]) {
    this.#position = order.map(() => 0);
    for (const [position, vertex] of order.entries()) this.#position[vertex] = position;
    this.#successors = order.map(() => []);
    this.#predecessors = order.map(() => []);
    this.#cameFrom = order.map(() => -1);
    this.#reachedIn = order.map(() => 0);
  }

  /** @returns undefined if the link was added, or else a shortest way from `after` to `before`, which it would close. */
  add(before: number, after: number): readonly number[] | undefined {
    const [low, high] = [this.#at(after), this.#at(before)];
    if (low <= high) {
      const ahead = this.#reach(after, this.#successors, low, high);
      if (this.#reachedIn[before] === this.#searches) return this.#wayTo(before);
      const behind = this.#reach(before, this.#predecessors, low, high);
      this.#reorder(behind, ahead);
    }
    this.#successors[before]?.push(after);
    this.#predecessors[after]?.push(before);
    return undefined;
  }

  #at(vertex: number): number {
    return this.#position[vertex] ?? -1;
  }

  /** Breadth first, among the vertices whose positions lie between the two. */
  #reach(start: number, links: Links, low: number, high: number): number[] {
    this.#searches += 1;
    this.#reachedIn[start] = this.#searches;
    this.#cameFrom[start] = start;
    const reached = [start];
    for (const vertex of reached) {
      for (const next of links[vertex] ?? []) {
        const position = this.#at(next);
        if (this.#reachedIn[next] === this.#searches || position < low || position > high) continue;
        this.#reachedIn[next] = this.#searches;
        this.#cameFrom[next] = vertex;
        reached.push(next);
      }
    }
    return reached;
  }

  #wayTo(end: number): number[] {
    const way = [end];
    for (let vertex = end; this.#cameFrom[vertex] !== vertex;) {
      vertex = this.#cameFrom[vertex] ?? vertex;
      way.push(vertex);
    }
    return way.reverse();
  }

  /** Gives the positions of both groups to the first group and then to the second, each in its own order. */
  #reorder(first: number[], second: number[]): void {
    const inOrder = (a: number, b: number): number => this.#at(a) - this.#at(b);
    const vertices = [...first.sort(inOrder), ...second.sort(inOrder)];
    const positions = vertices.map((vertex) => this.#at(vertex)).sort((a, b) => a - b);
    for (const [index, vertex] of vertices.entries()) this.#position[vertex] = positions[index] ?? 0;
  }
}
