/** `npm run environments`: what each environment runs of the platform, since when, and whether all of it is healthy. */
import { parseArgs } from "node:util";
import Table from "cli-table3";
import { isDone } from "../src/flux/readiness.ts";
import type { EnvironmentState } from "../src/flux/environment-state.ts";
import { PulumiCli } from "./pulumi-cli.ts";
import { kubeconfigOf, readEnvironment } from "./read-environment.ts";
import { runCommand } from "./run-command.ts";

export interface EnvironmentRow {
  readonly stack: string;
  /** Or why it cannot be read. */
  readonly state: EnvironmentState | string;
}

/** Order of a promotion, last first to be looked at; the sandboxes come before it. */
const order = ["development", "staging", "production"];

/** One row for each stack of the backend. What cannot be read is told in its row. */
export async function environments(pulumi: PulumiCli): Promise<EnvironmentRow[]> {
  const stacks = (await pulumi.listStacks()).map(({ name }) => name);
  const rank = (stack: string): number => order.indexOf(stack);
  stacks.sort((a, b) => rank(a) - rank(b) || a.localeCompare(b, "en"));
  return Promise.all(stacks.map(async (stack) => ({ stack, state: await stateOf(pulumi, stack) })));
}

async function stateOf(pulumi: PulumiCli, stack: string): Promise<EnvironmentRow["state"]> {
  try {
    return await readEnvironment(await kubeconfigOf(pulumi, stack));
  } catch (error) {
    return error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
  }
}

export function environmentsText(rows: readonly EnvironmentRow[], now: Date): string {
  const table = new Table({
    head: ["environment", "runs", "digest", "since", "healthy"],
    style: { head: [], border: [] },
  });
  for (const { stack, state } of rows) {
    if (typeof state === "string") {
      table.push([stack, { colSpan: 4, content: state }]);
      continue;
    }
    const { running } = state;
    table.push([
      stack,
      running?.version ?? "nothing",
      running === undefined ? "" : shortDigest(running.digest),
      running?.since === undefined ? "" : `${running.since} (${age(new Date(running.since), now)})`,
      health(state),
    ]);
  }
  return table.toString();
}

function health({ healthy, rows }: EnvironmentState): string {
  const open = rows.filter((row) => !isDone(row));
  if (healthy) return `yes, ${rows.length} objects`;
  return `no, ${open
    .map(({ key }) => key)
    .slice(0, 3)
    .join(", ")}${open.length > 3 ? ` and ${open.length - 3} more` : ""}`;
}

/** As long as it takes to tell two apart. */
function shortDigest(digest: string): string {
  const [algorithm = "", hex = ""] = digest.split(":");
  return `${algorithm}:${hex.slice(0, 12)}`;
}

function age(from: Date, to: Date): string {
  const minutes = Math.max(0, Math.round((to.getTime() - from.getTime()) / 60_000));
  if (minutes < 120) return `${minutes} min`;
  return minutes < 48 * 60 ? `${Math.round(minutes / 60)} h` : `${Math.round(minutes / 60 / 24)} days`;
}

async function main(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({ args: [...args], options: { json: { type: "boolean", default: false } } });
  const rows = await environments(new PulumiCli());
  console.log(values.json ? JSON.stringify(rows, undefined, 2) : environmentsText(rows, new Date()));
}

if (import.meta.main) await runCommand(() => main(process.argv.slice(2)));
