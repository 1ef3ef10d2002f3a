import assert from "node:assert/strict";
import type { Condition, FluxObject, FluxStatus } from "../../../src/flux/flux-objects.ts";
import { assess } from "../../../src/flux/readiness.ts";
import { failureReport, progressLine } from "../../../src/flux/readiness-report.ts";

const root = "Kustomization flux-system/flux-system";
const source = "GitRepository flux-system/flux-system";

function object(
  key: string,
  change: Partial<FluxObject>,
  condition: Partial<Condition>,
  status: FluxStatus = {},
): FluxObject {
  const [kind = "", path = ""] = key.split(" ");
  const [namespace = "", name = ""] = path.split("/");
  const ready: Condition = {
    type: "Ready",
    status: "True",
    reason: "Succeeded",
    message: "applied",
    ...condition,
  };
  return {
    apiVersion: "any/v1",
    kind,
    metadata: { namespace, name, generation: 1 },
    spec: {},
    status: { observedGeneration: 1, conditions: [ready], ...status },
    ...change,
  };
}

const at = (commit: string): FluxStatus => ({ artifact: { revision: `main@sha1:${commit}` } });
const from = (name: string): FluxObject["spec"] => ({ sourceRef: { kind: "GitRepository", name } });
const git = (condition: Partial<Condition> = {}, status = at("aaa")): FluxObject =>
  object(source, {}, condition, status);
const kustomization = (
  name: string,
  condition: Partial<Condition> = {},
  status: FluxStatus = { lastAppliedRevision: "main@sha1:aaa" },
): FluxObject =>
  object(`Kustomization flux-system/${name}`, { spec: from("flux-system") }, condition, status);
const release = (condition: Partial<Condition> = {}): FluxObject =>
  object("HelmRelease keda/keda", {}, condition);

const holding = (...ids: string[]): FluxStatus => ({
  lastAppliedRevision: "main@sha1:aaa",
  inventory: { entries: ids.map((id) => ({ id })) },
});
const kedaId = "keda_keda_helm.toolkit.fluxcd.io_HelmRelease";

function states(
  objects: readonly FluxObject[],
  commits: Record<string, string> = {},
): Record<string, string> {
  return Object.fromEntries(
    assess(objects, { required: [root], commits }).map(({ key, state }) => [key, state]),
  );
}

