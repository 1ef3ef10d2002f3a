import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { Address } from "../cluster.ts";
import type { Sandbox } from "../sandbox.ts";
import type { Destroying, Scenario } from "../scenario.ts";

/** What a policy engine reports about, by the address of each. */
const subjects: readonly Address[] = [
  "apps/v1 Deployment flux-system/kustomize-controller",
  "apps/v1 Deployment flux-system/helm-controller",
  "apps/v1 Deployment kube-system/coredns",
  "apps/v1 DaemonSet kube-system/aws-node",
  "apps/v1 Deployment kube-system/ebs-csi-controller",
  "v1 Namespace flux-system",
];

const group = "wgpolicyk8s.io";

function definition(plural: string, kind: string, scope: string): string {
  return `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: ${plural}.${group} }
spec:
  group: ${group}
  names: { plural: ${plural}, kind: ${kind} }
  scope: ${scope}
  versions:
    - name: v1alpha2
      served: true
      storage: true
      schema: { openAPIV3Schema: { type: object, x-kubernetes-preserve-unknown-fields: true } }
`;
}

const definitions = [
  definition("policyreports", "PolicyReport", "Namespaced"),
  definition("clusterpolicyreports", "ClusterPolicyReport", "Cluster"),
].join("---");

/** Kyverno and Trivy write a report about each thing, with an owner reference to it. */
export const scenario: Scenario = {
  number: 32,
  title: "reports that are children of Flux, of EKS add-ons and of a namespace",
  files: () => ({ "platform/services/policy-reports.yaml": definitions }),
  plant: async ({ cluster }) => {
    for (const [index, address] of subjects.entries()) {
      const { apiVersion, kind, metadata } = await cluster.get(address);
      const home = metadata.namespace;
      await cluster.apply(`
apiVersion: ${group}/v1alpha2
kind: ${home === undefined ? "ClusterPolicyReport" : "PolicyReport"}
metadata:
  name: report-${index}
  ${home === undefined ? "" : `namespace: ${home}`}
  ownerReferences: [{ apiVersion: ${apiVersion}, kind: ${kind}, name: ${metadata.name}, uid: ${metadata.uid} }]
`);
    }
  },
  present: async ({ cluster }) => {
    const reports = await cluster.list(`${group}/v1alpha2`, "PolicyReport");
    const ofCluster = await cluster.list(`${group}/v1alpha2`, "ClusterPolicyReport");
    assert.equal(reports.length + ofCluster.length, subjects.length);
  },
  meanwhile: untouchedUntilDrained,
  check: (sandbox, { events }) => {
    assert.ok(sandbox.notes.get("looked"), "nobody looked at what was reported about");
    const deleted = events.flatMap((event) => (event.type === "deleting" ? [event.id] : []));
    for (const id of deleted) assert.doesNotMatch(id, /kube-system|^Namespace|^Deployment|^DaemonSet/);
  },
};

/** @throws {Error} if one of them is deleted while the drain still works. */
async function untouchedUntilDrained(sandbox: Sandbox, { ended, events }: Destroying): Promise<void> {
  const over = (): boolean => ended.aborted || events().some(({ type }) => type === "ended");
  while (!over()) {
    for (const address of subjects) {
      const found = await sandbox.cluster.read(address).catch(() => undefined);
      if (over()) return;
      if (found === undefined) continue;
      assert.equal(found.metadata.deletionTimestamp, undefined, `${address} is being deleted`);
      sandbox.notes.set("looked", address);
    }
    await sleep(200);
  }
}
