/**
 * Runs the tests: every file under the folders (or the folders and files given as arguments), cheapest
 * first, and closes with one line that counts them. The tools are set up before, so that no test needs to be
 * skipped for want of one.
 */
import { glob } from "node:fs/promises";
import path from "node:path";
import Mocha from "mocha";
import { setUpTools } from "../local/tools/setup.ts";

const suites = ["test/unit", "test/component", "test/provider", "test/commands", "test/local", "test/engine"];
const usualTimeoutMilliseconds = 10_000;

async function testFiles(targets: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const target of targets) {
    const pattern = target.endsWith(".ts") ? target : path.posix.join(target, "**/*.test.ts");
    const files: string[] = [];
    for await (const file of glob(pattern)) files.push(file);
    // A folder that was renamed would otherwise drop out of the run without anybody's noticing.
    if (files.length === 0) {
      console.error(
        `No test file matches ${target}.\nGive folders or files that are there: node test/run.ts test/unit`,
      );
      process.exit(1);
    }
    found.push(...files.sort());
  }
  return found;
}

const targets = process.argv.slice(2);
const files = await testFiles(targets.length === 0 ? suites : targets);
await setUpTools();
const mocha = new Mocha({
  reporter: "spec",
  timeout: usualTimeoutMilliseconds,
  forbidOnly: true,
  failZero: true,
});
for (const file of files) mocha.addFile(file);
await mocha.loadFilesAsync();
const stats: { passes: number; failures: number; pending: number } = { passes: 0, failures: 0, pending: 0 };
const failures = await new Promise<number>((resolve) => {
  const runner = mocha.run(resolve);
  runner.on("pass", () => (stats.passes += 1));
  runner.on("pending", () => (stats.pending += 1));
});
console.log(
  `${stats.passes} passed, ${failures} failed${stats.pending > 0 ? `, ${stats.pending} skipped` : ""}`,
);
// A child process or a server that a failed test left open must not keep a finished run alive.
process.exit(failures > 0 ? 1 : 0);
