/** Makes the receipt of what the journal says, and of nothing else. */
import { longestAwsChain } from "./aws-chain.ts";
import type { TeardownEvent } from "./events.ts";
import { runsOf } from "./runs.ts";
import type { Receipt } from "./schema.ts";
import { spanOf } from "./span.ts";
import { deletedThings, keptThings, notKnownThings } from "./things.ts";

/** @throws {Error} on a journal in which no part ever started. */
export function receiptOf(events: readonly TeardownEvent[]): Receipt {
  const started = events.find((event) => event.type === "started");
  const [first] = events;
  const last = events.at(-1);
  if (started === undefined || first === undefined || last === undefined) {
    throw new Error("the journal of the teardown tells of no beginning");
  }
  const closing = closingOf(events);
  const left = closing.flatMap((event) =>
    event.type === "left" ? [{ where: event.where, what: event.what, because: event.because }] : [],
  );
  const answers = answersOf(closing);
  const notKnown = notKnownThings(events);
  const isClean = notKnown.length === 0 && answers.every((answer) => answer.left === 0);
  return {
    format: "kubernetes-sdlc/teardown-receipt/1",
    stack: started.stack,
    clusterName: started.clusterName,
    ...spanOf(first.at, last.at),
    outcome: left.length > 0 ? "left" : isClean ? "clean" : "unknown",
    runs: runsOf(events),
    deleted: deletedThings(events),
    forced: events.flatMap((event) =>
      event.type === "forced"
        ? [{ at: event.at, object: event.id, what: event.what, checked: event.checked }]
        : [],
    ),
    kept: keptThings(events),
    notKnown,
    ...(wasDrained(events) ? { awsChain: longestAwsChain() } : {}),
    left,
    answers,
  };
}

function wasDrained(events: readonly TeardownEvent[]): boolean {
  return (
    events.some((event) => event.type === "ended" && event.part === "drain" && event.outcome === "done") &&
    !events.some((event) => event.type === "skipped" && event.part === "drain")
  );
}

/** What the ledger's last run said: of an earlier one, a rerun has asked again. */
function closingOf(events: readonly TeardownEvent[]): readonly TeardownEvent[] {
  const start = events.findLastIndex((event) => event.type === "started" && event.part === "ledger");
  return start === -1 ? [] : events.slice(start);
}

function answersOf(closing: readonly TeardownEvent[]): Receipt["answers"] {
  return (["aws", "kubernetes", "git"] as const).map((where) => {
    const said = closing.findLast(
      (event) => (event.type === "counted" || event.type === "unanswered") && event.where === where,
    );
    if (said?.type === "counted") return { where, left: said.left };
    return { where, why: said?.type === "unanswered" ? said.why : "it was not asked" };
  });
}
