import assert from "node:assert/strict";
import * as ec2 from "@aws-sdk/client-ec2";
import * as iam from "@aws-sdk/client-iam";
import type { V1Node } from "@kubernetes/client-node";
import { refused } from "../gateway/platform.ts";
import { until, type Live } from "../kubelet/sandbox.ts";
import { clusterName, ebsRole, type World } from "./world.ts";

export function karpenterCases(get: () => World): void {
  const instances = async (): Promise<ec2.Instance[]> => {
    const { Reservations } = await get().aws.ec2.send(
      new ec2.DescribeInstancesCommand({
        Filters: [
          { Name: "tag-key", Values: ["karpenter.sh/nodepool"] },
          { Name: "instance-state-name", Values: ["pending", "running", "shutting-down"] },
        ],
      }),
    );
    return (Reservations ?? []).flatMap(({ Instances }) => Instances ?? []);
  };
  const nodes = async (): Promise<V1Node[]> =>
    (await get().cluster.client.core.listNode({ labelSelector: "karpenter.sh/nodepool" })).items;
  const claims = async (): Promise<Live[]> =>
    (await get().cluster.client.objects.list<Live>("karpenter.sh/v1", "NodeClaim")).items;
  const pool = (name: string, spec: object): string =>
    JSON.stringify({
      apiVersion: "karpenter.sh/v1",
      kind: "NodePool",
      metadata: { name },
      spec: {
        ...spec,
        template: {
          spec: {
            nodeClassRef: { group: "karpenter.k8s.aws", kind: "EC2NodeClass", name: "default" },
            requirements: [{ key: "node.kubernetes.io/instance-type", operator: "In", values: ["t3.large"] }],
          },
        },
      },
    });
  const remove = (kind: string, name: string): Promise<void> =>
    get().cluster.remove(
      kind,
      name,
      "",
      kind === "EC2NodeClass" ? "karpenter.k8s.aws/v1" : "karpenter.sh/v1",
    );
  const ready = (count: number): Promise<V1Node[]> =>
    until(`${count} of its nodes are ready`, async () => {
      const found = await nodes();
      const up = found.filter(({ status }) =>
        status?.conditions?.some(({ type, status: holds }) => type === "Ready" && holds === "True"),
      );
      return up.length === count && up;
    });
  const gone = (): Promise<unknown> =>
    until("claims, nodes and instances are gone", async () => {
      return [await claims(), await nodes(), await instances()].every((list) => list.length === 0);
    });

  before(async () => {
    await get().install({
      name: "karpenter",
      url: "https://charts.karpenter.sh",
      version: "1.8.1",
      values: { settings: { clusterName } },
    });
    const { network, group } = get();
    await get().cluster.apply(
      JSON.stringify({
        apiVersion: "karpenter.k8s.aws/v1",
        kind: "EC2NodeClass",
        metadata: { name: "default" },
        spec: {
          role: ebsRole,
          subnetSelectorTerms: [{ id: network.subnets[1] }],
          securityGroupSelectorTerms: [{ id: group }],
        },
      }),
    );
  });

  it("makes the nodes that a pool asks for, as instances with its tags", async () => {
    await get().cluster.apply(pool("static", { replicas: 2 }));
    const [node] = await ready(2);
    const [instance, ...others] = await instances();
    assert.equal(others.length, 1);
    const tags = Object.fromEntries((instance?.Tags ?? []).map(({ Key = "", Value = "" }) => [Key, Value]));
    assert.equal(tags["karpenter.sh/nodepool"], "static");
    assert.equal(tags[`kubernetes.io/cluster/${clusterName}`], "owned");
    assert.equal(tags["eks:eks-cluster-name"], clusterName);
    assert.equal(instance?.InstanceType, "t3.large");
    assert.equal(instance.SubnetId, get().network.subnets[1]);
    assert.deepEqual(node?.metadata?.finalizers, ["karpenter.sh/termination"]);
    const [claim] = await claims();
    assert.deepEqual(claim?.metadata?.finalizers, ["karpenter.sh/termination"]);
  });

  it("replaces a node that is deleted, and ends all with their pool", async () => {
    const [first] = await nodes();
    const before = (await instances()).map(({ InstanceId }) => InstanceId);
    await get().cluster.remove("Node", first?.metadata?.name ?? "", "", "v1");
    await until("another instance is there", async () =>
      (await instances()).some(({ InstanceId }) => !before.includes(InstanceId)),
    );
    await ready(2);
    await remove("NodePool", "static");
    await gone();
  });

  it("makes a node for a pod that fits nowhere, and lets a disruption budget hold its end up", async () => {
    await get().cluster.apply(pool("dynamic", {}));
    await get().cluster.apply(`
apiVersion: apps/v1
kind: Deployment
metadata: { name: large, namespace: default }
spec:
  selector: { matchLabels: { app: large } }
  template:
    metadata: { labels: { app: large } }
    spec:
      nodeSelector: { karpenter.sh/nodepool: dynamic }
      containers: [{ name: main, image: nothing }]
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: large, namespace: default }
spec: { minAvailable: 1, selector: { matchLabels: { app: large } } }
`);
    await ready(1);
    await until("the pod runs", async () => {
      const { items } = await get().cluster.client.core.listNamespacedPod({
        namespace: "default",
        labelSelector: "app=large",
      });
      return items[0]?.status?.phase === "Running";
    });
    await until("the budget counts its pod", async () => {
      const budget = await get().cluster.read("PodDisruptionBudget", "large", "default", "policy/v1");
      return budget?.status?.["currentHealthy"] === 1;
    });
    await remove("NodePool", "dynamic");
    await until("the node is cordoned", async () => (await nodes())[0]?.spec?.unschedulable === true);
    assert.equal((await instances())[0]?.State?.Name, "running");
    await get().cluster.remove("PodDisruptionBudget", "large", "default", "policy/v1");
    await get().cluster.remove("Deployment", "large", "default", "apps/v1");
    await gone();
  });

  it("holds the role of its nodes by an instance profile until the class goes, which waits for its nodes", async () => {
    await get().cluster.apply(pool("static", { replicas: 1 }));
    await ready(1);
    const removal = (): Promise<unknown> =>
      get().aws.iam.send(new iam.DeleteRoleCommand({ RoleName: ebsRole }));
    const policy = {
      RoleName: ebsRole,
      PolicyArn: "arn:aws:iam::aws:policy/service-role/AmazonEBSCSIDriverPolicy",
    };
    await get().aws.iam.send(new iam.DetachRolePolicyCommand(policy));
    await refused(
      removal(),
      "DeleteConflict",
      409,
      "Cannot delete entity, must remove roles from instance profile first.",
    );
    await remove("EC2NodeClass", "default");
    assert.ok(await get().cluster.read("EC2NodeClass", "default", "", "karpenter.k8s.aws/v1"));
    await remove("NodePool", "static");
    await gone();
    await until(
      "the class is gone",
      async () => !(await get().cluster.read("EC2NodeClass", "default", "", "karpenter.k8s.aws/v1")),
    );
    await removal();
  });
}
