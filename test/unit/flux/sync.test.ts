import assert from "node:assert/strict";
import { applicationSync, rootSync } from "../../../src/flux/sync.ts";

const git = { url: "https://github.com/acme/platform.git", branch: "main", interval: "1m" };

describe("the root sync", () => {
  it("follows one path of one branch, without the files of a bootstrap", () => {
    const { source, kustomization } = rootSync(
      { ...git, secretName: "flux-system" },
      "clusters/development",
      false,
    );
    assert.deepEqual(source, {
      apiVersion: "source.toolkit.fluxcd.io/v1",
      kind: "GitRepository",
      metadata: { name: "flux-system", namespace: "flux-system" },
      spec: {
        interval: "1m",
        url: "https://github.com/acme/platform.git",
        ref: { branch: "main" },
        secretRef: { name: "flux-system" },
        ignore: "/clusters/*/flux-system/\n",
      },
    });
    assert.deepEqual(kustomization, {
      apiVersion: "kustomize.toolkit.fluxcd.io/v1",
      kind: "Kustomization",
      metadata: { name: "flux-system", namespace: "flux-system" },
      spec: {
        interval: "10m",
        retryInterval: "30s",
        timeout: "5m",
        path: "./clusters/development",
        prune: true,
        sourceRef: { kind: "GitRepository", name: "flux-system" },
      },
    });
  });

  it("keeps its rights when Flux is locked down", () => {
    const { kustomization } = rootSync(git, "clusters/development", true);
    assert.equal(
      (kustomization["spec"] as Record<string, unknown>)["serviceAccountName"],
      "kustomize-controller",
    );
  });

  it("demands a signature of every release, whatever Git says, where there is a key", () => {
    const { kustomization } = rootSync(git, "clusters/staging", false, true);
    const { patches } = kustomization["spec"] as { patches: { target: unknown; patch: string }[] };
    assert.deepEqual(
      patches.map(({ target, patch }) => [target, JSON.parse(patch) as unknown]),
      [
        [
          { kind: "OCIRepository", name: "platform", namespace: "flux-system" },
          [
            {
              op: "add",
              path: "/spec/verify",
              value: { provider: "cosign", secretRef: { name: "platform-signing-key" } },
            },
          ],
        ],
      ],
    );
  });

  it("names GitHub as its provider for a GitHub App only", () => {
    const provider = (gitHubApp: boolean): unknown =>
      (rootSync({ ...git, gitHubApp }, "x", false).source["spec"] as Record<string, unknown>)["provider"];
    assert.deepEqual([provider(true), provider(false)], ["github", undefined]);
  });
});

describe("the sync of an application", () => {
  it("stands beside the root sync, and waits for what it applies", () => {
    const { source, kustomization } = applicationSync(git, "sandbox", false);
    assert.deepEqual([source.metadata.name, kustomization.metadata.name], ["application", "application"]);
    const spec = kustomization["spec"] as Record<string, unknown>;
    assert.deepEqual([spec["path"], spec["prune"], spec["wait"]], ["./sandbox", true, true]);
  });
});
