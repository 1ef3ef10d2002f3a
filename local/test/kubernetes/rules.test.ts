/** The small rules of the control planes, without their programs. */
import assert from "node:assert/strict";
import { rule } from "../../kubernetes/addons/builders.ts";
import { addonObjects } from "../../kubernetes/addons/table.ts";
import { nextReport, nodeObject } from "../../kubernetes/node.ts";
import { addressIn } from "../../kubernetes/service-address.ts";
import { servedVersions } from "../../kubernetes/versions.ts";

describe("rules of the control planes", () => {
  it("count addresses from the start of the service block, across octets", () => {
    assert.equal(addressIn("172.20.0.0/16", 10), "172.20.0.10");
    assert.equal(addressIn("10.100.3.0/24", 1), "10.100.3.1");
    assert.equal(addressIn("10.0.0.0/16", 300), "10.0.1.44");
  });

  it("never report a node twice in one second, which the node lifecycle controller would not notice", () => {
    const first = new Date("2026-11-28T06:41:16.120Z");
    const within = new Date("2026-11-28T06:41:16.900Z");
    assert.equal(nextReport(first, within).toISOString(), "2026-11-28T06:41:17.120Z");
    assert.equal(nextReport("2026-11-28T06:41:16Z", within).toISOString(), "2026-11-28T06:41:17.000Z");
    const later = new Date("2026-11-28T06:41:19.000Z");
    assert.deepEqual(nextReport(first, later), later);
    assert.equal(nextReport(undefined, first), first);
  });

  it("serve four minors", () => {
    assert.deepEqual(servedVersions, ["1.37", "1.36", "1.35", "1.34"]);
  });

  it("read a rule's line into groups and resources", () => {
    assert.deepEqual(rule("get,list pods,apps/deployments,apps/daemonsets"), {
      verbs: ["get", "list"],
      apiGroups: ["", "apps"],
      resources: ["pods", "deployments", "daemonsets"],
    });
  });

  it("name the add-ons there are when one is unknown", () => {
    assert.throws(
      () => addonObjects("adot"),
      /no EKS add-on adot.*vpc-cni, kube-proxy, eks-pod-identity-agent, coredns, aws-ebs-csi-driver/s,
    );
  });

  it("give a node the architecture of its instance type, and less room for pods than the instance has", () => {
    const request = {
      name: "ip-10-0-0-1",
      instanceId: "i-1",
      zone: "eu-west-1a",
      region: "eu-west-1",
      privateIp: "10.0.0.1",
      nodeGroup: "default",
      version: "1.35",
      labels: {},
      taints: [],
    };
    const architecture = (instanceType: string): string | undefined =>
      nodeObject({ ...request, instanceType }).metadata.labels?.["kubernetes.io/arch"];
    assert.equal(architecture("m5.large"), "amd64");
    assert.equal(architecture("g4dn.xlarge"), "amd64");
    assert.equal(architecture("t4g.medium"), "arm64");
    assert.equal(architecture("c7gn.large"), "arm64");
    const { status } = nodeObject({ ...request, instanceType: "t3.medium" }) as unknown as {
      status: Record<"capacity" | "allocatable", { memory: string; cpu: string }>;
    };
    assert.ok(Number.parseInt(status.allocatable.memory) < Number.parseInt(status.capacity.memory));
    assert.deepEqual([status.capacity.cpu, status.allocatable.cpu], ["2", "1920m"]);
  });
});