describe("readiness of Flux", () => {
  it("fails with an object that has failed ever since it was made, which Flux marks in its condition alone", () => {
    const failing = {
      status: "False",
      reason: "GitOperationFailed",
      message: "authentication required",
    } as const;
    const never = { observedGeneration: -1 };
    const waiting = kustomization(
      "flux-system",
      { status: "False", reason: "ArtifactFailed", observedGeneration: 1 },
      never,
    );
    assert.deepEqual(states([waiting, git({ ...failing, observedGeneration: 1 }, never)]), {
      [root]: "blocked",
      [source]: "failing",
    });
    // Of an earlier generation it says nothing.
    const changed = { metadata: { namespace: "flux-system", name: "flux-system", generation: 2 } };
    const earlier = object(source, changed, { ...failing, observedGeneration: 1 }, never);
    assert.equal(states([waiting, earlier])[source], "active");
  });

  it("is that of the root, of its source, and of everything that it brings", () => {
    const objects = [
      git(),
      kustomization("flux-system", {}, holding("flux-system_apps_kustomize.toolkit.fluxcd.io_Kustomization")),
      kustomization("apps", {}, holding(kedaId, "app-a_web_apps_Deployment")),
      release(),
      object("HelmRelease other/elsewhere", {}, { status: "False" }),
    ];
    assert.deepEqual(states(objects), {
      [root]: "ready",
      [source]: "ready",
      "Kustomization flux-system/apps": "ready",
      "HelmRelease keda/keda": "ready",
    });
  });

  it("waits for what is not there yet, and for what nobody has looked at", () => {
    assert.deepEqual(states([]), { [root]: "active" });
    const fresh = {
      ...kustomization("flux-system"),
      metadata: { namespace: "flux-system", name: "flux-system", generation: 2 },
    };
    assert.equal(states([git(), fresh])[root], "active");
  });

  it("waits until Flux has looked since it was asked to", () => {
    const asked = (lastHandledReconcileAt: string): FluxObject => {
      const made = git({}, { ...at("aaa"), lastHandledReconcileAt });
      const annotations = { "reconcile.fluxcd.io/requestedAt": "c10e+8" };
      return { ...made, metadata: { ...made.metadata, annotations } };
    };
    assert.equal(states([asked("c10e+7"), kustomization("flux-system")])[source], "active");
    assert.equal(states([asked("c10e+8"), kustomization("flux-system")])[source], "ready");
  });

  it("waits for the commit that is expected, and for the Kustomization to apply it", () => {
    assert.equal(states([git(), kustomization("flux-system")], { [source]: "bbb" })[source], "active");
    const applied = states([git({}, at("bbb")), kustomization("flux-system")], { [source]: "bbb" });
    assert.deepEqual(applied, { [root]: "active", [source]: "ready" });
  });

  it("tells what fails from what waits for something that fails", () => {
    const failing = {
      status: "False",
      reason: "GitOperationFailed",
      message: "authentication required",
    } as const;
    const lacking = {
      status: "False",
      reason: "ArtifactFailed",
      message: "Source artifact not found",
    } as const;
    assert.deepEqual(states([git(failing), kustomization("flux-system", lacking)]), {
      [source]: "failing",
      [root]: "blocked",
    });
    const checking = { status: "Unknown", reason: "Progressing", message: "Running health checks" } as const;
    const broken = release({ status: "False", reason: "InstallFailed" });
    assert.equal(
      states([git(), kustomization("flux-system", checking, holding(kedaId)), broken])[root],
      "blocked",
    );
    const installing = release({ status: "Unknown", reason: "Progressing" });
    assert.equal(
      states([git(), kustomization("flux-system", checking, holding(kedaId)), installing])[root],
      "active",
    );
  });

  it("leaves alone what is suspended", () => {
    const suspended = {
      ...kustomization("flux-system", { status: "False" }),
      spec: { ...from("flux-system"), suspend: true },
    };
    assert.equal(states([git(), suspended])[root], "suspended");
  });

  it("takes a repository in an OCI registry as it is, for nothing ever looks at it", () => {
    const repository: FluxObject = {
      apiVersion: "any/v1",
      kind: "HelmRepository",
      metadata: { namespace: "keda", name: "charts", generation: 1 },
      spec: { type: "oci" },
    };
    const required = ["HelmRepository keda/charts"];
    assert.deepEqual(assess([repository], { required, commits: {} })[0]?.state, "ready");
  });
});

describe("the report on Flux", () => {
  const rows = assess(
    [
      git(),
      kustomization(
        "flux-system",
        {},
        holding(kedaId, "flux-system_apps_kustomize.toolkit.fluxcd.io_Kustomization"),
      ),
      kustomization("apps", {
        status: "False",
        reason: "DependencyNotReady",
        message: "dependency 'x' is not ready",
      }),
      release({
        status: "False",
        reason: "ReconciliationFailed",
        message: 'no matches for kind "HelmRelease" in version "helm.toolkit.fluxcd.io/v2beta1"',
      }),
    ],
    { required: [root], commits: {} },
  );

  it("shows every object that is not ready, what fails first, with condition, message and remedy", () => {
    assert.deepEqual(failureReport(rows, "after 15 min").split("\n"), [
      "Flux is not ready after 15 min: 2 of 4 objects are not.",
      "  KIND           NAME              READY  MESSAGE",
      '  HelmRelease    keda/keda         False  ReconciliationFailed: no matches for kind "HelmRelease" in version "helm.toolkit.fluxcd.io/v2beta1"',
      "  Kustomization  flux-system/apps  False  DependencyNotReady: dependency 'x' is not ready",
      "This Flux does not take helm.toolkit.fluxcd.io/v2beta1 any more: write apiVersion: helm.toolkit.fluxcd.io/v2 for each HelmRelease.",
      "Then run pulumi up again: it goes on from here.",
    ]);
  });

  it("shows in one line how far it is", () => {
    assert.match(
      progressLine(rows),
      /^2 of 4 Flux objects ready, waiting for HelmRelease keda\/keda: no matches/,
    );
  });
});
