/** TargetGroupBindings: the nodes as targets of a group, and the rules by which load balancers reach them. */
import * as ec2 from "@aws-sdk/client-ec2";
import * as elb from "@aws-sdk/client-elastic-load-balancing-v2";
import pLimit from "p-limit";
import type { Behaviour } from "../runtime/controller.ts";
import type { Account } from "./account.ts";
import type { Binding } from "./deploy.ts";

/** How the controller knows its own rules in a group that is not its own. */
const description = "elbv2.k8s.aws/targetGroupBinding=shared";
const oneByOne = pLimit(1);

/** @param all every binding there is */
export function bindingBehaviour(account: Account, all: () => readonly Binding[]): Behaviour<Binding> {
  return {
    wants: () => true,
    finalizer: () => "elbv2.k8s.aws/resources",
    failure: "FailedReconcile",
    sync: async ({ spec }) => {
      await oneByOne(() => fitRules(account, all()));
      if (spec.targetType !== "instance") return;
      const Targets = (await account.places()).map(({ instanceId }) => ({ Id: instanceId }));
      if (Targets.length === 0) return;
      await account.elb.send(
        new elb.RegisterTargetsCommand({ TargetGroupArn: spec.targetGroupARN, Targets }),
      );
    },
    remove: () => oneByOne(() => fitRules(account, all())),
  };
}

/** Makes the rules in the nodes' groups those of the bindings that are to stay. */
async function fitRules(account: Account, all: readonly Binding[]): Promise<void> {
  const wanted = new Set(
    all
      .filter(({ metadata }) => !metadata?.deletionTimestamp)
      .flatMap(({ spec }) => spec.networking?.ingress ?? [])
      .flatMap(({ from, ports }) =>
        from.flatMap(({ securityGroup }) => ports.map(({ port }) => `${securityGroup.groupID} ${port}`)),
      ),
  );
  const groups = new Set((await account.places()).map(({ securityGroup }) => securityGroup));
  const permission = (rule: string): ec2.IpPermission => {
    const [GroupId, port] = rule.split(" ");
    return {
      IpProtocol: "tcp",
      FromPort: Number(port),
      ToPort: Number(port),
      UserIdGroupPairs: [{ GroupId, Description: description }],
    };
  };
  for (const GroupId of groups) {
    const { SecurityGroups } = await account.ec2.send(
      new ec2.DescribeSecurityGroupsCommand({ Filters: [{ Name: "group-id", Values: [GroupId] }] }),
    );
    const live = new Set(
      (SecurityGroups?.[0]?.IpPermissions ?? []).flatMap(({ FromPort, UserIdGroupPairs }) =>
        (UserIdGroupPairs ?? [])
          .filter(({ Description }) => Description === description)
          .map((pair) => `${pair.GroupId ?? ""} ${FromPort ?? 0}`),
      ),
    );
    const missing = [...wanted].filter((rule) => !live.has(rule)).map(permission);
    const extra = [...live].filter((rule) => !wanted.has(rule)).map(permission);
    if (missing.length > 0) {
      await account.ec2.send(
        new ec2.AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: missing }),
      );
    }
    if (extra.length > 0) {
      await account.ec2.send(new ec2.RevokeSecurityGroupIngressCommand({ GroupId, IpPermissions: extra }));
    }
  }
}
