/**
 * The order of a teardown, derived from what is in the cluster: waves of objects, each wave gone before the next begins. The
 * same inventory gives the same order, in whatever order it was listed.
 */
import { breakCircles, type BrokenEdge } from "./break-circles.ts";
import { firstDeletions, type DirectBecause } from "./deletions.ts";
import { dispositionsOf, type Disposition } from "./dispositions.ts";
import { edgesBetween, type Edge } from "./edges.ts";
import { factsOf, type Facts } from "./facts.ts";
import { WaveGraph } from "./graph/wave-graph.ts";
import type { Inventory } from "../inventory/inventory.ts";
import { putLast, type Last } from "./last.ts";
import { marksOf } from "../inventory/marks.ts";
import type { ObjectId } from "../inventory/object-id.ts";
import { easeCircles } from "./ease-circles.ts";
import { rules } from "./rules/index.ts";
import { applyStages, type Stages } from "./stages.ts";

export interface Order {
  readonly facts: Facts;
  /** What the drain deletes directly, each exactly once, in the order of the ids within a wave. */
  readonly waves: readonly (readonly ObjectId[])[];
  /** Those that the waves respect. */
  readonly edges: readonly Edge[];
  readonly broken: readonly BrokenEdge[];
  readonly stages: Stages;
  readonly last: Last;
  /** Of every object of the inventory: how it goes, or why it stays. */
  readonly dispositions: ReadonlyMap<ObjectId, Disposition>;
  readonly directBecause: ReadonlyMap<ObjectId, DirectBecause>;
}

/** Linear in objects and requirements, but for the circles, of which there are few. */
export function teardownOrder(inventory: Inventory): Order {
  const facts = factsOf(inventory);
  const requirements = rules.flatMap((rule) => rule(facts));
  const deletions = firstDeletions(facts, requirements);
  easeCircles(deletions, edgesBetween(facts, deletions, requirements), requirements);

  const { nodes } = deletions;
  const { unbroken: edges, broken } = breakCircles(nodes, edgesBetween(facts, deletions, requirements));
  const graph = new WaveGraph(nodes, edges);
  const stages = applyStages(graph, edges, stagesOf(inventory, nodes));
  const last = putLast(graph, facts, deletions, markedOf(inventory, nodes));

  return {
    facts,
    waves: inWaves(nodes, graph.waves()),
    edges,
    broken,
    stages,
    last,
    dispositions: dispositionsOf(facts, deletions),
    directBecause: new Map(nodes.map((id) => [id, deletions.directBecause(id) ?? "unowned"])),
  };
}

function stagesOf({ objects }: Inventory, nodes: readonly ObjectId[]): Map<ObjectId, number> {
  const stages = new Map<ObjectId, number>();
  for (const id of nodes) {
    const object = objects.get(id);
    const stage = object === undefined ? undefined : marksOf(object).stage;
    if (stage !== undefined) stages.set(id, stage);
  }
  return stages;
}

function markedOf({ objects }: Inventory, nodes: readonly ObjectId[]): Set<ObjectId> {
  return new Set(
    nodes.filter((id) => {
      const object = objects.get(id);
      if (object === undefined) return false;
      const { mutates, stage } = marksOf(object);
      return mutates || stage !== undefined;
    }),
  );
}

function inWaves(nodes: readonly ObjectId[], waveOf: ReadonlyMap<ObjectId, number>): ObjectId[][] {
  const waves: ObjectId[][] = [];
  for (const node of nodes) (waves[waveOf.get(node) ?? 0] ??= []).push(node);
  return waves;
}
