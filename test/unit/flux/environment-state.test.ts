import assert from "node:assert/strict";
import { waitForArrival, type Arrival } from "../../../commands/wait-for-arrival.ts";
import { environmentState, type EnvironmentState } from "../../../src/flux/environment-state.ts";
import type { FluxObject } from "../../../src/flux/flux-objects.ts";

const [old, next] = ["0.0.6@sha256:66", "0.0.7@sha256:77"];
const since = "2026-11-25T10:00:00Z";

function object(kind: string, name: string, more: Pick<FluxObject, "spec" | "status">): FluxObject {
  const group = kind === "Kustomization" ? "kustomize" : "source";
  return {
    apiVersion: `${group}.toolkit.fluxcd.io/v1`,
    kind,
    metadata: { name, namespace: "flux-system", generation: 1 },
    ...more,
  };
}

const ready = (status: "True" | "False" = "True", message = "fine"): object => ({
  observedGeneration: 1,
  conditions: [{ type: "Ready", status, message }],
});

/** Staging with its source at one revision and its Kustomization at another. */
function staging(held: string, applied: string, condition: object = ready()): FluxObject[] {
  const id = (kind: string, group: string): { id: string } => ({
    id: `flux-system_platform_${group}.toolkit.fluxcd.io_${kind}`,
  });
  return [
    object("GitRepository", "flux-system", {
      spec: {},
      status: { ...ready(), artifact: { revision: "main@sha1:1" } },
    }),
    object("Kustomization", "flux-system", {
      spec: { sourceRef: { kind: "GitRepository", name: "flux-system" } },
      status: {
        ...ready(),
        lastAppliedRevision: "main@sha1:1",
        inventory: { entries: [id("OCIRepository", "source"), id("Kustomization", "kustomize")] },
      },
    }),
    object("OCIRepository", "platform", {
      spec: {},
      status: { ...ready(), artifact: { revision: held, lastUpdateTime: since } },
    }),
    object("Kustomization", "platform", {
      spec: { sourceRef: { kind: "OCIRepository", name: "platform" } },
      status: { ...condition, lastAppliedRevision: applied },
    }),
  ];
}

describe("the state of an environment", () => {
  it("is the revision of its platform, with its parts, and since when", () => {
    const { running, healthy } = environmentState(staging(next, next));
    assert.deepEqual(running, {
      kind: "OCIRepository",
      revision: next,
      version: "0.0.7",
      digest: "sha256:77",
      since,
    });
    assert.ok(healthy);
  });

  it("is not healthy where something fails, or has applied another revision than it has", () => {
    assert.ok(!environmentState(staging(next, next, ready("False"))).healthy);
    assert.ok(!environmentState(staging(next, old)).healthy);
  });

  it("is nothing yet in a cluster without Flux", () => {
    const { running, healthy } = environmentState([]);
    assert.equal(running, undefined);
    assert.ok(!healthy);
  });
});

describe("waiting for an environment to take a release", () => {
  async function wait(states: readonly (EnvironmentState | Error)[], limits = {}): Promise<string[]> {
    const lines: string[] = [];
    let at = 0;
    const arrival: Arrival = {
      environment: "staging",
      revision: next,
      look: () => {
        const state = states[Math.min(at, states.length - 1)];
        at += 1;
        return state instanceof Error
          ? Promise.reject(state)
          : Promise.resolve(state ?? environmentState([]));
      },
      report: (line) => lines.push(line),
      limits: { timeout: 60_000, attempts: 3, patience: 60_000, longest: 60_000, pause: 1, ...limits },
    };
    await waitForArrival(arrival);
    return lines;
  }

  it("tells each step once, outlives a cluster that does not answer, and ends when all is ready", async () => {
    const before = environmentState(staging(old, old));
    const taken = environmentState(staging(next, old));
    const lines = await wait([
      before,
      before,
      new Error("busy"),
      taken,
      environmentState(staging(next, next)),
    ]);
    assert.equal(lines.length, 3);
    assert.match(lines[0] ?? "", /^staging runs 0\.0\.6, not yet 0\.0\.7: /);
    assert.equal(lines[1], "staging cannot be read: busy");
    assert.match(
      lines[2] ?? "",
      /^staging has taken 0\.0\.7: 3 of 4 Flux objects ready, waiting for Kustomization/,
    );
  });

  it("gives up on what fails, with its message and how to look at it", async () => {
    const failing = environmentState(staging(next, next, ready("False", "namespace is missing")));
    await assert.rejects(wait([failing], { longest: 5 }), (error: Error) => {
      assert.match(
        error.message,
        /staging: 0\.0\.7@sha256:77 fails: Kustomization flux-system\/platform has failed for 0 s/,
      );
      assert.match(error.message, /Kustomization flux-system\/platform: namespace is missing/);
      assert.match(error.message, /kubectl -n flux-system describe kustomization platform/);
      return true;
    });
  });

  it("gives up on what does not come", async () => {
    const before = environmentState(staging(old, old));
    await assert.rejects(wait([before], { timeout: 5 }), /0\.0\.7@sha256:77 is not there after/);
  });
});
