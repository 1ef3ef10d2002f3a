import assert from "node:assert/strict";
import { addonFindings, type AddonCheck } from "../../../src/upgrade/addon-findings.ts";
import { kubeletFindings } from "../../../src/upgrade/version-findings.ts";

const offers = {
  coredns: { versions: ["v1.13.0-eksbuild.1", "v1.12.4-eksbuild.1"], defaultVersion: "v1.12.4-eksbuild.1" },
};

const found = (change: Partial<AddonCheck>): (readonly [string, string, string])[] =>
  addonFindings({ stack: "sandbox-a", target: "1.36", installed: {}, pinned: {}, offers, ...change }).map(
    ({ severity, what, remedy }) => [severity, what, remedy] as const,
  );

describe("add-ons before an upgrade", () => {
  it("are nothing where their version is made for the target", () => {
    assert.deepEqual(found({ installed: { coredns: "v1.13.0-eksbuild.1" } }), []);
  });

  it("are a warning where an up brings them along", () => {
    assert.deepEqual(found({ installed: { coredns: "v1.11.0-eksbuild.1" } }), [
      [
        "warning",
        "coredns: v1.11.0-eksbuild.1 is not made for Kubernetes 1.36.",
        "Nothing to do: pulumi up takes it to v1.12.4-eksbuild.1 after the control plane.",
      ],
    ]);
  });

  it("are a finding where a pin keeps them, with the command that moves it", () => {
    const pinned = { coredns: "v1.11.0-eksbuild.1" };
    assert.deepEqual(found({ installed: { coredns: "v1.13.0-eksbuild.1" }, pinned }), [
      [
        "finding",
        "coredns: v1.11.0-eksbuild.1, which is pinned, is not made for Kubernetes 1.36.",
        "pulumi config set --path addonVersions.coredns v1.12.4-eksbuild.1 --stack sandbox-a",
      ],
    ]);
  });

  it("are a finding where EKS has none for the target", () => {
    assert.deepEqual(found({ installed: { "vpc-cni": "v1.20.4-eksbuild.2" } }), [
      ["finding", "vpc-cni: EKS has no version of it for Kubernetes 1.36.", "Wait for one, or take it away."],
    ]);
  });
});

describe("kubelets before an upgrade", () => {
  it("may be three minors older, not four", () => {
    const target = { major: 1, minor: 36 };
    const kubelets = { old: "v1.32.9-eks-1234567", enough: "v1.33.9-eks-1234567", odd: "unknown" };
    assert.deepEqual(
      kubeletFindings(kubelets, target).map(({ where }) => where),
      ["node old"],
    );
  });
});
