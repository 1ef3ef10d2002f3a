import assert from "node:assert/strict";
import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  DeleteSecurityGroupCommand,
  DescribeSecurityGroupsCommand,
} from "@aws-sdk/client-ec2";
import { madeInAws } from "../evidence.ts";
import { balancedService, controllerOfBalancers } from "../manifests.ts";
import type { Scenario } from "../scenario.ts";

/** The group of a colleague, who let the load balancer in: no tag says that it is the cluster's. */
export const scenario: Scenario = {
  number: 3,
  title: "a foreign group's rule names the load balancer's security group",
  files: controllerOfBalancers,
  plant: async (sandbox) => {
    const { cluster, account, vpcId, notes } = sandbox;
    await cluster.apply(balancedService("app-a/web"));
    await madeInAws(sandbox, "load-balancer", 1);
    const groups = await account.madeFor(sandbox.name, "security-group");
    const own = groups.find(({ tags }) => tags["service.k8s.aws/stack"] === "app-a/web");
    assert.ok(own, "the load balancer has no security group");
    const { GroupId = "" } = await account.ec2.send(
      new CreateSecurityGroupCommand({ GroupName: "colleague", Description: "of a colleague", VpcId: vpcId }),
    );
    await account.ec2.send(
      new AuthorizeSecurityGroupIngressCommand({
        GroupId,
        IpPermissions: [
          { IpProtocol: "tcp", FromPort: 5432, ToPort: 5432, UserIdGroupPairs: [{ GroupId: own.id }] },
        ],
      }),
    );
    notes.set("foreign", GroupId).set("own", own.id);
  },
  present: async ({ account, notes }) => {
    const { SecurityGroups } = await account.ec2.send(
      new DescribeSecurityGroupsCommand({ GroupIds: [notes.get("foreign") ?? ""] }),
    );
    const named = SecurityGroups?.[0]?.IpPermissions?.[0]?.UserIdGroupPairs?.[0]?.GroupId;
    assert.equal(named, notes.get("own"));
  },
  choices: { SDLC_TEARDOWN_DEADLINE: "15" },
  stops: {
    says: [/Service app-a\/web/, /service\.k8s\.aws\/resources/, /Load Balancer Controller/, /sg-[0-9a-f]+/],
    remedy: async ({ account, notes }) => {
      await account.ec2.send(new DeleteSecurityGroupCommand({ GroupId: notes.get("foreign") }));
      return {};
    },
  },
};
