/** What a teardown deleted, what is not known and what it kept: each thing once, however many runs told of it. */
import type { NotKnownThing, TeardownEvent } from "./events.ts";
import type { DeletedThing, Receipt } from "./schema.ts";

/** Begun when it was begun first, ended when it was gone last. */
export function deletedThings(events: readonly TeardownEvent[]): DeletedThing[] {
  const things = new Map<string, DeletedThing>();
  const begin = (key: string, thing: DeletedThing): void => {
    // A rerun tells of the same thing again.
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
        const [type = "", what = ""] = id.split(" ");
        begin(`kubernetes ${id}`, { where: "kubernetes", type, what, part: "drain", wave, startedAt });
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

/** The last word of a thing counts: what was asked for later and is gone, kept or left is known. */
export function notKnownThings(events: readonly TeardownEvent[]): Receipt["notKnown"] {
  const things = new Map<string, NotKnownThing>();
  for (const event of events) {
    if (event.type === "not-known") things.set(keyOf(event.thing), event.thing);
    else for (const [key, thing] of things) if (isAbout(event, thing)) things.delete(key);
  }
  return [...things.values()].map(({ where, what, why, reference, look }) => ({
    where,
    what,
    why,
    ...(reference !== undefined && { reference }),
    ...(look !== undefined && { look }),
  }));
}

function keyOf({ where, what, reference, object = "" }: NotKnownThing): string {
  return reference === undefined ? `${where} ${what} ${object}` : `${where} ${reference}`;
}

function isAbout(event: TeardownEvent, { where, what, reference, object }: NotKnownThing): boolean {
  switch (event.type) {
    case "asked-gone":
      // What had no reference when it was told of may have one since.
      return reference === undefined
        ? event.object === object && event.what === what
        : event.reference === reference;
    case "aws-gone":
      return where === "aws" && event.thing.id === reference;
    case "git-gone":
      return where === "git" && event.branch === reference;
    case "kept":
      return event.thing.where === where && reference !== undefined && event.thing.reference === reference;
    case "started":
      // The ledger asks Git anew in each run.
      return where === "git" && event.part === "ledger";
    case "left":
      return event.where === where && reference !== undefined && event.what.split(" ").includes(reference);
    default:
      return false;
  }
}

/**
 * Each thing once, with its price where anybody knew it. What stays in the cluster is gone with the cluster, and no part of
 * what is kept in the end.
 */
export function keptThings(events: readonly TeardownEvent[]): Receipt["kept"] {
  const kept = new Map<string, Receipt["kept"][number]>();
  for (const event of events) {
    if (event.type !== "kept" || event.thing.where === "kubernetes") continue;
    const key = `${event.thing.where} ${event.thing.reference ?? event.thing.what}`;
    kept.set(key, { ...event.thing, ...kept.get(key) });
  }
  return [...kept.values()];
}
