/** What the engine destroys and what it costs, read from a state. */
import assert from "node:assert/strict";
import { infrastructureOf, type StateResource } from "../../../../src/teardown/plan/infrastructure.ts";

const group = (inputs: object): StateResource => ({
  type: "aws:eks/nodeGroup:NodeGroup",
  id: "sandbox-a:general",
  inputs: { launchTemplate: { id: "lt-1", version: "1" }, capacityType: "ON_DEMAND", ...inputs },
});
const template: StateResource = {
  type: "aws:ec2/launchTemplate:LaunchTemplate",
  id: "lt-1",
  inputs: { blockDeviceMappings: [{ deviceName: "/dev/xvda", ebs: { volumeSize: 50 } }] },
};

describe("what the engine destroys after the drain", () => {
  it("has the control plane, NAT gateways and addresses, the nodes and their root volumes", () => {
    const nodes = group({ instanceTypes: ["m7i.large", "m6i.large"], scalingConfig: { desiredSize: 3 } });
    const nat = { type: "aws:ec2/natGateway:NatGateway", id: "nat-1" };
    const cluster = { type: "aws:eks/cluster:Cluster", id: "sandbox-a" };
    assert.deepEqual(infrastructureOf([cluster, nat, template, nodes]), [
      { item: "eks-control-plane", count: 1, monthlyPrice: 73 },
      { item: "nat-gateway", count: 1, monthlyPrice: 32.85 },
      { item: "node m7i.large", count: 3, monthlyPrice: 220.75 },
      { item: "root volume of a node, 50 GiB", count: 3, monthlyPrice: 12 },
    ]);
  });

  it("names what has no price here: spot capacity, unknown types, a disk that no template of the state tells", () => {
    const spot = group({
      capacityType: "SPOT",
      instanceTypes: ["m7i.large"],
      scalingConfig: { desiredSize: 1 },
    });
    const strange = group({ instanceTypes: ["u7i.metal"], scalingConfig: { desiredSize: 2 } });
    assert.deepEqual(
      infrastructureOf([spot, strange]).map(({ item, count, monthlyPrice }) => [item, count, monthlyPrice]),
      [
        ["node m7i.large (spot)", 1, undefined],
        ["root volume of a node", 1, undefined],
        ["node u7i.metal", 2, undefined],
        ["root volume of a node", 2, undefined],
      ],
    );
  });

  it("has no nodes where a group was scaled to none", () => {
    assert.deepEqual(infrastructureOf([template, group({ scalingConfig: { desiredSize: 0 } })]), []);
  });
});
