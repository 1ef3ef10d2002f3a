import assert from "node:assert/strict";
import { destroyFailure, lastLine, leftoverLines } from "../../cli/destroy.ts";
import { summaryLines } from "../../cli/summary.ts";

describe("what make sandbox ends with", () => {
  const facts = {
    clusterName: "sandbox-a",
    kubernetesVersion: "1.35",
    region: "eu-west-1",
    addonVersions: { "vpc-cni": "v1.20.4-eksbuild.2", coredns: "v1.12.4-eksbuild.1" },
  };
  const nodes = [
    { name: "ip-10-0-0-1", ready: true, description: "t3.medium in eu-west-1a, Ready" },
    { name: "ip-10-0-0-2", ready: false, description: "t3.medium in eu-west-1b, NotReady" },
  ];
  const flux = [
    {
      kind: "GitRepository",
      name: "flux-system/platform",
      revision: "main@sha1:0a1b2c3d",
      ready: true,
      message: "stored artifact",
    },
    {
      kind: "HelmRelease",
      name: "keda/keda",
      revision: "2.21.0",
      ready: false,
      message: "install retries exhausted",
    },
  ];
  const lines = summaryLines("sandbox-a", { cluster: facts, nodes, flux: [] }, 42);
  const withFlux = summaryLines(
    "sandbox-a",
    { cluster: { ...facts, fluxVersion: "v2.9.1" }, nodes, flux },
    42,
  );

  it("is one line for scripts, which counts the nodes that are ready", () => {
    assert.equal(lines.at(-1), "sandbox-a ready: kubernetes 1.35, 1 nodes, 2 add-ons, 42 s");
  });

  it("counts the Flux objects that are ready, where the stack has Flux", () => {
    assert.equal(
      withFlux.at(-1),
      "sandbox-a ready: kubernetes 1.35, 1 nodes, 2 add-ons, 1 Flux objects ready, 42 s",
    );
  });

  it("shows each Flux object with its revision and what it says, and nothing of Flux without it", () => {
    const start = withFlux.findIndex((line) => line.includes("KIND"));
    assert.deepEqual(withFlux.slice(start - 2, start + 3), [
      "  flux       v2.9.1",
      "",
      "  KIND           NAME                  REVISION            STATUS",
      "  GitRepository  flux-system/platform  main@sha1:0a1b2c3d  Ready",
      "  HelmRelease    keda/keda             2.21.0              install retries exhausted",
    ]);
    assert.doesNotMatch(lines.join("\n"), /flux|keda/i);
  });

  it("says how a release is taken at once, where the platform comes as releases", () => {
    const source = {
      kind: "OCIRepository",
      name: "flux-system/platform",
      revision: "0.0.1@sha256:0a1b2c3d",
      ready: true,
      message: "stored artifact",
    };
    const cluster = { ...facts, fluxVersion: "v2.9.1" };
    const text = summaryLines("staging", { cluster, nodes, flux: [source] }, 42).join("\n");
    assert.match(text, /releases +are taken at the next look of Flux/);
    assert.match(text, /kubectl --context staging .* ocirepository\/platform /);
    assert.doesNotMatch(text, /commits/);
  });

  it("says how a commit is applied at once, and how KEDA is proved, in this cluster and no other", () => {
    assert.ok(
      withFlux.some((line) =>
        line.endsWith(
          'kubectl --context sandbox-a -n flux-system annotate --overwrite gitrepository/platform reconcile.fluxcd.io/requestedAt="$(date +%s)"',
        ),
      ),
    );
    assert.ok(withFlux.some((line) => line.endsWith("make prove STACK=sandbox-a")));
  });

  it("says what a protected environment needs before it lets itself be destroyed", () => {
    const text = summaryLines("production", { cluster: facts, nodes, flux: [] }, 42).join("\n");
    assert.match(text, /make destroy STACK=production, after allowDestroy: true in Pulumi\.production\.yaml/);
    assert.ok(lines.some((line) => line.endsWith("make destroy STACK=sandbox-a")));
  });

  it("names each node and add-on, once, in a column", () => {
    const rows = lines.filter((line) => /ip-10|eksbuild/.test(line));
    assert.deepEqual(rows, [
      "  nodes      ip-10-0-0-1  t3.medium in eu-west-1a, Ready",
      "             ip-10-0-0-2  t3.medium in eu-west-1b, NotReady",
      "  add-ons    vpc-cni  v1.20.4-eksbuild.2",
      "             coredns  v1.12.4-eksbuild.1",
    ]);
  });

  it("says how to reach this cluster and no other, and how to destroy it", () => {
    const text = lines.join("\n");
    assert.match(text, /kubectl --context sandbox-a get nodes/);
    assert.match(text, /make destroy STACK=sandbox-a/);
  });
});

describe("what a destroy says of what is left", () => {
  const left = { type: "ec2:volume", id: "vol-1", because: "tag a=b" };
  const kept = {
    type: "kms:key",
    id: "key-1",
    because: "tag a=b",
    kept: "deletion is scheduled for 2026-12-24",
  };

  it("counts apart what is not known", () => {
    const line = (notKnown: number): string => lastLine("sandbox-a", { left: 0, notKnown, seconds: 35 });
    assert.equal(line(0), "sandbox-a destroyed: 0 resources left, 35 s");
    assert.equal(line(1), "sandbox-a destroyed: 0 resources left, 1 not known, 35 s");
  });

  it("is nothing where nothing is", () => {
    assert.deepEqual(leftoverLines({ left: [], kept: [] }), []);
  });

  it("names what is left with its reason, and counts what is kept apart", () => {
    assert.deepEqual(leftoverLines({ left: [left], kept: [kept] }), [
      "  left  ec2:volume  vol-1  (tag a=b)",
      "  kept  kms:key  key-1  (deletion is scheduled for 2026-12-24)",
      "  1 kept on purpose",
    ]);
  });

  const cases: readonly (readonly [string, number, boolean, number, RegExp])[] = [
    [
      "ended and left something",
      0,
      false,
      2,
      /ended, but 2 resources are left\.\n {2}Mend the cause and run/,
    ],
    ["failed", 1, false, 3, /failed; the reason is in its output above\. 3 resources are left\.\n {2}Mend/],
    ["failed and left nothing", 1, false, 0, /failed; .* 0 resources are left\./],
    [
      "was interrupted",
      255,
      true,
      4,
      /was interrupted; 4 resources are left\.\n {2}Run make destroy STACK=sandbox-a/,
    ],
  ];
  for (const [name, exitCode, interrupted, count, message] of cases) {
    it(`is an error where the engine ${name}`, () => {
      assert.match(destroyFailure("sandbox-a", { exitCode, interrupted }, count)?.message ?? "", message);
    });
  }

  it("is no error where the engine ended and nothing is left, even by Ctrl-C at the last moment", () => {
    for (const interrupted of [false, true]) {
      assert.equal(destroyFailure("sandbox-a", { exitCode: 0, interrupted }, 0), undefined);
    }
  });
});
