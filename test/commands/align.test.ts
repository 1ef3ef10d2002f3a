/** `npm run align` on a file backend with stacks that say what they run. */
import assert from "node:assert/strict";
import { alignment, alignmentText } from "../../commands/align.ts";
import type { AlignmentRow } from "../../src/alignment.ts";
import { TestBackend } from "../support/backend.ts";

const now = new Date("2026-11-23T12:00:00Z");

const addons = (coredns: string): Record<string, string> => ({
  "vpc-cni": "v1.20.4-eksbuild.2",
  coredns,
});

const settings = {
  "aws:region": "eu-west-1",
  endpoint: { allowedCidrs: ["203.0.113.0/24"] },
  tags: { ticket: "TICKET-1", owner: "platform-team" },
  flux: { enabled: false },
};

describe("align", function () {
  this.timeout(120_000);
  let backend: TestBackend;
  let rows: readonly AlignmentRow[];

  async function stack(name: string, version: string, exported?: Record<string, unknown>): Promise<void> {
    await backend.init(name, { ...settings, kubernetesVersion: version });
    if (exported !== undefined) await backend.deployed(name, exported);
  }

  const row = (name: string): AlignmentRow => {
    const found = rows.find((each) => each.stack === name);
    assert.ok(found, name);
    return found;
  };

  before(async () => {
    backend = await TestBackend.create();
    await stack("development", "1.35", {
      kubernetesVersion: "1.35",
      addonVersions: addons("v1.12.4-eksbuild.1"),
      nodeVersions: { general: "1.35" },
    });
    await stack("sandbox-a", "development", {
      kubernetesVersion: "1.34",
      addonVersions: addons("v1.12.3-eksbuild.1"),
      nodeVersions: { general: "1.34" },
    });
    await stack("sandbox-b", "next");
    await stack("staging", "1.36", {
      kubernetesVersion: "1.35",
      addonVersions: addons("v1.12.4-eksbuild.1"),
    });
    await backend.init("qa");
    rows = await alignment(backend.pulumi, now);
  });

  after(() => backend.remove());

  it("has a row for each stack of the backend", () => {
    assert.deepEqual(
      rows.map(({ stack: name, kubernetesVersion }) => [name, kubernetesVersion]),
      [
        ["development", "1.35"],
        ["qa", undefined],
        ["sandbox-a", "1.34"],
        ["sandbox-b", undefined],
        ["staging", "1.35"],
      ],
    );
  });

  it("tells what a sandbox that fell behind differs in, and how an up realigns it, in its order", () => {
    assert.deepEqual(row("sandbox-a").differs, [
      "kubernetes 1 minor behind",
      "coredns v1.12.3-eksbuild.1, there v1.12.4-eksbuild.1",
    ]);
    assert.deepEqual(row("sandbox-a").steps, [
      "control plane 1.34 to 1.35",
      "kube-proxy what EKS recommends",
      "eks-pod-identity-agent what EKS recommends",
      "nodes general 1.34 to 1.35",
      "coredns v1.12.3-eksbuild.1 to v1.12.4-eksbuild.1",
      "aws-ebs-csi-driver what EKS recommends",
    ]);
    assert.deepEqual(row("development").differs, []);
    assert.deepEqual(row("development").steps, []);
  });

  it("tells of a stack that was never deployed what it would be", () => {
    assert.deepEqual(row("sandbox-b").steps, ["make a cluster at 1.36"]);
  });

  it("tells what would be refused, and why", () => {
    assert.match(
      row("staging").refusals[0]?.what ?? "",
      /development runs 1\.35, and staging is never ahead of it/,
    );
    assert.match(row("qa").refusals[0]?.what ?? "", /Stack "qa": no class of environment has this name/);
  });

  it("tells how long each minor is supported", () => {
    assert.deepEqual(row("sandbox-a").support, {
      state: "standard",
      standardEnd: "2026-12-02",
      extendedEnd: "2027-12-02",
    });
  });

  it("fits into a table, with the reasons below it", () => {
    const text = alignmentText(rows);
    assert.match(
      text,
      /│ staging +│ 1\.35 +│ as development +│ 2027-03-27 +│ nothing +│ refuse, see below +│/,
    );
    assert.match(text, /│ sandbox-b +│ not deployed +│/);
    assert.match(text, /^staging: Kubernetes of staging: from 1\.35 to 1\.36 is refused/m);
    assert.match(text, /^ {2}Next allowed step: upgrade organization\/kubernetes-sdlc\/development first/m);
  });

  it("says that Development is missing, and what to set instead", async () => {
    const alone = await TestBackend.create();
    try {
      await alone.init("sandbox-a", { ...settings, kubernetesVersion: "development" });
      const [only] = await alignment(alone.pulumi, now);
      assert.deepEqual(only?.refusals, [
        {
          what: 'kubernetesVersion: "development" needs the stack organization/kubernetes-sdlc/development, which does not exist.',
          remedy:
            'Deploy it (pulumi up --stack organization/kubernetes-sdlc/development), name another with the setting "development", or set a version: pulumi config set kubernetesVersion 1.35',
        },
      ]);
      await alone.init("development", settings);
      const rowsThen = await alignment(alone.pulumi, now);
      assert.match(
        rowsThen.at(-1)?.refusals[0]?.what ?? "",
        /development, which has not been deployed yet\.$/,
      );
    } finally {
      await alone.remove();
    }
  });

  it("says that a backend has no stacks", async () => {
    const empty = await TestBackend.create();
    try {
      await assert.rejects(
        alignment(empty.pulumi, now),
        /There is no stack of this project on the backend\.\n {2}Check/,
      );
    } finally {
      await empty.remove();
    }
  });
});
