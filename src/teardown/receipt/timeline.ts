/** The timeline of a run, drawn: parts and what the engine did between them, the waves, and what was deleted in AWS and Git. */
import { count, escapeHtml } from "../pages.ts";
import { engineWork } from "./receipt-text.ts";
import type { DeletedThing, ReceiptRun } from "./schema.ts";
import { clockTime, duration } from "./span.ts";

interface Bar {
  readonly label: string;
  readonly from: number;
  readonly to: number;
  readonly kind: "part" | "engine" | "wave" | "thing";
}

const width = 900;
const labels = 300;
const row = 20;
const colours = { part: "#0969da", engine: "#afb8c1", wave: "#8250df", thing: "#bc4c00" } as const;

/** More single things than this are drawn as one bar for each type. */
const mostThings = 30;

export function timelineSvg(run: ReceiptRun, deleted: readonly DeletedThing[]): string {
  const bars = barsOf(run, deleted);
  const start = Date.parse(run.startedAt);
  const length = Math.max(1, Date.parse(run.endedAt) - start);
  const x = (at: number): number => labels + ((at - start) / length) * (width - labels - 10);
  const height = bars.length * row + 24;
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((share) => {
    const at = x(start + share * length);
    const anchor = share === 1 ? "end" : "middle";
    const time = clockTime(new Date(start + share * length).toISOString());
    return `<line x1="${at.toFixed(1)}" y1="16" x2="${at.toFixed(1)}" y2="${height}" stroke="#d8dee4"/><text x="${at.toFixed(1)}" y="11" text-anchor="${anchor}" fill="#57606a">${time}</text>`;
  });
  const drawn = bars.map(({ label, from, to, kind }, index) => {
    const y = index * row + 20;
    const wide = Math.max(2, x(to) - x(from));
    const shown = label.length > 46 ? `${label.slice(0, 45)}…` : label;
    const title = `${label}: ${duration((to - from) / 1000)}`;
    return `<g><title>${escapeHtml(title)}</title><text x="0" y="${y + 14}" fill="#1b1f24">${escapeHtml(shown)}</text><rect x="${x(from).toFixed(1)}" y="${y + 3}" width="${wide.toFixed(1)}" height="${row - 6}" rx="3" fill="${colours[kind]}"/></g>`;
  });
  return `<svg viewBox="0 0 ${width} ${height}" width="${width}" role="img" aria-label="Timeline of the run">
${[...ticks, ...drawn].join("\n")}
</svg>`;
}

function barsOf(run: ReceiptRun, deleted: readonly DeletedThing[]): Bar[] {
  const things = thingBars(run, deleted);
  return run.parts.flatMap((part, index): Bar[] => {
    const next = run.parts[index + 1];
    const engine = next && engineWork(part, next);
    return [
      {
        label: `${part.part}, ${part.outcome}`,
        from: Date.parse(part.startedAt),
        to: Date.parse(part.endedAt),
        kind: "part",
      },
      ...(part.part === "drain"
        ? run.waves.map(({ wave, of, objects, startedAt, endedAt }): Bar => ({
            label: `  wave ${wave} of ${of}: ${count(objects, "object")}`,
            from: Date.parse(startedAt),
            to: Date.parse(endedAt),
            kind: "wave",
          }))
        : []),
      ...things.filter((bar) => bar.part === part.part),
      ...(next === undefined || engine === undefined
        ? []
        : [
            {
              label: engine.what,
              from: Date.parse(part.endedAt),
              to: Date.parse(next.startedAt),
              kind: "engine" as const,
            },
          ]),
    ];
  });
}

/** What was deleted outside of the waves, and within this run. */
function thingBars(run: ReceiptRun, deleted: readonly DeletedThing[]): (Bar & Pick<DeletedThing, "part">)[] {
  const [start, end] = [Date.parse(run.startedAt), Date.parse(run.endedAt)];
  const bars = deleted.flatMap(({ where, type, what, part, startedAt, endedAt = run.endedAt }) => {
    const [from, to] = [Date.parse(startedAt), Math.min(Date.parse(endedAt), end)];
    if (where === "kubernetes" || from < start || from > end) return [];
    return [{ label: `  ${type} ${nameIn(what)}`, type, part, from, to, kind: "thing" as const }];
  });
  if (bars.length <= mostThings) return bars;
  const types = [...new Set(bars.map(({ type }) => type))];
  return types.flatMap((type) => {
    const same = bars.filter((bar) => bar.type === type);
    const [first] = same;
    if (first === undefined) return [];
    return [
      {
        ...first,
        label: `  ${same.length} × ${type}`,
        from: Math.min(...same.map(({ from }) => from)),
        to: Math.max(...same.map(({ to }) => to)),
      },
    ];
  });
}

/** The end of an ARN is what tells things apart. */
function nameIn(what: string): string {
  return what.startsWith("arn:") ? what.split("/").slice(1).join("/") : what;
}
