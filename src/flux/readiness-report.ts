/** What a person reads of Flux's objects: the table of those that are not ready, as `flux get all` has it, and remedies. */
import { isDone, type Row } from "./readiness.ts";
import { remedyFor } from "./remedies.ts";

/** Characters of a message that a line shows; controllers repeat whole manifests. */
const longestMessage = 400;

/** `7 of 9 ready, waiting for Kustomization flux-system/apps: …`: one line, for while it goes on. */
export function progressLine(rows: readonly Row[]): string {
  const open = rows.filter((row) => !isDone(row));
  const order = ["failing", "active", "blocked"] as const;
  const first = order.flatMap((state) => open.filter((row) => row.state === state))[0];
  const counted = `${rows.length - open.length} of ${rows.length} Flux objects ready`;
  return first === undefined
    ? counted
    : `${counted}, waiting for ${first.key}: ${oneLine(first.message, 120)}`;
}

/** @param reason reads on after "Flux is not ready": `after 15 min`. */
export function failureReport(rows: readonly Row[], reason: string): string {
  const open = rows.filter((row) => !isDone(row)).sort((a, b) => rank(a) - rank(b));
  const cells = open.map(({ key, ready, reason: why, message }) => {
    const [kind = "", name = ""] = key.split(" ");
    return [kind, name, ready, `${why === "" ? "" : `${why}: `}${oneLine(message, longestMessage)}`];
  });
  const advice = [...new Set(open.flatMap((row) => remedyFor(row) ?? []))];
  return [
    `Flux is not ready ${reason}: ${open.length} of ${rows.length} objects are not.`,
    ...table([["KIND", "NAME", "READY", "MESSAGE"], ...cells]).map((line) => `  ${line}`),
    ...(advice.length > 0 ? advice : ["Look at the messages above; flux events shows what led to them."]),
    "Then run pulumi up again: it goes on from here.",
  ].join("\n");
}

function rank({ state }: Row): number {
  return ["failing", "active", "blocked"].indexOf(state);
}

function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? "").length)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

function oneLine(text: string, longest: number): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > longest ? `${line.slice(0, longest - 1)}…` : line;
}
