/**
 * `npm run align -- [--json]`: every stack of the backend with its versions, what differs from Development, and what
 * `pulumi up` would do about it. Exits with 1 if an `up` would be refused.
 */
import { parseArgs } from "node:util";
import Table from "cli-table3";
import { alignmentRow, type AlignmentRow } from "../src/alignment.ts";
import { PulumiCli } from "./pulumi-cli.ts";
import { readStacks } from "./read-stacks.ts";
import { runCommand } from "./run-command.ts";

export async function alignment(pulumi: PulumiCli, now: Date): Promise<AlignmentRow[]> {
  return (await readStacks(pulumi)).map((source) => alignmentRow(source, now));
}

/** The table, and below it what does not fit into a cell. */
export function alignmentText(rows: readonly AlignmentRow[]): string {
  const table = new Table({
    head: ["stack", "kubernetes", "add-ons", "support ends", "differs from development", "pulumi up would"],
    style: { head: [], border: [] },
    wordWrap: true,
  });
  const development = rows.find(({ stack }) => stack === "development");
  for (const row of rows) {
    table.push([
      row.stack,
      kubernetesCell(row),
      addonsCell(row, development),
      supportCell(row),
      row.differs.join("\n") || (row.kubernetesVersion === undefined ? "" : "nothing"),
      row.refusals.length > 0 ? "refuse, see below" : row.steps.join("\n") || "change no version",
    ]);
  }
  const details = rows.flatMap(({ stack, refusals, warnings }) => [
    ...refusals.flatMap(({ what, remedy }) => [`${stack}: ${what}`, `  ${remedy}`]),
    ...warnings.map((warning) => `${stack}: ${warning}`),
  ]);
  return [table.toString(), ...details].join("\n");
}

function kubernetesCell({ kubernetesVersion, nodeVersions }: AlignmentRow): string {
  if (kubernetesVersion === undefined) return "not deployed";
  const others = Object.entries(nodeVersions).filter(([, version]) => version !== kubernetesVersion);
  return [kubernetesVersion, ...others.map(([group, version]) => `nodes ${group} ${version}`)].join("\n");
}

function addonsCell(row: AlignmentRow, development: AlignmentRow | undefined): string {
  const versions = Object.entries(row.addonVersions);
  const same =
    development !== undefined &&
    development !== row &&
    versions.length > 0 &&
    versions.every(([name, version]) => development.addonVersions[name] === version);
  return same ? "as development" : versions.map(([name, version]) => `${name} ${version}`).join("\n");
}

function supportCell({ support }: AlignmentRow): string {
  switch (support.state) {
    case "standard":
      return support.standardEnd ?? "";
    case "extended":
      return `extended, ${support.extendedEnd ?? ""}`;
    case "ended":
      return `ended ${support.extendedEnd ?? ""}`;
    case "unknown":
      return "";
  }
}

if (import.meta.main) {
  await runCommand(async () => {
    const { values } = parseArgs({ options: { json: { type: "boolean", default: false } } });
    const rows = await alignment(new PulumiCli(), new Date());
    console.log(values.json ? JSON.stringify(rows, undefined, 2) : alignmentText(rows));
    if (rows.some(({ refusals }) => refusals.length > 0)) process.exitCode = 1;
  });
}
