/** The receipt for a terminal. */
import { count, dollars, textSection } from "../pages.ts";
import type { DeletedThing, Receipt, ReceiptPart, ReceiptRun } from "./schema.ts";
import { clockTime, dateTime, duration } from "./span.ts";

export const placeNames = {
  aws: "AWS",
  kubernetes: "Kubernetes",
  git: "Git",
  "other-cluster": "Other clusters",
} as const;

/** More of one kind than this are counted, not listed: the JSON has them all. */
const listed = 20;

export function receiptText(receipt: Receipt): string {
  const { stack, clusterName, runs, startedAt, endedAt, seconds } = receipt;
  const lines = [
    `Receipt of the destroy of ${stack}, cluster ${clusterName}`,
    `${dateTime(startedAt)} to ${dateTime(endedAt)}: ${duration(seconds)}, in ${count(runs.length, "run")}`,
    ...runs.flatMap((run, index) => [
      "",
      runs.length === 1 ? "Run" : `Run ${index + 1} of ${runs.length}`,
      ...runLines(run),
    ]),
    ...textSection("AWS by itself", awsChainLines(receipt)),
    ...textSection("Deleted", deletedLines(receipt.deleted)),
    ...textSection(
      "Forced, by choice of the operator",
      receipt.forced.map(
        ({ at, object, what, checked }) =>
          `${clockTime(at)}  ${object}: ${what} (checked before: ${checked})`,
      ),
    ),
    ...textSection("Kept on purpose", receipt.kept.map(keptLine)),
    ...textSection(
      "Left",
      receipt.left.map(({ where, what, because }) => `${placeNames[where]}: ${what} (${because})`),
    ),
    ...textSection("Not known: nobody was asked for it", receipt.notKnown.flatMap(notKnownLines)),
    ...textSection("What is left?", answerLines(receipt)),
    "",
    summaryLine(receipt),
  ];
  return `${lines.join("\n")}\n`;
}

/** The last line, from which commands count. */
export function summaryLine({ left, kept, notKnown, answers }: Receipt): string {
  const notKnownToo = notKnown.length === 0 ? "" : `, ${notKnown.length} not known`;
  const keptToo = kept.length === 0 ? "" : `, ${kept.length} kept on purpose`;
  const silent = answers.filter((answer) => answer.left === undefined).map(({ where }) => placeNames[where]);
  if (left.length > 0 || silent.length === 0) {
    return `${count(left.length, "resource")} left${notKnownToo}${keptToo}`;
  }
  return `It is not known what is left: ${silent.join(" and ")} did not answer${notKnownToo}${keptToo}`;
}

/** `AWS: EFS access point fs-1::fsap-2: <why>`, and how a person looks. */
export function notKnownLines({ where, what, why, reference, look }: Receipt["notKnown"][number]): string[] {
  const id = reference === undefined || what.includes(reference) ? "" : ` ${reference}`;
  return [`${placeNames[where]}: ${what}${id}: ${why}`, ...(look === undefined ? [] : [`  look: ${look}`])];
}

export function keptLine({ where, what, why, reference, monthlyPrice }: Receipt["kept"][number]): string {
  const id = reference === undefined || what.includes(reference) ? "" : ` ${reference}`;
  const price = monthlyPrice === undefined ? "" : `, ${dollars(monthlyPrice)} a month`;
  return `${placeNames[where]}: ${what}${id}${price}: ${why}`;
}

/** What is not known is beside the answer: an answer is about what was asked for. */
export function answerLines({ answers, notKnown }: Receipt): string[] {
  return answers.map(({ where, left, why = "" }) => {
    const answer = left === undefined ? `not answered: ${why}` : left === 0 ? "nothing" : String(left);
    const beside = notKnown.filter((thing) => thing.where === where).length;
    return `${placeNames[where]}: ${answer}${beside === 0 ? "" : ` of what was asked for; ${beside} not known`}`;
  });
}

/** Usual durations, because those of this destroy are the engine's to tell. */
export function awsChainLines({ awsChain }: Receipt): string[] {
  if (awsChain === undefined) return [];
  const links = awsChain.links.map(({ what, seconds }) => `${what} ${duration(seconds)}`);
  return [`usually ${duration(awsChain.seconds)} for its longest chain: ${links.join(", ")}`];
}

/** Between two parts the engine deletes what is in its state. */
export function engineWork(before: ReceiptPart, after: ReceiptPart): { what: string; seconds: number } {
  const what =
    before.part === "drain" && after.part === "sweep"
      ? "Flux, add-ons, nodes, cluster (Pulumi)"
      : before.part === "drain"
        ? "everything else (Pulumi)"
        : "network, roles (Pulumi)";
  return { what, seconds: Math.max(0, Date.parse(after.startedAt) - Date.parse(before.endedAt)) / 1000 };
}

function runLines({ parts, waves, choices }: ReceiptRun): string[] {
  const chosen = [
    ...(choices.teardown === "run" ? [] : [`SDLC_TEARDOWN=${choices.teardown}`]),
    ...(choices.onStuck === "stop" ? [] : [`SDLC_TEARDOWN_ON_STUCK=${choices.onStuck}`]),
  ];
  return [
    ...(chosen.length === 0 ? [] : [`  chosen: ${chosen.join(", ")}`]),
    ...parts.flatMap((part, index) => {
      const next = parts[index + 1];
      const engine = next && engineWork(part, next);
      const ownWaves = part.part === "drain" ? waves.map(waveLine) : [];
      return [
        `  ${clockTime(part.startedAt)}  ${part.part.padEnd(6)}  ${duration(part.seconds)}, ${part.outcome}${whyText(part)}`,
        ...ownWaves,
        ...(engine === undefined
          ? []
          : [`  ${clockTime(part.endedAt)}  ${engine.what}, ${duration(engine.seconds)}`]),
      ];
    }),
  ];
}

function waveLine({ wave, of, seconds, objects, ended }: ReceiptRun["waves"][number]): string {
  return `            wave ${wave} of ${of}: ${count(objects, "object")}, ${duration(seconds)}${ended ? "" : ", not ended"}`;
}

/** The first line is enough: the error itself was shown when it happened. */
function whyText({ why }: ReceiptPart): string {
  const [first = "", ...more] = (why ?? "").split("\n");
  return why === undefined ? "" : `: ${first}${more.length > 0 ? " …" : ""}`;
}

function deletedLines(deleted: readonly DeletedThing[]): string[] {
  return (["kubernetes", "aws", "git"] as const).flatMap((where) => {
    const things = deleted.filter((thing) => thing.where === where);
    if (things.length === 0) return [];
    const more = things.length - listed;
    return [
      `${placeNames[where]}: ${things.length}`,
      ...things.slice(0, listed).map((thing) => `  ${thingLine(thing)}`),
      ...(more > 0 ? [`  and ${more} more`] : []),
    ];
  });
}

function thingLine({ type, what, because, startedAt, endedAt }: DeletedThing): string {
  const took =
    endedAt === undefined
      ? "its end was not seen"
      : duration((Date.parse(endedAt) - Date.parse(startedAt)) / 1000);
  return `${clockTime(startedAt)}  ${type} ${what}, ${took}${because === undefined ? "" : ` (${because})`}`;
}
