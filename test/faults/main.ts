/**
 * `make faults`: every case of a destroy that goes wrong, made on the local platform and destroyed, by the product and by what
 * it is compared with.
 *
 *     --case 7,12        these alone, whatever is known of them; from 1000 on, the random cluster of that seed
 *     --way product      this way alone: product, plain, published
 *     --random 20        so many random clusters besides, by the product
 *     --fresh            nothing of an earlier run counts
 *     --missing          what has a result of whatever commit already is not run again
 *     --lanes 2          scenarios at the same time, on one platform
 *     --markdown         runs nothing, prints the table of the last results, of whatever commit, for docs/destroy.md
 */
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";
import pLimit from "p-limit";
import { checkout } from "../../local/folders.ts";
import { setUpTools } from "../../local/tools/setup.ts";
import { TestPlatform } from "../support/test-platform.ts";
import { Results, type Result } from "./results.ts";
import { runScenario, type Outcome } from "./run-scenario.ts";
import { ways, type Scenario, type Way } from "./scenario.ts";
import { scenarios } from "./scenarios/index.ts";
import { firstSeed, randomScenario } from "./scenarios/random.ts";
import { closingLine, markdownTable, provenance, rowsOf, terminalTable } from "./table.ts";

const reports = path.join(checkout, "reports", "faults");
const resultsFile = path.join(reports, "results.json");

const { values } = parseArgs({
  options: {
    case: { type: "string", default: "" },
    way: { type: "string", default: "" },
    random: { type: "string", default: "20" },
    lanes: { type: "string", default: "2" },
    missing: { type: "boolean", default: false },
    fresh: { type: "boolean", default: false },
    markdown: { type: "boolean", default: false },
  },
});

interface Job {
  readonly scenario: Scenario;
  readonly way: Way;
}

function chosenScenarios(): readonly Scenario[] {
  if (values.case === "") return scenarios;
  return values.case.split(",").map((text) => {
    const number = Number(text);
    if (number >= firstSeed) return randomScenario(number);
    const found = scenarios.find((scenario) => scenario.number === number);
    if (found) return found;
    const known = scenarios.map(({ number }) => number).join(", ");
    throw new Error(`There is no case ${text}. Choose of ${known}.`);
  });
}

function chosenWays(): readonly Way[] {
  if (values.way === "") return ways;
  return values.way.split(",").map((text) => {
    const found = ways.find((way) => way === text.trim());
    if (found) return found;
    throw new Error(`There is no way ${text}. Choose of ${ways.join(", ")}.`);
  });
}

/** Those of an earlier run of this code count; their seeds are their numbers. */
function randomScenarios(results: Results): readonly Scenario[] {
  if (values.case !== "") return [];
  const known = results.numbers.filter((number) => number >= firstSeed);
  const first = firstSeed + (Date.now() % 1_000_000);
  const seeds = Array.from({ length: Number(values.random) }, (_, index) => known[index] ?? first + index);
  if (seeds.length > 0) console.log(`Random clusters by the seeds ${seeds.join(", ")}`);
  return seeds.map(randomScenario);
}

async function run(): Promise<boolean> {
  const chosen = chosenScenarios();
  const wanted = chosenWays();
  const results = await Results.open(resultsFile, values.fresh);
  const random = wanted.includes("product") ? randomScenarios(results) : [];
  const all = [
    ...chosen.flatMap((scenario) => wanted.map((way) => ({ scenario, way }))),
    ...random.map((scenario) => ({ scenario, way: "product" as const })),
  ];
  const jobs = all.filter(({ scenario, way }) => !isKnown(results, scenario, way));
  const known = all.length - jobs.length;
  if (known > 0) console.log(`${known} results are known already; --fresh runs them again.`);
  await setUpTools();
  await mkdir(reports, { recursive: true });
  await work(jobs, results);

  const ofThisCode = (number: number, way: Way): Result | undefined => results.of(number, way);
  const rows = rowsOf(chosen, ofThisCode);
  console.log(terminalTable(rows));
  console.log(`Logs: ${path.relative(process.cwd(), reports)}/<case>-<way>.log`);
  const randomRows = rowsOf(random, ofThisCode);
  for (const { product, scenario } of randomRows.filter((row) => row.product?.clean !== true)) {
    console.log(`case ${scenario.number}, ${scenario.title}: ${product?.result ?? "was not run"}`);
  }
  if (random.length > 0) console.log(`Random: ${closingLine(randomRows, "product")}`);
  for (const way of [...wanted].reverse()) console.log(closingLine(rows, way));
  return (
    !wanted.includes("product") || [...rows, ...randomRows].every(({ product }) => product?.clean === true)
  );
}

