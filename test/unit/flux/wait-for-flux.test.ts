import assert from "node:assert/strict";
import { waitForFlux, type Wait } from "../../../src/flux/wait-for-flux.ts";
import type { FluxObject } from "../../../src/flux/flux-objects.ts";

const source = "GitRepository flux-system/flux-system";
const usual = { pause: 1, attempts: 3 };

function repository(status: "True" | "False" | "Unknown", commit: string): FluxObject {
  return {
    apiVersion: "source.toolkit.fluxcd.io/v1",
    kind: "GitRepository",
    metadata: { namespace: "flux-system", name: "flux-system", generation: 1 },
    spec: {},
    status: {
      observedGeneration: 1,
      conditions: [
        { type: "Ready", status, reason: "GitOperationFailed", message: "authentication required" },
      ],
      artifact: { revision: `main@sha1:${commit}` },
    },
  };
}

/** Each look shows the next of `views`, and the last one from then on. */
function wait(
  views: readonly (readonly FluxObject[] | Error)[],
  change: Partial<Wait> = {},
): { done: Promise<number>; lines: string[]; nudged: string[] } {
  const lines: string[] = [];
  const nudged: string[] = [];
  let look = 0;
  const done = waitForFlux({
    expectation: { required: [source], commits: {} },
    limits: { ...usual, patience: 20, longest: 20, commitPatience: 20, silence: 20, timeout: 5_000 },
    look: () => {
      const view = views[Math.min(look, views.length - 1)] ?? [];
      look += 1;
      return view instanceof Error ? Promise.reject(view) : Promise.resolve(view);
    },
    nudge: ({ metadata }) => {
      nudged.push(metadata.name);
      return Promise.reject(new Error("forbidden"));
    },
    status: (line) => lines.push(line),
    signal: new AbortController().signal,
    ...change,
  });
  return { done, lines, nudged };
}

