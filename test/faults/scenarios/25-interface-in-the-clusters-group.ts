import assert from "node:assert/strict";
import { DescribeNetworkInterfacesCommand } from "@aws-sdk/client-ec2";
import { DescribeClusterCommand } from "@aws-sdk/client-eks";
import { leakInterface, subnetOf } from "../plants.ts";
import type { Scenario } from "../scenario.ts";

/** EKS then leaves its security group behind when it deletes the cluster, and the group holds the VPC. */
export const scenario: Scenario = {
  number: 25,
  title: "an interface holds the security group of cluster and nodes",
  plant: async ({ account, vpcId, name, notes }) => {
    const { cluster } = await account.eks.send(new DescribeClusterCommand({ name }));
    const group = cluster?.resourcesVpcConfig?.clusterSecurityGroupId ?? "";
    notes.set("group", group);
    notes.set("interface", await leakInterface(account, await subnetOf(account, vpcId), name, [group]));
  },
  present: async ({ account, notes }) => {
    const { NetworkInterfaces } = await account.ec2.send(
      new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: [notes.get("interface") ?? ""] }),
    );
    const found = NetworkInterfaces?.[0];
    assert.equal(found?.Groups?.[0]?.GroupId, notes.get("group"));
    assert.equal(found?.Status, "available");
  },
};
