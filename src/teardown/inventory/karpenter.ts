/** What Karpenter makes EC2 instances from (karpenter.sh/v1). */
import { at, text } from "../../fields.ts";
import type { NodeClassDetail, NodeDetail } from "./detail.ts";
import { objectId, type ObjectId, type ObjectIdentity } from "./object-id.ts";

export function readNodePool(_identity: ObjectIdentity, manifest: unknown): NodeDetail {
  return {
    type: "node-pool",
    nodeClass: nodeClass(at(manifest, "spec", "template", "spec", "nodeClassRef")),
    pool: undefined,
    instanceType: undefined,
    spot: false,
    instanceId: undefined,
  };
}

export function readNodeClaim(_identity: ObjectIdentity, manifest: unknown): NodeDetail {
  return {
    type: "node-claim",
    nodeClass: nodeClass(at(manifest, "spec", "nodeClassRef")),
    pool: text(manifest, "metadata", "labels", "karpenter.sh/nodepool"),
    instanceType: text(manifest, "metadata", "labels", "node.kubernetes.io/instance-type"),
    spot: text(manifest, "metadata", "labels", "karpenter.sh/capacity-type") === "spot",
    // `aws:///eu-west-1a/i-0123456789abcdef0`
    instanceId: /\/(i-[0-9a-f]+)$/.exec(text(manifest, "status", "providerID") ?? "")?.[1],
  };
}

/** karpenter.k8s.aws/v1: of `spec.role` Karpenter makes a profile, and writes its name to `status.instanceProfile`. */
export function readNodeClass(_identity: ObjectIdentity, manifest: unknown): NodeClassDetail {
  return {
    type: "node-class",
    makesProfile:
      text(manifest, "spec", "role") !== undefined && text(manifest, "spec", "instanceProfile") === undefined,
    profile: text(manifest, "status", "instanceProfile"),
  };
}

function nodeClass(value: unknown): ObjectId | undefined {
  const name = text(value, "name");
  if (name === undefined) return undefined;
  const group = text(value, "group") ?? "karpenter.k8s.aws";
  return objectId({ group, kind: text(value, "kind") ?? "EC2NodeClass", namespace: "", name });
}
