import assert from "node:assert/strict";
import { clusterLogPrefixes } from "../../../src/aws/kinds/log-groups.ts";
import { madeByCluster } from "../../../src/aws/ownership.ts";

const owner = {
  clusterName: "sandbox-a",
  stackTag: { key: "sdlc:stack", value: "kubernetes-sdlc/sandbox-a" },
};
const stack = { "sdlc:stack": "kubernetes-sdlc/sandbox-a" };
const owned = { "kubernetes.io/cluster/sandbox-a": "owned" };
const volume = { "ebs.csi.aws.com/cluster": "true", CSIVolumeName: "pvc-1" };

describe("what counts as made by the cluster", () => {
  const made: readonly (readonly [string, Record<string, string>])[] = [
    ["the load balancer controller's", { "elbv2.k8s.aws/cluster": "sandbox-a" }],
    ["the same, with tags that its users add", { "elbv2.k8s.aws/cluster": "sandbox-a", ...stack, team: "a" }],
    ["EKS's own", { "aws:eks:cluster-name": "sandbox-a", ...owned }],
    ["the older cloud controller's", { ...owned, "kubernetes.io/service-name": "app/web" }],
    ["the CNI's, with the stack's tag by its settings", { "eks:eni:owner": "amazon-vpc-cni", ...stack }],
    ["the EBS driver's, with the stack's tag by its settings", { ...volume, ...stack }],
    ["the EBS driver's, with the cluster's id", { ...volume, ...owned }],
    ["Karpenter's", { "karpenter.sh/nodepool": "default", ...owned }],
  ];
  for (const [title, tags] of made) {
    it(title, () => {
      assert.notEqual(madeByCluster(owner, tags), undefined);
    });
  }

  const notMade: readonly (readonly [string, Record<string, string>])[] = [
    ["nothing with no tags", {}],
    ["nothing that the program made", stack],
    ["nor what the program made and marked as the cluster's", { ...stack, ...owned }],
    ["nor what the node group launched", { ...stack, ...owned, "eks:cluster-name": "sandbox-a" }],
    ["no volume of some EBS driver", volume],
    ["nothing that is shared", { "kubernetes.io/cluster/sandbox-a": "shared" }],
    ["nothing of a cluster whose name is longer", { "elbv2.k8s.aws/cluster": "sandbox-a-b" }],
    ["nor shorter", { "kubernetes.io/cluster/sandbox": "owned" }],
    ["nor in other letters", { "elbv2.k8s.aws/cluster": "Sandbox-A" }],
    ["nothing of another stack", { ...owned, "sdlc:stack": "kubernetes-sdlc/sandbox-a-b" }],
    ["nothing of two clusters", { ...owned, "kubernetes.io/cluster/sandbox-b": "owned" }],
    ["nor of two by different makers", { ...owned, "elbv2.k8s.aws/cluster": "sandbox-b" }],
  ];
  for (const [title, tags] of notMade) {
    it(title, () => {
      assert.equal(madeByCluster(owner, tags), undefined);
    });
  }

  it("log groups by a name of which no other cluster's begins", () => {
    const names = ["/aws/eks/sandbox-a/cluster", "/aws/eks/sandbox-a-b/cluster", "/aws/eks/sandbox/cluster"];
    assert.deepEqual(
      names.filter((name) => clusterLogPrefixes("sandbox-a").some((prefix) => name.startsWith(prefix))),
      ["/aws/eks/sandbox-a/cluster"],
    );
  });
});
