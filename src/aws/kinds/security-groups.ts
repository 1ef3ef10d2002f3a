/** Security groups. AWS refuses while an interface is in one, or a rule of another group refers to it. */
import * as ec2 from "@aws-sdk/client-ec2";
import type { AwsClients } from "../clients.ts";
import { inVpcs, sweptEc2Kind, thingOf, type Ec2Kind } from "../ec2-kind.ts";
import { ready, waits, type FirstChange, type Readiness, type SweepScope } from "../kind.ts";
import { madeByCluster, tagsOf, type Owner } from "../ownership.ts";
import { collect } from "../paging.ts";
import type { AccountView } from "../view.ts";
import { interfacesIn } from "./network-interfaces.ts";

const kind: Ec2Kind<ec2.SecurityGroup> = {
  type: "ec2:security-group",
  noun: "security group",
  plural: "security groups",
  heldBy: "interfaces in it, and rules of other groups that refer to it",
  prefix: "sg-",
  idFilter: "group-id",
  vpcFilter: "vpc-id",
  list: (client, Filters) =>
    collect(ec2.paginateDescribeSecurityGroups({ client }, { Filters }), (page) => page.SecurityGroups),
  thing: ({ GroupId: id, VpcId: vpcId, OwnerId: account, Tags }) => ({
    id,
    tags: tagsOf(Tags),
    vpcId,
    account,
  }),
};

export const securityGroups = sweptEc2Kind(kind, {
  accepts: isNoDefault,
  readiness: async (group, view) => {
    if (view === undefined) return ready;
    const id = group.GroupId ?? "";
    const users = (await interfacesIn(view)).filter(({ Groups = [] }) =>
      Groups.some(({ GroupId }) => GroupId === id),
    );
    return readinessOf(view, id, await inVpcs(kind, view), users);
  },
  before: revocations,
  deletion: (GroupId) => ({ service: "ec2", command: new ec2.DeleteSecurityGroupCommand({ GroupId }) }),
  commandToShow: (id) => `aws ec2 describe-network-interfaces --filters Name=group-id,Values=${id}`,
});

/** The default group goes with its VPC, whatever its tags say. */
function isNoDefault({ GroupName }: ec2.SecurityGroup): boolean {
  return GroupName !== "default";
}

function isClusters(owner: Owner, group: ec2.SecurityGroup): boolean {
  return isNoDefault(group) && madeByCluster(owner, tagsOf(group.Tags)) !== undefined;
}

function readinessOf(
  { scope, aws }: AccountView,
  id: string,
  all: readonly ec2.SecurityGroup[],
  users: readonly ec2.NetworkInterface[],
): Readiness {
  const stranger = all.find(
    (group) => rulesTo(group, id).length > 0 && group.GroupId !== id && !isClusters(scope, group),
  );
  const [rule] = stranger ? rulesTo(stranger, id) : [];
  if (stranger && rule) return heldByRule(stranger, rule, id, aws.region);
  const [user] = users;
  if (user === undefined) return ready;
  const more = users.length > 1 ? ` and ${users.length - 1} more` : "";
  return waits(`${user.NetworkInterfaceId ?? ""} (${user.Description ?? ""})${more}, which is in it`);
}

interface Rule {
  readonly direction: "ingress" | "egress";
  readonly permission: ec2.IpPermission;
}

/** A group's rules that refer to another group, with no other sources or targets in them. */
function rulesTo(group: ec2.SecurityGroup, id: string): Rule[] {
  const of = (direction: Rule["direction"], permissions: readonly ec2.IpPermission[] = []): Rule[] =>
    permissions
      .filter(({ UserIdGroupPairs = [] }) => UserIdGroupPairs.some(({ GroupId }) => GroupId === id))
      .map(({ IpProtocol, FromPort, ToPort }) => ({
        direction,
        permission: {
          IpProtocol,
          ...(FromPort === undefined ? {} : { FromPort }),
          ...(ToPort === undefined ? {} : { ToPort }),
          UserIdGroupPairs: [{ GroupId: id }],
        },
      }));
  return [...of("ingress", group.IpPermissions), ...of("egress", group.IpPermissionsEgress)];
}

function heldByRule(
  { GroupId = "", GroupName = "" }: ec2.SecurityGroup,
  { direction, permission: { IpProtocol = "", FromPort, ToPort } }: Rule,
  id: string,
  region: string,
): Readiness {
  const ports = FromPort === undefined ? "" : `,FromPort=${FromPort},ToPort=${ToPort ?? FromPort}`;
  const shown =
    IpProtocol === "-1" ? "all traffic" : `${IpProtocol}${FromPort === undefined ? "" : ` ${FromPort}`}`;
  return {
    state: "held",
    by: `the ${direction} rule for ${shown} of the security group ${GroupId} (${GroupName}) refers to it, and the cluster does not own that group`,
    remedy: `aws ec2 revoke-security-group-${direction} --region ${region} --group-id ${GroupId} --ip-permissions 'IpProtocol=${IpProtocol}${ports},UserIdGroupPairs=[{GroupId=${id}}]'`,
  };
}

/** What refers to the group, from groups of the cluster alone: those are to go as well. */
async function revocations(aws: AwsClients, scope: SweepScope, id: string): Promise<FirstChange[]> {
  const referring = await Promise.all(
    ["ip-permission.group-id", "egress.ip-permission.group-id"].map((Name) =>
      kind.list(aws.ec2, [
        { Name, Values: [id] },
        { Name: "vpc-id", Values: [scope.vpcId] },
      ]),
    ),
  );
  const groups = new Map(referring.flat().map((group) => [group.GroupId ?? "", group]));
  groups.delete(id);
  return [...groups].flatMap(([GroupId, group]) => {
    if (group.VpcId !== scope.vpcId || !isClusters(scope, group)) return [];
    return rulesTo(group, id).map(({ direction, permission }): FirstChange => {
      const input = { GroupId, IpPermissions: [permission] };
      const command =
        direction === "ingress"
          ? new ec2.RevokeSecurityGroupIngressCommand(input)
          : new ec2.RevokeSecurityGroupEgressCommand(input);
      return { shown: thingOf(kind, group), change: { service: "ec2", command } };
    });
  });
}
