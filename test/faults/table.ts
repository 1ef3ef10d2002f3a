/** The results as a table: on a terminal, and for docs/destroy.md. */
import Table from "cli-table3";
import type { Result } from "./results.ts";
import { ways, type Scenario, type Way } from "./scenario.ts";

export interface Row {
  readonly scenario: Scenario;
  readonly product: Result | undefined;
  readonly plain: Result | undefined;
  readonly published: Result | undefined;
}

export function rowsOf(
  scenarios: readonly Scenario[],
  result: (number: number, way: Way) => Result | undefined,
): Row[] {
  return scenarios.map((scenario) => ({
    scenario,
    product: result(scenario.number, "product"),
    plain: result(scenario.number, "plain"),
    published: result(scenario.number, "published"),
  }));
}

const titles: Readonly<Record<Way, string>> = {
  product: "product",
  plain: "plain destroy",
  published: "published procedure",
};

const head = ["case", "what is wrong", "waves", "seconds", ...ways.map((way) => titles[way])];

/** Characters of a cell; a baseline's failure is told in full in its log. */
const widest = { terminal: 34, markdown: 120 };

export function terminalTable(rows: readonly Row[]): string {
  const table = new Table({
    head,
    colWidths: [6, 44, 7, 9, 24, 36, 36],
    wordWrap: true,
    style: { head: [], border: [] },
  });
  for (const row of rows) table.push(cells(row, widest.terminal));
  return table.toString();
}

export function markdownTable(rows: readonly Row[]): string {
  const line = (texts: readonly string[]): string =>
    `| ${texts.map((text) => text.replaceAll("|", "\\|")).join(" | ")} |`;
  return [
    line(head),
    line(head.map((_, index) => (index === 2 || index === 3 ? "--:" : "---"))),
    ...rows.map((row) => line(cells(row, widest.markdown))),
  ].join("\n");
}

function cells({ scenario, product, plain, published }: Row, width: number): string[] {
  return [
    String(scenario.number),
    scenario.title,
    product?.waves === undefined ? "–" : String(product.waves),
    product === undefined ? "–" : String(Math.round(product.seconds)),
    ...[product, plain, published].map((result) => told(result, width)),
  ];
}

function told(result: Result | undefined, width: number): string {
  if (result === undefined) return "not run";
  const text = result.clean ? result.result : `FAILED: ${result.result}`;
  return text.length > width ? `${text.slice(0, width - 1)}…` : text;
}

/** `30 of 30 scenarios clean`. What the product was not run on is not clean; of a baseline it says nothing. */
export function closingLine(rows: readonly Row[], way: Way): string {
  const clean = rows.filter((row) => row[way]?.clean === true).length;
  if (way === "product") return `${clean} of ${rows.length} scenarios clean`;
  const run = rows.filter((row) => row[way] !== undefined).length;
  const by = way === "plain" ? "a plain destroy" : "the published procedure";
  const rest = run === rows.length ? "" : ` (${rows.length - run} not run)`;
  return `${clean} of ${run} scenarios clean by ${by}${rest}`;
}

/** When and of what the results are: `Run on 2026-01-02; product at commit 0123456789 (cases 1, 2)`. */
export function provenance(rows: readonly Row[]): string {
  const results = rows.flatMap((row) => ways.flatMap((way) => row[way] ?? []));
  const days = [...new Set(results.map(({ at }) => at.slice(0, 10)))].sort();
  const columns = ways.flatMap((way) => {
    const byCommit = new Map<string, number[]>();
    for (const { code, number } of rows.flatMap((row) => row[way] ?? [])) {
      byCommit.set(code, [...(byCommit.get(code) ?? []), number]);
    }
    const commits = [...byCommit].map(([code, numbers]) =>
      byCommit.size === 1 ? code : `${code} (${numbers.join(", ")})`,
    );
    return commits.length === 0 ? [] : [`${titles[way]} at commit ${commits.join(", ")}`];
  });
  return `Run on ${days.join(" and ")} on the local platform: ${columns.join("; ")}.`;
}
