import assert from "node:assert/strict";
import type { FluxObject, FluxStatus } from "../../product.ts";
import { statusRows } from "../../cli/status-table.ts";

const object = (
  kind: string,
  name: string,
  status?: FluxStatus,
  spec: FluxObject["spec"] = {},
): FluxObject => ({
  apiVersion: "source.toolkit.fluxcd.io/v1",
  kind,
  metadata: { name, namespace: "flux-system" },
  spec,
  ...(status && { status }),
});
const ready = (message: string, status: "True" | "False" = "True"): NonNullable<FluxStatus["conditions"]> => [
  { type: "Ready", status, message },
];
const digits = "0123456789abcdef0123456789abcdef01234567";

describe("the table of Flux's objects", () => {
  it("has sources first, by name", () => {
    const rows = statusRows([
      object("HelmRelease", "keda"),
      object("Kustomization", "b"),
      object("Kustomization", "a"),
      object("GitRepository", "platform"),
    ]);
    assert.deepEqual(
      rows.map(({ kind, name }) => `${kind} ${name}`),
      [
        "GitRepository flux-system/platform",
        "Kustomization flux-system/a",
        "Kustomization flux-system/b",
        "HelmRelease flux-system/keda",
      ],
    );
  });

  it("shows a commit by its first digits, and a chart's version as it is", () => {
    const revisions = statusRows([
      object("GitRepository", "a", { artifact: { revision: `main@sha1:${digits}` } }),
      object("Kustomization", "b", {
        lastAppliedRevision: `main@sha1:${digits}`,
        lastAttemptedRevision: "x",
      }),
      object("HelmRelease", "c", { lastAttemptedRevision: "2.18.0" }),
      object("HelmRelease", "d"),
    ]).map(({ revision }) => revision);
    assert.deepEqual(revisions, ["main@sha1:01234567", "main@sha1:01234567", "2.18.0", ""]);
  });

  it("takes for ready what says so, and a repository of an OCI registry, which never says anything", () => {
    const rows = statusRows([
      object("GitRepository", "a", { conditions: ready("stored artifact") }),
      object("GitRepository", "b", { conditions: ready("authentication\n  required", "False") }),
      object("GitRepository", "c"),
      object("HelmRepository", "d", undefined, { type: "oci" }),
      object("Kustomization", "e", { conditions: ready("x".repeat(61), "False") }),
    ]);
    assert.deepEqual(
      rows.map((row) => [row.ready, row.message]),
      [
        [true, "stored artifact"],
        [false, "authentication required"],
        [false, "has not been looked at yet"],
        [true, ""],
        [false, `${"x".repeat(59)}…`],
      ],
    );
  });
});
