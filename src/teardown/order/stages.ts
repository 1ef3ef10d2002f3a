/**
 * The stages that owners give: all of a lower stage before all of a higher one. A stage does not override a requirement: if
 * something of a higher stage has to go before an object, the object goes in that stage, and the conflict is reported.
 */
import type { Edge } from "./edges.ts";
import type { WaveGraph } from "./graph/wave-graph.ts";
import { append } from "../../multimap.ts";
import type { ObjectId } from "../inventory/object-id.ts";

export interface StageConflict {
  readonly object: ObjectId;
  readonly stage: number;
  /** What has to go before the object, and is of the later stage `becomes`. */
  readonly heldBackBy: ObjectId;
  readonly becomes: number;
}

export interface Stages {
  /** The stage in which a marked object really goes. */
  readonly effective: ReadonlyMap<ObjectId, number>;
  readonly conflicts: readonly StageConflict[];
}

/** @param edges without a circle. */
export function applyStages(
  graph: WaveGraph,
  edges: readonly Edge[],
  stages: ReadonlyMap<ObjectId, number>,
): Stages {
  const predecessors = new Map<ObjectId, ObjectId[]>();
  for (const { before, after } of edges) append(predecessors, after, before);
  const latest = new Map<ObjectId, { readonly stage: number; readonly by: ObjectId }>();
  const effective = new Map<ObjectId, number>();
  const conflicts: StageConflict[] = [];
  for (const object of graph.topological()) {
    const earlier = (predecessors.get(object) ?? [])
      .flatMap((predecessor) => latest.get(predecessor) ?? [])
      .reduce<{ stage: number; by: ObjectId } | undefined>(later, undefined);
    const stage = stages.get(object);
    if (stage === undefined) {
      if (earlier !== undefined) latest.set(object, earlier);
      continue;
    }
    if (earlier !== undefined && earlier.stage > stage) {
      conflicts.push({ object, stage, heldBackBy: earlier.by, becomes: earlier.stage });
      latest.set(object, earlier);
      effective.set(object, earlier.stage);
    } else {
      latest.set(object, { stage, by: object });
      effective.set(object, stage);
    }
  }
  addBarriers(graph, effective);
  conflicts.sort((a, b) => (a.object < b.object ? -1 : 1));
  return { effective, conflicts };
}

function later(
  a: { stage: number; by: ObjectId } | undefined,
  b: { stage: number; by: ObjectId },
): { stage: number; by: ObjectId } {
  if (a === undefined || b.stage > a.stage) return b;
  return b.stage === a.stage && b.by < a.by ? b : a;
}

/** No circle can come of it: along every requirement the stage stays or rises. */
function addBarriers(graph: WaveGraph, effective: ReadonlyMap<ObjectId, number>): void {
  const groups = new Map<number, ObjectId[]>();
  for (const [object, stage] of effective) append(groups, stage, object);
  const ascending = [...groups].sort(([a], [b]) => a - b);
  for (const [index, [, group]] of ascending.entries()) {
    const next = ascending[index + 1];
    if (next !== undefined) graph.addBarrier(group, next[1]);
  }
}
