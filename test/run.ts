/**
 * Runs tests: the quick ones, which need no tool; those of the folders and files that are given as arguments; with `--all` every
 * one. Sets up what they need and nothing else, runs suites side by side, and closes with one line that counts the tests.
 */
import { glob } from "node:fs/promises";
import { availableParallelism, freemem } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { runCommand } from "../commands/run-command.ts";
import { requirePrograms } from "../local/tools/prerequisites.ts";
import { setUpTools } from "../local/tools/setup.ts";
import { UserError } from "../src/errors.ts";
import { laneCount, needsOf, planOf } from "./runner/plan.ts";
import { closingLine, failures, times } from "./runner/report.ts";
import { runSuites } from "./runner/schedule.ts";
import { quickSuites, suites } from "./runner/suites.ts";

// Suites and what they start load the same modules, and find them compiled from the second time on.
process.env["NODE_COMPILE_CACHE"] ??= path.resolve("node_modules/.cache/node");

const everything = "{test/{unit,component,provider,commands,cluster,engine},local/test}";

async function testFiles(targets: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const given of targets) {
    const target = path.relative(process.cwd(), given);
    const pattern = target.endsWith(".ts") ? target : path.posix.join(target, "**/*.test.ts");
    const files: string[] = [];
    for await (const file of glob(pattern)) files.push(file);
    // A folder that was renamed would otherwise drop out of the run without anybody's noticing.
    if (files.length === 0) {
      throw new UserError({
        what: `No test file matches ${given}.`,
        remedy: "Give folders or files that are there: npm test -- test/unit/settings",
      });
    }
    found.push(...files.sort());
  }
  return found;
}

/** Aborted by the first Ctrl-C; the later ones change nothing. */
function interruption(): AbortSignal {
  const stopping = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      if (!stopping.signal.aborted) console.log("Stopping every suite and what it started.");
      stopping.abort();
    });
  }
  return stopping.signal;
}

await runCommand(async () => {
  const { values, positionals } = parseArgs({
    options: { all: { type: "boolean", default: false } },
    allowPositionals: true,
  });
  const targets = values.all ? [everything] : positionals.length > 0 ? positionals : quickSuites;
  const work = planOf(await testFiles(targets), suites);
  // What even the quick tests and their runner call.
  await requirePrograms("The tests need", ["git", "ssh-keygen", "ps"]);
  await setUpTools(needsOf(work));

  const started = Date.now();
  const signal = interruption();
  const lanes = laneCount(availableParallelism(), freemem());
  const rows = await runSuites(work, { lanes, signal, print: console.log });
  const seconds = Math.round((Date.now() - started) / 1000);
  const lines = [...times(rows), `${seconds} s in all, ${lanes} suites at once`, ...failures(rows)];
  console.log(`\n${lines.join("\n")}\n`);
  if (signal.aborted) console.log(`Interrupted: ${work.length - rows.length} suites did not run.`);
  else console.log(closingLine(rows));
  // A timer or a server of a library must not keep a finished run alive.
  process.exit(signal.aborted || rows.some(({ failed }) => failed > 0) ? 1 : 0);
});
