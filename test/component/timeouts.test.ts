import assert from "node:assert/strict";
import { awsMocks } from "../support/aws-mocks.ts";
import { wholeCluster } from "../support/environment.ts";
import { record } from "../support/registrations.ts";

describe("what may take longer than the AWS provider allows", () => {
  it("is node groups, and the update of an add-on", async () => {
    const { registrations } = await record(awsMocks, wholeCluster);
    const given = registrations.all.filter(({ customTimeouts }) => Object.keys(customTimeouts).length > 0);
    const addon = { update: "1h" };
    assert.deepEqual(Object.fromEntries(given.map(({ label, customTimeouts }) => [label, customTimeouts])), {
      "aws:eks/nodeGroup:NodeGroup pool": { create: "2h", update: "6h", delete: "3h" },
      "aws:eks/addon:Addon system-vpc-cni": addon,
      "aws:eks/addon:Addon system-kube-proxy": addon,
      "aws:eks/addon:Addon system-eks-pod-identity-agent": addon,
      "aws:eks/addon:Addon workload-coredns": addon,
      "aws:eks/addon:Addon workload-aws-ebs-csi-driver": addon,
    });
  });
});
