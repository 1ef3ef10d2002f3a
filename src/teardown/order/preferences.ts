/**
 * What an order prefers and gives up for any requirement: the stages that owners give, and what goes last because not everything
 * can be derived.
 */
import { append } from "../../multimap.ts";
import { objectsOf, type Inventory } from "../inventory/inventory.ts";
import { isMarked, marksOf } from "../inventory/marks.ts";
import type { ObjectId } from "../inventory/object-id.ts";
import type { Deletions } from "./deletions.ts";
import type { Edge } from "./edges.ts";
import type { Facts } from "./facts.ts";
import type { WaveGraph } from "./graph/wave-graph.ts";

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

/**
 * All of a lower stage before all of a higher one. If something of a higher stage has to go before an object, the object goes in
 * that stage, and the conflict is reported.
 *
 * @param edges without a circle.
 */
export function applyStages(graph: WaveGraph, edges: readonly Edge[], { objects }: Inventory): Stages {
  const predecessors = new Map<ObjectId, ObjectId[]>();
  for (const { before, after } of edges) append(predecessors, after, before);
  const latest = new Map<ObjectId, { readonly stage: number; readonly by: ObjectId }>();
  const effective = new Map<ObjectId, number>();
  const conflicts: StageConflict[] = [];
  for (const object of graph.topological()) {
    const earlier = (predecessors.get(object) ?? [])
      .flatMap((predecessor) => latest.get(predecessor) ?? [])
      .reduce<{ stage: number; by: ObjectId } | undefined>(later, undefined);
    const marked = objects.get(object);
    const stage = marked && marksOf(marked).stage;
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

export interface Last {
  readonly controllers: ReadonlySet<ObjectId>;
  readonly nodes: ReadonlySet<ObjectId>;
}

/**
 * What goes last although no requirement says so: a chart may rely on a controller that it never names. So what runs a controller
 * or extends the API goes after all that need not follow it, and the nodes that Karpenter made after all whose pods may run on
 * them. What an owner has marked is exempt: owners know better.
 */
export function putLast(graph: WaveGraph, facts: Facts, deletions: Deletions): Last {
  const all = deletions.nodes;
  // Nodes first: what is put behind the controllers then counts them among what they wait for.
  const nodes = delay(nodesOf(facts));
  const controllers = delay(controllersOf(facts));
  return { controllers, nodes };

  function delay(candidates: readonly ObjectId[]): Set<ObjectId> {
    const members = new Set(
      candidates.flatMap((id) => deletions.nodeOf(id) ?? []).filter((id) => !hasMark(facts.inventory, id)),
    );
    const after = graph.reachable(members);
    const before = all.filter((id) => !after.has(id));
    if (members.size > 0 && before.length > 0) graph.addBarrier(before, [...members]);
    return before.length > 0 ? members : new Set();
  }
}

function hasMark({ objects }: Inventory, id: ObjectId): boolean {
  const object = objects.get(id);
  return object !== undefined && isMarked(object);
}

function nodesOf({ inventory }: Facts): ObjectId[] {
  return objectsOf(inventory, "node-pool", "node-claim").map(({ id }) => id);
}

function controllersOf({ inventory, ownership, controllers }: Facts): ObjectId[] {
  // A definition in a chart's `crds/` is not deleted with the chart, but its controller is.
  const deliveries = [...controllers.deliveries.values()].flat();
  const serving = objectsOf(inventory, "webhook", "api-service", "class").map(({ id }) => id);
  const known = [...controllers.workloads.values()].flat().map(({ id }) => id);
  return [...deliveries, ...serving, ...known].filter((id) => !ownership.takesProtected.has(id));
}
