import assert from "node:assert/strict";
import {
  describeFailure,
  failedAttempt,
  FailureClock,
  lastingFailure,
  type FailedAttempt,
  type Failure,
} from "../../../src/flux/attempts.ts";
import type { Condition, FluxObject, FluxStatus } from "../../../src/flux/flux-objects.ts";
import type { Row } from "../../../src/flux/readiness.ts";

function object(
  kind: string,
  spec: FluxObject["spec"],
  conditions: readonly Condition[] = [],
  status: FluxStatus = {},
): FluxObject {
  const metadata = { namespace: "flux-system", name: "apps" };
  return { apiVersion: "any/v1", kind, metadata, spec, status: { ...status, conditions } };
}

const at = (type: string, reason: string, second: number): Condition => ({
  type,
  status: type === "Ready" ? "False" : "True",
  reason,
  lastTransitionTime: `2026-11-28T10:00:${String(second).padStart(2, "0")}Z`,
});

describe("an attempt of Flux that failed", () => {
  const ready = at("Ready", "BuildFailed", 1);

  it("is told from the next by when Flux has put it off, and is none while it goes on", () => {
    const mark = (...conditions: Condition[]): string | undefined =>
      failedAttempt(object("GitRepository", {}, [ready, ...conditions])).mark;
    const first = mark(at("Reconciling", "ProgressingWithRetry", 5));
    assert.notEqual(first, undefined);
    assert.equal(mark(at("Reconciling", "Progressing", 30)), undefined);
    assert.notEqual(mark(at("Reconciling", "ProgressingWithRetry", 31)), first);
    assert.equal(mark(), ready.lastTransitionTime);
  });

  it("of a release is what helm-controller counts", () => {
    const going = [ready, at("Reconciling", "Progressing", 30)];
    const failures = (count: number): string | undefined =>
      failedAttempt(object("HelmRelease", {}, going, { failures: count })).mark;
    assert.equal(failures(0), undefined);
    assert.notEqual(failures(1), failures(2));
  });

  it("is tried again as the object says", () => {
    const retry = (kind: string, spec: FluxObject["spec"]): number => failedAttempt(object(kind, spec)).retry;
    assert.equal(retry("Kustomization", { interval: "10m", retryInterval: "1m30s" }), 90_000);
    assert.equal(retry("Kustomization", { interval: "10m" }), 600_000);
    assert.equal(retry("GitRepository", { interval: "1m" }), 30_000);
    assert.equal(retry("HelmRelease", { interval: "500ms" }), 500);
    assert.equal(failedAttempt(object("HelmRelease", {}, [ready, at("Stalled", "", 1)])).isStalled, true);
  });
});

describe("the clock of failures", () => {
  const row = (key: string, state: Row["state"], mark?: string, attempt = "1"): Row => {
    const failure: FailedAttempt = { mark, isStalled: false, retry: 30 };
    return { key, state, attempt, failure, ready: "False", reason: "", message: "" };
  };
  const seen = (failures: readonly Failure[]): (readonly [number, number])[] =>
    failures.map(({ attempts, milliseconds }) => [attempts, milliseconds] as const);

  it("counts attempts from the first failure, each once, though Flux tries again in between", () => {
    const clock = new FailureClock();
    assert.deepEqual(seen(clock.observe([row("a", "failing", "x")], 0)), [[1, 0]]);
    assert.deepEqual(clock.observe([row("a", "active")], 10), []);
    assert.deepEqual(seen(clock.observe([row("a", "failing", "x")], 20)), [[1, 20]]);
    assert.deepEqual(seen(clock.observe([row("a", "failing", "y")], 40)), [[2, 40]]);
    assert.deepEqual(seen(clock.observe([row("a", "failing")], 50)), [[2, 50]]);
  });

  it("starts anew with another revision, and after a success", () => {
    const clock = new FailureClock();
    clock.observe([row("a", "failing", "x")], 0);
    assert.deepEqual(seen(clock.observe([row("a", "failing", "y", "2")], 40)), [[1, 0]]);
    clock.observe([row("a", "ready", undefined, "2")], 50);
    assert.deepEqual(seen(clock.observe([row("a", "failing", "z", "2")], 90)), [[1, 0]]);
  });

  it("stands still while something else is at work, which may be what the failing object lacks", () => {
    const clock = new FailureClock();
    clock.observe([row("a", "failing"), row("b", "active")], 0);
    assert.deepEqual(clock.observe([row("a", "failing"), row("b", "active")], 60), []);
    assert.deepEqual(seen(clock.observe([row("a", "failing"), row("b", "blocked")], 70)), [[1, 70]]);
  });
});

describe("a failure that lasts", () => {
  const limits = { attempts: 3, patience: 40_000, longest: 240_000 };
  const failure = (change: Partial<Failure>): Failure => ({
    key: "Kustomization flux-system/apps",
    attempts: 1,
    milliseconds: 0,
    isStalled: false,
    retry: 30_000,
    ...change,
  });
  const lasts = (change: Partial<Failure>): boolean =>
    lastingFailure([failure(change)], limits) !== undefined;

  it("was tried three times, at the object's own interval", () => {
    assert.equal(lasts({ attempts: 2, milliseconds: 59_000 }), false, "mended at the third");
    assert.equal(lasts({ attempts: 3, milliseconds: 45_000 }), false, "somebody asked for one");
    assert.equal(lasts({ attempts: 3, milliseconds: 60_000 }), true);
    assert.equal(lasts({ attempts: 9, milliseconds: 30_000, retry: 100 }), false, "within seconds");
    assert.equal(lasts({ attempts: 9, milliseconds: 40_000, retry: 100 }), true);
  });

  it("ends in any case after a few minutes, and earlier where Flux has given up", () => {
    assert.equal(lasts({ milliseconds: 239_000, retry: 3_600_000 }), false);
    assert.equal(lasts({ milliseconds: 240_000, retry: 3_600_000 }), true);
    assert.equal(lasts({ milliseconds: 39_000, isStalled: true }), false);
    assert.equal(lasts({ milliseconds: 40_000, isStalled: true }), true);
  });

  it("says how often it was tried", () => {
    const said = (change: Partial<Failure>): string =>
      describeFailure(failure({ milliseconds: 61_500, ...change }));
    assert.equal(said({ attempts: 3 }), "Kustomization flux-system/apps has failed 3 times in 62 s");
    assert.equal(
      said({ isStalled: true }),
      "Kustomization flux-system/apps has failed for 62 s, and Flux does not try again",
    );
  });
});
