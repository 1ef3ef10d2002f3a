import assert from "node:assert/strict";
import { AuthorizeSecurityGroupIngressCommand, CreateSecurityGroupCommand } from "@aws-sdk/client-ec2";
import { DescribeClusterCommand } from "@aws-sdk/client-eks";
import type { Scenario } from "../scenario.ts";

/** As the controller leaves it that was restarted during its last deletion. */
export const scenario: Scenario = {
  number: 24,
  title: "the load balancers' shared group stays, and the cluster's group names it",
  plant: async ({ account, vpcId, name, notes }) => {
    const tags = { "elbv2.k8s.aws/cluster": name, "elbv2.k8s.aws/resource": "backend-sg" };
    const { GroupId = "" } = await account.ec2.send(
      new CreateSecurityGroupCommand({
        GroupName: `k8s-traffic-${name}-0123456789`,
        Description: "[k8s] Shared Backend SecurityGroup for LoadBalancer",
        VpcId: vpcId,
        TagSpecifications: [
          {
            ResourceType: "security-group",
            Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
          },
        ],
      }),
    );
    const { cluster } = await account.eks.send(new DescribeClusterCommand({ name }));
    await account.ec2.send(
      new AuthorizeSecurityGroupIngressCommand({
        GroupId: cluster?.resourcesVpcConfig?.clusterSecurityGroupId,
        IpPermissions: [{ IpProtocol: "tcp", FromPort: 0, ToPort: 65535, UserIdGroupPairs: [{ GroupId }] }],
      }),
    );
    notes.set("group", GroupId);
  },
  present: async ({ account, notes }) => {
    assert.ok((await account.objects()).some(({ id }) => id === notes.get("group")));
  },
};
