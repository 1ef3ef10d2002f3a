/** The page about the table of kinds, made from the table itself. */
import { awsTypes } from "../teardown/laws/aws-types.ts";
import { isSwept, type AwsKind } from "./kind.ts";
import { awsKinds } from "./kinds.ts";

const head = `# What a stack leaves in AWS

\`npm run docs\` makes this page from the table in [\`src/aws/kinds/\`](../src/aws/kinds), and a test fails when it is old. Drain,
sweep, ledger and \`make destroy\` ask AWS by these files, and nothing else asks it what is there.

- **Counted**: the ledger counts it at the end of a destroy, and the destroy fails while one is left.
- **Swept**: a sweep deletes what the cluster made, by the calls that stand here and no others, where [the law](destroy.md) lets
  it. What is not swept the engine deletes, or a person.
- **Named**: an object in the cluster names it by such an id, and the drain waits until AWS has no more of it.
`;

/** Markdown. */
export function kindsPage(): string {
  const rows = awsKinds.map(row);
  const titles = ["Kind", "Found by", "Counted", "Swept", "Named", "What holds it"];
  return `${head}\n${[titles, titles.map(() => "---"), ...rows].map(line).join("\n")}\n`;
}

function row(kind: AwsKind): string[] {
  const { noun, found, named, heldBy } = kind;
  const calls = Object.keys(awsTypes[kind.type]?.calls ?? {}).map((call) => `\`${call}\``);
  const waited = isSwept(kind) && calls.length === 0 ? "waited for" : calls.join(", ");
  return [
    noun,
    found,
    kind.count === undefined ? "" : "yes",
    isSwept(kind) ? waited : "",
    named === undefined ? "" : `\`${named.prefix}…\``,
    heldBy ?? "",
  ];
}

const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
