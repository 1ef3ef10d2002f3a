/** What is not known at the end of a teardown, each thing once, however many runs told of it. */
import type { NotKnownThing, TeardownEvent } from "./events.ts";
import type { Receipt } from "./schema.ts";

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
