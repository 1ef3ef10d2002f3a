import assert from "node:assert/strict";
import { decidedAddonVersions } from "../../src/addons.ts";

const own = { kubernetesVersion: "1.34", addonVersions: { coredns: "own", "kube-proxy": "own" } };
const development = { kubernetesVersion: "1.34", addonVersions: { coredns: "theirs", "vpc-cni": "theirs" } };
const nothing = { kubernetesVersion: "1.34", pinned: {}, followsDevelopment: false };

describe("add-on versions", () => {
  it("are left to AWS on a fresh stack without Development", () => {
    assert.deepEqual(decidedAddonVersions(nothing), {});
  });

  it("are Development's at every up of a stack that follows it", () => {
    const decided = decidedAddonVersions({ ...nothing, own, development, followsDevelopment: true });
    assert.deepEqual(decided, { coredns: "theirs", "vpc-cni": "theirs", "kube-proxy": "own" });
  });

  it("are kept by any other stack once it has some, and taken from Development before", () => {
    const decided = decidedAddonVersions({ ...nothing, own, development });
    assert.deepEqual(decided, { coredns: "own", "vpc-cni": "theirs", "kube-proxy": "own" });
  });

  it("of another Kubernetes minor count for nothing", () => {
    const next = { ...nothing, kubernetesVersion: "1.35", followsDevelopment: true };
    assert.deepEqual(decidedAddonVersions({ ...next, own, development }), {});
  });

  it("are what the settings pin, whatever anybody runs", () => {
    const pinned = { coredns: "pinned" };
    for (const followsDevelopment of [true, false]) {
      const decided = decidedAddonVersions({ ...nothing, pinned, own, development, followsDevelopment });
      assert.equal(decided.coredns, "pinned");
    }
  });
});
