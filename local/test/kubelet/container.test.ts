import assert from "node:assert/strict";
import type { V1Container, V1Pod } from "@kubernetes/client-node";
import fc from "fast-check";
import { parse } from "yaml";
import { containerPort, expand, hostCommand, wholeNumber } from "../../kubelet/container.ts";
import { hostImage } from "../../kubelet/images.ts";

const container = parse(`
name: manager
image: ghcr.io/fluxcd/source-controller:v1.7.3
args:
  - --events-addr=http://notification-controller.flux-system.svc.cluster.local./
  - --storage-path=/data
  - --storage-adv-addr=source-controller.$(RUNTIME_NAMESPACE).svc.cluster.local.
  - --storage-addr=:9090
env:
  - { name: RUNTIME_NAMESPACE, valueFrom: { fieldRef: { fieldPath: metadata.namespace } } }
  - { name: TUF_ROOT, value: /tmp/.sigstore }
  - { name: GOMEMLIMIT, valueFrom: { resourceFieldRef: { resource: limits.memory } } }
resources: { limits: { memory: 1Gi } }
ports: [{ name: http, containerPort: 9090 }]
volumeMounts: [{ name: data, mountPath: /data }, { name: tmp, mountPath: /tmp }]
`) as V1Container;

describe("a container as a program of this machine", () => {
  const image = hostImage(container.image ?? "");
  assert.ok(image);
  const pod = parse("metadata: { name: source-controller-1, namespace: flux-system }") as V1Pod;
  const ports = new Map([
    [9090, 40001],
    [8080, 40002],
    [9440, 40003],
  ]);
  const { args, env } = hostCommand(pod, container, image, { folder: "/pods/1", ports });

  it("keeps the names of Services, and puts folders and ports where they are here", () => {
    assert.ok(args.includes("--events-addr=http://notification-controller.flux-system.svc.cluster.local./"));
    assert.ok(args.includes("--storage-adv-addr=source-controller.flux-system.svc.cluster.local."));
    assert.ok(args.includes("--storage-path=/pods/1/volumes/data"));
    // The last of two flags of a name is the one that counts.
    assert.equal(
      args.findLast((argument) => argument.startsWith("--storage-addr")),
      "--storage-addr=127.0.0.1:40001",
    );
    assert.ok(args.includes("--health-addr=127.0.0.1:40003"));
  });

  it("resolves references in the environment", () => {
    assert.equal(env["RUNTIME_NAMESPACE"], "flux-system");
    assert.equal(env["TUF_ROOT"], "/pods/1/volumes/tmp/.sigstore");
    assert.equal(env["TMPDIR"], "/pods/1/volumes/tmp");
    assert.equal(env["GOMEMLIMIT"], "1073741824");
  });

  it("finds a port by number and by name", () => {
    assert.equal(containerPort(container, 8081), 8081);
    assert.equal(containerPort(container, "http"), 9090);
    assert.equal(containerPort(container, "other"), undefined);
  });
});

describe("$(NAME) in a container's arguments", () => {
  it("is the variable if there is one, stays if there is none, and is escaped by a second $", () => {
    const env = { A: "1" };
    assert.equal(expand("x$(A)$(B)$$(A)", env), "x1$(B)$(A)");
  });

  it("leaves text without it alone", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        fc.pre(!text.includes("$("));
        assert.equal(expand(text, { A: "1" }), text);
      }),
    );
  });
});

describe("a quantity as a whole number", () => {
  for (const [quantity, expected] of [
    ["1000m", 1],
    ["1001m", 2],
    ["64Mi", 67_108_864],
    ["1000M", 1_000_000_000],
    ["2", 2],
  ] as const) {
    it(`${quantity} is ${expected}`, () => {
      assert.equal(wholeNumber(quantity), expected);
    });
  }
});

describe("which images run here", () => {
  it("goes by the name, whatever tag or digest", () => {
    const digest = `sha256:${"a".repeat(64)}`;
    for (const suffix of ["", ":2.21.0", `@${digest}`, `:2.21.0@${digest}`]) {
      assert.match(hostImage(`ghcr.io/kedacore/keda${suffix}`)?.command()[0] ?? "", /keda-operator$/, suffix);
    }
    assert.equal(hostImage("ghcr.io/kedacore/keda-admission-webhooks:2.21.0"), undefined);
    assert.equal(hostImage("localhost:5000/podinfo"), undefined);
  });
});
