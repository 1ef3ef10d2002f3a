/** One process that runs test files and tells its parent how each test ended. Its arguments are the files. */
import Mocha, { type Test } from "mocha";
import type { LaneMessage, TestResult } from "./outcome.ts";

/** Long enough for a machine that is busy with other suites: it is there to end what hangs. */
const usualTimeoutMilliseconds = 30_000;

// A parent that was killed cannot stop its children any more.
process.once("disconnect", () => process.exit(1));

const sent: Promise<void>[] = [];
const tell = (message: LaneMessage): void => {
  sent.push(
    new Promise((resolve) =>
      process.send?.(message, undefined, undefined, () => {
        resolve();
      }),
    ),
  );
};

const mocha = new Mocha({
  reporter: "spec",
  timeout: usualTimeoutMilliseconds,
  color: process.env["FORCE_COLOR"] === "1",
  forbidOnly: true,
  failZero: true,
});
for (const file of process.argv.slice(2)) mocha.addFile(file);
await mocha.loadFilesAsync();
const failures = await new Promise<number>((resolve) => {
  const runner = mocha.run(resolve);
  const ended = (state: TestResult["state"]) => (test: Test) => {
    tell({ kind: "end", title: test.fullTitle(), state, milliseconds: test.duration ?? 0 });
  };
  runner.on("test", (test) => {
    tell({ kind: "begin", title: test.fullTitle() });
  });
  runner.on("pass", ended("passed"));
  runner.on("fail", ended("failed"));
  runner.on("pending", ended("skipped"));
});
tell({ kind: "finished", failures });
await Promise.all(sent);
// A child process or a server that a failed test left open must not keep a finished run alive.
process.exit(failures > 0 ? 1 : 0);
