/** What a process that runs tests tells while it does so, and what that comes to. */

export type LaneMessage =
  | { readonly kind: "begin"; readonly title: string }
  | ({ readonly kind: "end" } & TestResult)
  /** Every test was run or is known to have failed. */
  | { readonly kind: "finished"; readonly failures: number };

export interface TestResult {
  readonly title: string;
  readonly state: "passed" | "failed" | "skipped";
  readonly milliseconds: number;
}

/** How a process ended. */
export interface LaneEnd {
  readonly code: number | null;
  readonly signal: string | null;
  /** Whether it was ended because it took far too long. */
  readonly overdue: boolean;
  /** Command lines of what it started and left running. */
  readonly left: readonly string[];
}

export interface Outcome {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly tests: readonly TestResult[];
  /** What failed, tests by their titles; the process's own end where that is what went wrong. */
  readonly failures: readonly string[];
}

/** A process that ended before it was through, ran no test, or left something running counts as one failure more. */
export function outcomeOf(messages: readonly LaneMessage[], end: LaneEnd): Outcome {
  const tests = messages.filter((message) => message.kind === "end");
  const count = (state: TestResult["state"]): number => tests.filter((test) => test.state === state).length;
  const failures = tests.filter(({ state }) => state === "failed").map(({ title }) => title);
  const wrong = wrongEnd(messages, end, failures.length);
  if (wrong !== undefined) failures.push(wrong);
  if (end.left.length > 0) failures.push(`left running: ${end.left.join("; ")}`);
  return {
    passed: count("passed"),
    failed: failures.length,
    skipped: count("skipped"),
    tests,
    failures,
  };
}

function wrongEnd(messages: readonly LaneMessage[], end: LaneEnd, failed: number): string | undefined {
  const finished = messages.find((message) => message.kind === "finished");
  if (finished) {
    if (finished.failures <= failed) return undefined;
    return "no test was run";
  }
  const how = end.signal === null ? `code ${end.code ?? "unknown"}` : `signal ${end.signal}`;
  const last = messages.findLast((message) => message.kind !== "finished");
  const where =
    last === undefined
      ? "before its first test"
      : `${last.kind === "begin" ? "in" : "after"} "${last.title}"`;
  return end.overdue ? `stopped ${where}, because it took far too long` : `ended with ${how} ${where}`;
}
