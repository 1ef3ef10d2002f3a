/**
 * The order of a teardown, derived from what is in the cluster: waves of objects, each wave gone before the next begins. The
 * same inventory gives the same order, in whatever order it was listed.
 */
import type { Inventory } from "../inventory/inventory.ts";
import type { ObjectId } from "../inventory/object-id.ts";
import { breakCircles, easeCircles, type BrokenEdge } from "./circles.ts";
import { dispositionsOf, firstDeletions, type DirectBecause, type Disposition } from "./deletions.ts";
import { edgesBetween, type Edge } from "./edges.ts";
import { factsOf, type Facts } from "./facts.ts";
import { WaveGraph } from "./graph/wave-graph.ts";
import { applyStages, putLast, type Last, type Stages } from "./preferences.ts";
import { rules } from "./rules.ts";

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
  const stages = applyStages(graph, edges, inventory);
  const last = putLast(graph, facts, deletions);

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

function inWaves(nodes: readonly ObjectId[], waveOf: ReadonlyMap<ObjectId, number>): ObjectId[][] {
  const waves: ObjectId[][] = [];
  for (const node of nodes) (waves[waveOf.get(node) ?? 0] ??= []).push(node);
  return waves;
}
