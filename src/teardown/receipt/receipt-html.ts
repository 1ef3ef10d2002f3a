/** The receipt as one page that needs nothing else: a timeline of each run, and the same sections as the text. */
import { escapeHtml, htmlList, htmlPage, htmlSection } from "../pages.ts";
import {
  answerLines,
  awsChainLines,
  keptLine,
  notKnownLines,
  placeNames,
  summaryLine,
} from "./receipt-text.ts";
import type { DeletedThing, Receipt } from "./schema.ts";
import { clockTime, dateTime, duration } from "./span.ts";
import { timelineSvg } from "./timeline.ts";

export function receiptHtml(receipt: Receipt): string {
  const { stack, clusterName, startedAt, endedAt, seconds, runs } = receipt;
  const body = `<p class="${receipt.outcome}"><strong>${escapeHtml(summaryLine(receipt))}</strong></p>
<p>Cluster ${escapeHtml(clusterName)}, ${dateTime(startedAt)} to ${dateTime(endedAt)}: ${duration(seconds)}, ${runs.length === 1 ? "in one run" : `in ${runs.length} runs`}.</p>
${runs
  .map(
    (run, index) => `<section>
<h2>Run ${index + 1}: ${clockTime(run.startedAt)}, ${duration(run.seconds)}</h2>
${timelineSvg(run, receipt.deleted)}
${htmlList(run.parts.flatMap(({ part, outcome, why }) => (why === undefined ? [] : [`${part} ${outcome}: ${why}`])))}
</section>`,
  )
  .join("\n")}
${htmlSection("What is left?", answerLines(receipt))}
${htmlSection(
  "Left",
  receipt.left.map(({ where, what, because }) => `${placeNames[where]}: ${what} (${because})`),
)}
${htmlSection(
  "Not known: nobody was asked for it",
  receipt.notKnown.map((thing) => notKnownLines(thing).join("\n")),
)}
${htmlSection("Kept on purpose", receipt.kept.map(keptLine))}
${htmlSection(
  "Forced, by choice of the operator",
  receipt.forced.map(
    ({ at, object, what, checked }) => `${clockTime(at)} ${object}: ${what} (checked before: ${checked})`,
  ),
)}
${htmlSection("AWS by itself", awsChainLines(receipt))}
${deletedTable(receipt.deleted)}`;
  return htmlPage({ title: `Receipt of the destroy of ${stack}`, style, body });
}

function deletedTable(deleted: readonly DeletedThing[]): string {
  if (deleted.length === 0) return "";
  const rows = deleted.map(({ where, type, what, because = "", wave, startedAt, endedAt }) => {
    const took = endedAt === undefined ? "" : duration((Date.parse(endedAt) - Date.parse(startedAt)) / 1000);
    const cells = [
      clockTime(startedAt),
      took,
      placeNames[where],
      wave === undefined ? "" : String(wave),
      type,
      what,
      because,
    ];
    return `<tr>${cells.map((cell) => `<td>${escapeHtml(cell)}</td>`).join("")}</tr>`;
  });
  const heads = ["At", "Took", "Where", "Wave", "Type", "What", "Whose it was"];
  return `<section>
<h2>Deleted: ${deleted.length}</h2>
<table><thead><tr>${heads.map((head) => `<th>${head}</th>`).join("")}</tr></thead>
<tbody>
${rows.join("\n")}
</tbody></table>
</section>`;
}

const style = `section { margin-top: 1.5rem; }
li { white-space: pre-line; overflow-wrap: anywhere; }
.clean { color: #1a7f37; }
.left, .unknown { color: #cf222e; }
svg { max-width: 100%; height: auto; font: 12px system-ui, sans-serif; }
table { border-collapse: collapse; font-size: .85rem; }
th, td { text-align: left; vertical-align: top; padding: .2rem .8rem .2rem 0; border-bottom: 1px solid #d0d7de; overflow-wrap: anywhere; }
`;