/** Who names a case wants it run. A product's failure is tried again: it is what somebody is about to mend. */
function isKnown(results: Results, { number }: Scenario, way: Way): boolean {
  if (values.case !== "" && !values.missing) return false;
  const result = values.missing ? results.last(number, way) : results.of(number, way);
  return result !== undefined && (result.clean || way !== "product");
}

/** All on one platform, several at a time, but for those that change the account for everybody. */
async function work(jobs: readonly Job[], results: Results): Promise<void> {
  if (jobs.length === 0) return;
  const platform = await TestPlatform.start();
  let stopping = false;
  const isOver = (): boolean => stopping;
  const stop = (): void => {
    stopping = true;
    void platform.stop().finally(() => process.exit(130));
  };
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  let left = jobs.length;
  const inTurn = (atATime: number, some: readonly Job[]): Promise<unknown> => {
    const limit = pLimit(atATime);
    return Promise.all(
      some.map((job) =>
        limit(async () => {
          if (isOver()) return;
          const outcome = await runScenario(platform, job.scenario, job.way);
          // What ends with its platform has come to nothing.
          if (!isOver()) await record(job, outcome, results, (left -= 1));
        }),
      ),
    );
  };
  try {
    await platform.succeed("up", "development");
    const isAlone = ({ scenario }: Job): boolean => scenario.alone === true;
    // By the product first: that is what somebody waits for.
    const alone = jobs.filter(isAlone);
    await inTurn(
      1,
      alone.filter(({ way }) => way === "product"),
    );
    await inTurn(
      Math.max(1, Number(values.lanes)),
      jobs.filter((job) => !isAlone(job)),
    );
    await inTurn(
      1,
      alone.filter(({ way }) => way !== "product"),
    );
  } finally {
    process.off("SIGINT", stop);
    process.off("SIGTERM", stop);
    await platform.stop();
  }
}

async function record(
  { scenario, way }: Job,
  { clean, log, waves, result, seconds, begun }: Outcome,
  results: Results,
  toGo: number,
): Promise<void> {
  const { number } = scenario;
  const title = `case ${number}, ${way}: ${scenario.title}`;
  await writeFile(path.join(reports, `${number}-${way}.log`), `${title}\n${log}\n`);
  // A baseline has not failed where the case could not be made.
  if (begun || way === "product") {
    await results.add({ number, way, clean, result, seconds, ...(waves !== undefined && { waves }) });
  }
  console.log(
    `${clean ? "✓" : "✗"} ${title}\n    ${begun ? "" : "was not made: "}${result}, ${seconds} s; ${toGo} to go`,
  );
}

async function printMarkdown(): Promise<void> {
  const results = await Results.open(resultsFile, false);
  const rows = rowsOf(scenarios, (number, way) => results.last(number, way));
  if (rows.every(({ product }) => product === undefined)) {
    throw new Error("No run has left results yet: make faults");
  }
  console.log(`${provenance(rows)}\n`);
  console.log(markdownTable(rows));
  console.log(`\n${ways.map((way) => closingLine(rows, way)).join("; ")}.`);
}

try {
  if (values.markdown) await printMarkdown();
  else process.exitCode = (await run()) ? 0 : 1;
} catch (error) {
  console.error(`\nerror: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