describe("waiting for Flux", () => {
  it("ends with the number of ready objects, and tells each step once", async () => {
    const { done, lines } = wait([[], [], [repository("Unknown", "a")], [repository("True", "a")]]);
    assert.equal(await done, 1);
    assert.deepEqual(lines, [
      `0 of 1 Flux objects ready, waiting for ${source}: is not there yet`,
      `0 of 1 Flux objects ready, waiting for ${source}: authentication required`,
    ]);
  });

  it("gives up on a lasting failure long before its time is over, with message and remedy", async () => {
    const { done } = wait([[repository("False", "a")]]);
    await assert.rejects(done, /GitOperationFailed: authentication required\n.*refuses the secret/);
  });

  it("names the attempts that it has seen fail, and waits for one more than chance would take", async () => {
    const attempt = (second: number, reason: "Progressing" | "ProgressingWithRetry"): FluxObject => {
      const { status, ...rest } = repository("False", "a");
      const lastTransitionTime = `2026-11-28T10:00:0${second}Z`;
      const reconciling = { type: "Reconciling", status: "True", reason, lastTransitionTime } as const;
      const spec = { interval: "1ms" };
      return {
        ...rest,
        spec,
        status: { ...status, conditions: [...(status?.conditions ?? []), reconciling] },
      };
    };
    const attempts = [1, 2, 3].flatMap((second) => [
      [attempt(second, "Progressing")],
      [attempt(second, "ProgressingWithRetry")],
    ]);
    const limits = { ...usual, patience: 0, longest: 5_000, commitPatience: 0, silence: 20, timeout: 5_000 };
    await assert.rejects(wait(attempts, { limits }).done, (error: Error) => {
      assert.match(error.message, /GitRepository flux-system\/flux-system has failed 3 times in 0 s: 1 of 1/);
      return true;
    });
    const mended = [...attempts.slice(0, 4), [repository("True", "a")]];
    assert.equal(await wait(mended, { limits }).done, 1);
  });

  it("gives up when its time is over, and shows what was missing", async () => {
    const limits = {
      ...usual,
      patience: 5_000,
      longest: 5_000,
      commitPatience: 0,
      silence: 5_000,
      timeout: 20,
    };
    await assert.rejects(
      wait([[]], { limits }).done,
      /not ready after 0 s: 1 of 1 objects are not[^]*is not there yet/,
    );
  });

  it("waits for a commit, but takes another one where the branch has moved on", async () => {
    const commits = { expectation: { required: [source], commits: { [source]: "b" } } };
    const { done, lines } = wait([[repository("True", "a")], [repository("True", "b")]], commits);
    assert.equal(await done, 1);
    assert.match(lines[0] ?? "", /has revision main@sha1:a, and commit b is expected/);
    assert.equal(await wait([[repository("True", "c")]], commits).done, 1);
  });

  it("takes at once what a source fetches while it is waited for, whatever commit that is", async () => {
    const limits = {
      ...usual,
      patience: 5_000,
      longest: 5_000,
      commitPatience: 5_000,
      silence: 5_000,
      timeout: 1_000,
    };
    const commits = { expectation: { required: [source], commits: { [source]: "b" } }, limits };
    const views = [[repository("True", "a")], [repository("True", "a")], [repository("True", "c")]];
    assert.equal(await wait(views, commits).done, 1);
    assert.equal(await wait([[], [repository("True", "c")]], commits).done, 1);
    await assert.rejects(wait([[repository("True", "a")]], commits).done, /commit b is expected/);
  });

  it("has a source look at once, and only once, that fails or has not reached its commit, unless it is Pulumi's", async () => {
    const labels = { "kustomize.toolkit.fluxcd.io/name": "flux-system" };
    const fromGit = (view: FluxObject): FluxObject => ({ ...view, metadata: { ...view.metadata, labels } });
    const failing = fromGit(repository("False", "a"));
    const limits = {
      ...usual,
      patience: 5_000,
      longest: 5_000,
      commitPatience: 5_000,
      silence: 5_000,
      timeout: 5_000,
    };
    const views = [[failing], [failing], [fromGit(repository("True", "a"))]];
    const secret = wait(views, { limits });
    assert.equal(await secret.done, 1);
    assert.deepEqual(secret.nudged, ["flux-system"]);
    const commits = { expectation: { required: [source], commits: { [source]: "b" } }, limits };
    const behind = wait([[fromGit(repository("True", "a"))], [fromGit(repository("True", "b"))]], commits);
    await behind.done;
    assert.deepEqual(behind.nudged, ["flux-system"]);
    const own = wait([[repository("False", "a")], [repository("True", "a")]], { limits });
    await own.done;
    assert.deepEqual(own.nudged, []);
  });

  it("has what waited for a dependency look at once when that is ready, and not before", async () => {
    const labels = { "kustomize.toolkit.fluxcd.io/name": "flux-system" };
    const kustomization = (name: string, reason: string, dependsOn: readonly string[]): FluxObject => ({
      apiVersion: "kustomize.toolkit.fluxcd.io/v1",
      kind: "Kustomization",
      metadata: { namespace: "flux-system", name, generation: 1, labels },
      spec: { dependsOn: dependsOn.map((other) => ({ name: other })) },
      status: {
        observedGeneration: 1,
        conditions: [
          { type: "Ready", status: reason === "Succeeded" ? "True" : "False", reason, message: "" },
        ],
      },
    });
    const waits = "DependencyNotReady";
    const view = (configs: string, services: string, apps: string): FluxObject[] => [
      kustomization("configs", configs, ["absent"]),
      kustomization("services", services, ["configs"]),
      kustomization("apps", apps, ["configs", "services"]),
    ];
    const required = ["configs", "services", "apps"].map((name) => `Kustomization flux-system/${name}`);
    const limits = {
      ...usual,
      patience: 5_000,
      longest: 5_000,
      commitPatience: 20,
      silence: 20,
      timeout: 5_000,
    };
    const nudgedAt: string[] = [];
    let at = "";
    const views = [
      ["nothing", view(waits, waits, waits)],
      ["configs", view("Succeeded", waits, waits)],
      ["services", view("Succeeded", "Succeeded", waits)],
      ["all", view("Succeeded", "Succeeded", "Succeeded")],
    ] as const;
    let seen = 0;
    const { done } = wait([], {
      expectation: { required, commits: {} },
      limits,
      look: () => {
        const [name, objects] = views[Math.min(seen, views.length - 1)] ?? ["", []];
        at = name;
        seen += 1;
        return Promise.resolve(objects);
      },
      nudge: ({ metadata }) => {
        nudgedAt.push(`${metadata.name}: ${at}`);
        return Promise.resolve();
      },
    });
    assert.equal(await done, 3);
    assert.deepEqual(nudgedAt, ["services: configs", "apps: services"]);
  });

  it("bears with an API server that is away for a while, and not for ever", async () => {
    const away = new Error("connect ECONNREFUSED");
    const patient = {
      ...usual,
      patience: 20,
      longest: 20,
      commitPatience: 20,
      silence: 5_000,
      timeout: 5_000,
    };
    assert.equal(await wait([away, away, [repository("True", "a")]], { limits: patient }).done, 1);
    await assert.rejects(wait([away]).done, /could not be asked for 0 s: connect ECONNREFUSED\. Look at/);
  });

  it("ends at once when somebody interrupts the engine", async () => {
    const interruption = new AbortController();
    const { done } = wait([[]], {
      signal: interruption.signal,
      status: () => {
        interruption.abort();
      },
    });
    await assert.rejects(done, { name: "Interrupted" });
  });
});
