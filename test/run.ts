/**
 * Runs tests: the quick ones, which need no tool; those of the folders and files that are given as arguments; with `--all` every
 * one. Sets up what they need and nothing else, runs suites side by side, and closes with one line that counts the tests.
 */
import { glob } from "node:fs/promises";
import { availableParallelism, freemem } from "node:os";
import path from "node:path";
import which from "which";
import { setUpTools } from "../local/tools/setup.ts";
import { laneCount, needsOf, planOf } from "./runner/plan.ts";
import { closingLine, failures, times } from "./runner/report.ts";
import { runSuites } from "./runner/schedule.ts";
import { quickSuites, suites } from "./runner/suites.ts";

const everything = "test/{unit,component,provider,commands,local,engine}";

/** What even the quick tests call, with where to get it. */
const programs: Readonly<Record<string, string>> = {
  git: "Install Git 2.28 or newer",
  "ssh-keygen": "Install OpenSSH's client",
  ps: "Install procps",
};

function end(message: string): never {
  console.error(message);
  process.exit(1);
}

async function testFiles(targets: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const given of targets) {
    const target = path.isAbsolute(given) ? path.relative(process.cwd(), given) : path.normalize(given);
    const pattern = target.endsWith(".ts") ? target : path.posix.join(target, "**/*.test.ts");
    const files: string[] = [];
    for await (const file of glob(pattern)) files.push(file);
    // A folder that was renamed would otherwise drop out of the run without anybody's noticing.
    if (files.length === 0) {
      end(
        `No test file matches ${given}.\nGive folders or files that are there: npm test -- test/unit/settings`,
      );
    }
    found.push(...files.sort());
  }
  return found;
}

const args = process.argv.slice(2);
const given = args.filter((argument) => !argument.startsWith("--"));
const unknown = args.find((argument) => argument.startsWith("--") && argument !== "--all");
if (unknown !== undefined) end(`${unknown}: there is no such option.\nGive folders, files, or --all.`);
const targets = args.includes("--all") ? [everything] : given.length > 0 ? given : quickSuites;
const work = planOf(await testFiles(targets), suites);
for (const [program, remedy] of Object.entries(programs)) {
  if ((await which(program, { nothrow: true })) === null) {
    end(`The program ${program} was not found.\n${remedy}, then run the same command again.`);
  }
}

const stopping = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    if (stopping.signal.aborted) return;
    console.log("Stopping every suite and what it started.");
    stopping.abort();
  });
}
await setUpTools(needsOf(work));
const started = Date.now();
const lanes = laneCount(availableParallelism(), freemem());
const rows = await runSuites(work, { lanes, signal: stopping.signal, print: console.log });
if (stopping.signal.aborted) end(`Interrupted after ${Math.round((Date.now() - started) / 1000)} s.`);
const lines = [...times(rows), ...failures(rows)];
console.log(`\n${lines.join("\n")}\n\n${closingLine(rows)}`);
process.exitCode = rows.some(({ failed }) => failed > 0) ? 1 : 0;
