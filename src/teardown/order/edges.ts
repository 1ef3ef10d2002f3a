/** Requirements between objects, carried over to what the drain deletes. */
import { compareIds, type ObjectId } from "../inventory/object-id.ts";
import type { Deletions } from "./deletions.ts";
import type { Facts } from "./facts.ts";
import type { Requirement } from "./requirements.ts";

/** The drain deletes both `before` and `after` directly. */
export interface Edge {
  readonly before: ObjectId;
  readonly after: ObjectId;
  /** All that ask for it; at least one. They may be about objects that go with the two. */
  readonly requirements: readonly Requirement[];
}

/** In the order of the ids of both ends. */
export function edgesBetween(
  facts: Facts,
  deletions: Deletions,
  requirements: readonly Requirement[],
): Edge[] {
  const edges = new Map<string, { before: ObjectId; after: ObjectId; requirements: Requirement[] }>();
  for (const requirement of [...requirements, ...owners()]) {
    const before = deletions.nodeOf(requirement.before);
    const after = deletions.nodeOf(requirement.after);
    if (before === undefined || after === undefined || before === after) continue;
    const key = `${before}\n${after}`;
    const edge = edges.get(key);
    if (edge === undefined) edges.set(key, { before, after, requirements: [requirement] });
    else edge.requirements.push(requirement);
  }
  const sorted = [...edges.values()];
  for (const edge of sorted) edge.requirements.sort(compareRequirements);
  return sorted.sort((a, b) => compareIds(a.before, b.before) || compareIds(a.after, b.after));

  /** What is deleted directly goes before the owner whose deletion would delete it. */
  function owners(): Requirement[] {
    return deletions.nodes.flatMap((node) => {
      const owner = facts.ownership.deletedWith.get(node)?.owner;
      return owner === undefined ? [] : [{ before: node, after: owner, reason: { rule: "made-by" } }];
    });
  }
}

function compareRequirements(a: Requirement, b: Requirement): number {
  return (
    compareIds(a.before, b.before) ||
    compareIds(a.after, b.after) ||
    compareIds(JSON.stringify(a.reason), JSON.stringify(b.reason))
  );
}
