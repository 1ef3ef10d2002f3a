/** What a teardown deleted, each thing once, however many runs worked on it. */
import { splitId } from "./split-id.ts";
import type { TeardownEvent } from "./events.ts";
import type { DeletedThing } from "./schema.ts";

export function deletedThings(events: readonly TeardownEvent[]): DeletedThing[] {
  const things = new Map<string, DeletedThing>();
  const begin = (key: string, thing: DeletedThing): void => {
    // A rerun tells of the same thing again: it was begun when it was begun first.
    if (!things.has(key)) things.set(key, thing);
  };
  const end = (key: string, endedAt: string): void => {
    const thing = things.get(key);
    if (thing !== undefined) things.set(key, { ...thing, endedAt });
  };
  for (const event of events) {
    const startedAt = event.at;
    switch (event.type) {
      case "deleting": {
        const { id, wave } = event;
        begin(`kubernetes ${id}`, { where: "kubernetes", ...splitId(id), part: "drain", wave, startedAt });
        break;
      }
      case "gone":
        end(`kubernetes ${event.id}`, event.at);
        break;
      case "aws-deleting": {
        const { thing, part } = event;
        const { type, id: what, because } = thing;
        begin(`aws ${type} ${what}`, { where: "aws", type, what, because, part, startedAt });
        break;
      }
      case "aws-gone":
        end(`aws ${event.thing.type} ${event.thing.id}`, event.at);
        break;
      case "git-deleting":
        begin(`git ${event.branch}`, {
          where: "git",
          type: "branch",
          what: event.branch,
          part: "ledger",
          startedAt,
        });
        break;
      case "git-gone":
        end(`git ${event.branch}`, event.at);
        break;
      default:
    }
  }
  return [...things.values()];
}
