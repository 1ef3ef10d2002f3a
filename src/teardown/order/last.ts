/**
 * What goes last although no requirement says so. Not everything can be derived: a chart may rely on a controller that it
 * never names. So what runs a controller or extends the API goes after all that need not follow it, and the nodes that
 * Karpenter made after all whose pods may run on them.
 */
import type { Deletions } from "./deletions.ts";
import type { Facts } from "./facts.ts";
import type { WaveGraph } from "./graph/wave-graph.ts";
import { objectsOf } from "../inventory/inventory.ts";
import type { ObjectId } from "../inventory/object-id.ts";

export interface Last {
  readonly controllers: ReadonlySet<ObjectId>;
  readonly nodes: ReadonlySet<ObjectId>;
}

/** @param exempt what owners have marked: they know better. */
export function putLast(
  graph: WaveGraph,
  facts: Facts,
  deletions: Deletions,
  exempt: ReadonlySet<ObjectId>,
): Last {
  const all = deletions.nodes;
  // Nodes first: what is put behind the controllers then counts them among what they wait for.
  const nodes = delay(nodesOf(facts));
  const controllers = delay(controllersOf(facts));
  return { controllers, nodes };

  function delay(candidates: readonly ObjectId[]): Set<ObjectId> {
    const members = new Set(
      candidates.flatMap((id) => deletions.nodeOf(id) ?? []).filter((id) => !exempt.has(id)),
    );
    const after = graph.reachable(members);
    const before = all.filter((id) => !after.has(id));
    if (members.size > 0 && before.length > 0) graph.addBarrier(before, [...members]);
    return before.length > 0 ? members : new Set();
  }
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
