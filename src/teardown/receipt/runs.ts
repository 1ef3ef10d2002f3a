/** The runs of a teardown: each call of the command, from the lines of its parts. */
import type { TeardownEvent, TeardownPart } from "./events.ts";
import type { ReceiptPart, ReceiptRun } from "./schema.ts";
import { spanOf } from "./span.ts";

type Started = Extract<TeardownEvent, { type: "started" }>;

/** A part with all that was written down until the next one began. */
interface Stretch {
  readonly started: Started;
  readonly events: readonly TeardownEvent[];
}

const order: readonly TeardownPart[] = ["drain", "sweep", "ledger"];

/**
 * The engine deletes drain, sweep and ledger in this order. A part that begins after one that did not end well, or after one
 * that comes no earlier than itself, is of another run. Two runs that were parted between two good ends show as one.
 */
export function runsOf(events: readonly TeardownEvent[]): ReceiptRun[] {
  const runs: Stretch[][] = [];
  for (const stretch of stretchesOf(events)) {
    const run = runs.at(-1);
    const previous = run?.at(-1);
    const goesOn =
      previous !== undefined &&
      endOf(previous)?.outcome === "done" &&
      order.indexOf(previous.started.part) < order.indexOf(stretch.started.part);
    if (run !== undefined && goesOn) run.push(stretch);
    else runs.push([stretch]);
  }
  return runs.flatMap((stretches) => {
    const [first] = stretches;
    const last = stretches.at(-1);
    if (first === undefined || last === undefined) return [];
    return [
      {
        ...spanOf(first.started.at, lastAt(last)),
        choices: { ...first.started.choices },
        parts: stretches.map(partOf),
        waves: stretches.flatMap(wavesOf),
      },
    ];
  });
}

function stretchesOf(events: readonly TeardownEvent[]): Stretch[] {
  const stretches: { started: Started; events: TeardownEvent[] }[] = [];
  for (const event of events) {
    if (event.type === "started") stretches.push({ started: event, events: [] });
    else stretches.at(-1)?.events.push(event);
  }
  return stretches;
}

function endOf({ events, started }: Stretch): Extract<TeardownEvent, { type: "ended" }> | undefined {
  return events.findLast((event) => event.type === "ended" && event.part === started.part) as
    Extract<TeardownEvent, { type: "ended" }> | undefined;
}

const lastAt = ({ started, events }: Stretch): string => events.at(-1)?.at ?? started.at;

function partOf(stretch: Stretch): ReceiptPart {
  const { started, events } = stretch;
  const end = endOf(stretch);
  const skipped = events.find((event) => event.type === "skipped" && event.part === started.part);
  const span = { part: started.part, ...spanOf(started.at, end?.at ?? lastAt(stretch)) };
  if (end === undefined) return { ...span, outcome: "killed" };
  if (end.outcome !== "done") return { ...span, outcome: end.outcome, why: end.why };
  return skipped?.type === "skipped"
    ? { ...span, outcome: "skipped", why: skipped.why }
    : { ...span, outcome: "done" };
}

function wavesOf(stretch: Stretch): ReceiptRun["waves"] {
  const { events } = stretch;
  return events.flatMap((event, index) => {
    if (event.type !== "wave-started") return [];
    const { wave } = event;
    const after = events.slice(index);
    const end = after.find((later) => later.type === "wave-ended" && later.wave === wave);
    const objects = after.filter((later) => later.type === "deleting" && later.wave === wave).length;
    return [
      {
        wave,
        of: event.of,
        ...spanOf(event.at, end?.at ?? lastAt(stretch)),
        objects,
        ended: end !== undefined,
      },
    ];
  });
}
