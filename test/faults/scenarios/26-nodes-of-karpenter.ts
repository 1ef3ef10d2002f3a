import assert from "node:assert/strict";
import { DescribeClusterCommand } from "@aws-sdk/client-eks";
import { eventually } from "../cluster.ts";
import { requireOrder } from "../evidence.ts";
import { karpenter } from "../manifests.ts";
import { subnetOf } from "../plants.ts";
import type { Sandbox } from "../sandbox.ts";
import type { Scenario } from "../scenario.ts";

async function instancesOf({ account }: Sandbox): Promise<number> {
  const claimed = (await account.objects()).filter(
    ({ type, tags }) => type === "instance" && tags["karpenter.sh/nodepool"] === "burst",
  );
  return claimed.length;
}

export const scenario: Scenario = {
  number: 26,
  title: "Karpenter's instances, and its profile with the nodes' role, which no state knows",
  files: karpenter,
  plant: async (sandbox) => {
    const { account, cluster, name, vpcId } = sandbox;
    const { cluster: found } = await account.eks.send(new DescribeClusterCommand({ name }));
    const role = (await account.objects()).find(
      ({ type, id }) => type === "iam-role" && id.startsWith(`${name}-nodes`),
    );
    await cluster.apply(`
apiVersion: karpenter.k8s.aws/v1
kind: EC2NodeClass
metadata: { name: default }
spec:
  role: ${role?.id ?? ""}
  subnetSelectorTerms: [{ id: ${await subnetOf(account, vpcId)} }]
  securityGroupSelectorTerms: [{ id: ${found?.resourcesVpcConfig?.clusterSecurityGroupId ?? ""} }]
---
apiVersion: karpenter.sh/v1
kind: NodePool
metadata: { name: burst }
spec:
  replicas: 2
  template:
    spec:
      nodeClassRef: { group: karpenter.k8s.aws, kind: EC2NodeClass, name: default }
`);
    await eventually("Karpenter has launched two instances", async () => (await instancesOf(sandbox)) === 2);
  },
  present: async (sandbox) => {
    const { cluster, account, name } = sandbox;
    await eventually("their nodes are there", async () => {
      const nodes = await cluster.list("v1", "Node");
      return (
        nodes.filter(({ metadata }) => metadata.labels?.["karpenter.sh/nodepool"] === "burst").length === 2
      );
    });
    assert.equal((await account.madeFor(name, "iam-instance-profile")).length, 1);
  },
  check: (_sandbox, { events }) => {
    const notKnown = events.flatMap((event) => (event.type === "not-known" ? [event.thing.what] : []));
    assert.ok(notKnown.includes("instance profile of the node class default"), notKnown.join());
    requireOrder(
      events,
      "NodePool.karpenter.sh burst",
      "HelmRelease.helm.toolkit.fluxcd.io kube-system/karpenter",
    );
  },
};
