/** The lines that a run prints beside the tests' own. */
import type { Outcome } from "./outcome.ts";

/** One suite at the end of a run. */
export interface Row extends Outcome {
  readonly suite: string;
  readonly seconds: number;
}

/** One suite in the middle of a run. */
export interface Running {
  readonly suite: string;
  readonly seconds: number;
  readonly usualSeconds: number;
  readonly testsDone: number;
}

const slowestShown = 10;

/** What runs, how far it is, and how long it usually takes. */
export function heartbeat(
  seconds: number,
  running: readonly Running[],
  done: { readonly suites: number; readonly of: number; readonly failed: number },
): string {
  const each = running.map(
    (lane) =>
      `${lane.suite} ${lane.seconds} s of usually ${lane.usualSeconds} s, ${counted(lane.testsDone, "test")} done`,
  );
  const failed = done.failed > 0 ? `, ${done.failed} failed so far` : "";
  return `${seconds} s: ${done.suites} of ${counted(done.of, "suite")} done${failed}; now ${each.join("; ")}`;
}

/** The time of each suite and the slowest tests, both the longest first. */
export function times(rows: readonly Row[]): string[] {
  const tests = rows
    .flatMap((row) => row.tests.map((test) => ({ ...test, suite: row.suite })))
    .sort((one, other) => other.milliseconds - one.milliseconds)
    .slice(0, slowestShown);
  return [
    "Seconds by suite:",
    ...rows
      .toSorted((one, other) => other.seconds - one.seconds)
      .map(({ suite, seconds, passed }) => `${column(seconds)}  ${suite}, ${counted(passed, "test")} passed`),
    "The slowest tests, in seconds:",
    ...tests.map(
      ({ suite, title, milliseconds }) => `${column(Math.round(milliseconds / 1000))}  ${suite}: ${title}`,
    ),
  ];
}

/** Every failure by its suite; none if there is none. */
export function failures(rows: readonly Row[]): string[] {
  return rows.flatMap((row) => row.failures.map((failure) => `Failed: ${row.suite}: ${failure}`));
}

/** The last line of a run, which scripts read: `12 passed, 0 failed`. */
export function closingLine(rows: readonly Row[]): string {
  const sum = (key: "passed" | "failed" | "skipped"): number =>
    rows.reduce((total, row) => total + row[key], 0);
  const skipped = sum("skipped");
  return `${sum("passed")} passed, ${sum("failed")} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}

/** How a suite ended, above what its tests printed. */
export function heading({ suite, passed, failed, seconds }: Row): string {
  return `\n── ${suite}: ${passed} passed, ${failed} failed, ${seconds} s`;
}

function column(number: number): string {
  return String(number).padStart(6);
}

function counted(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}
