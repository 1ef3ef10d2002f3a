/** Security groups. AWS refuses while an interface is in one, or a rule of another group refers to it. */
import * as ec2 from "@aws-sdk/client-ec2";
import type { ThingInAws } from "../../../../src/teardown/laws/aws.ts";
import { whileThere } from "../../../aws/gone.ts";
import { tagsOf } from "../../../census/scope.ts";
import type { AwsClients } from "../../aws/clients.ts";
import { ready, waits, type FirstChange, type Readiness, type SweepKind, type SweepScope } from "../kind.ts";
import { collect, type Look } from "../look.ts";
import { madeByCluster } from "../made-by-cluster.ts";

const type = "ec2:security-group";

export const securityGroups: SweepKind = {
  type,
  noun: "security group",
  plural: "security groups",
  inVpc: true,
  find: async (look) => {
    const all = await look.securityGroups();
    const users = usersOf(await look.interfaces());
    return all.flatMap((group) => {
      const because = ownedBecause(look.scope, group);
      if (because === undefined) return [];
      const id = group.GroupId ?? "";
      const readiness = readinessOf(look, id, all, users.get(id) ?? []);
      return [{ kind: securityGroups, id, because, readiness, shown: shownGroup(group) }];
    });
  },
  again: async (aws, scope, id) => {
    const [group] = await byId(aws, id);
    const because = group && ownedBecause(scope, group);
    if (group === undefined || because === undefined) return undefined;
    return { kind: securityGroups, id, because, readiness: ready, shown: shownGroup(group) };
  },
  before: revocations,
  deletion: (GroupId) => ({ service: "ec2", command: new ec2.DeleteSecurityGroupCommand({ GroupId }) }),
};

function shownGroup({
  GroupId: id = "",
  VpcId: vpcId,
  OwnerId: account,
  Tags,
}: ec2.SecurityGroup): ThingInAws {
  return { type, id, tags: tagsOf(Tags), vpcId, account };
}

/** The default group goes with its VPC, whatever its tags say. */
function ownedBecause(scope: SweepScope, group: ec2.SecurityGroup): string | undefined {
  if (group.VpcId !== scope.vpcId || group.GroupName === "default") return undefined;
  return madeByCluster(scope, tagsOf(group.Tags));
}

function usersOf(all: readonly ec2.NetworkInterface[]): ReadonlyMap<string, readonly ec2.NetworkInterface[]> {
  const users = new Map<string, ec2.NetworkInterface[]>();
  for (const user of all) {
    for (const { GroupId = "" } of user.Groups ?? [])
      users.set(GroupId, [...(users.get(GroupId) ?? []), user]);
  }
  return users;
}

function readinessOf(
  { scope, aws }: Look,
  id: string,
  all: readonly ec2.SecurityGroup[],
  users: readonly ec2.NetworkInterface[],
): Readiness {
  const stranger = all.find(
    (group) =>
      rulesTo(group, id).length > 0 && group.GroupId !== id && ownedBecause(scope, group) === undefined,
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
      list(aws, {
        Filters: [
          { Name, Values: [id] },
          { Name: "vpc-id", Values: [scope.vpcId] },
        ],
      }),
    ),
  );
  const groups = new Map(referring.flat().map((group) => [group.GroupId ?? "", group]));
  groups.delete(id);
  return [...groups].flatMap(([GroupId, group]) => {
    if (ownedBecause(scope, group) === undefined) return [];
    return rulesTo(group, id).map(({ direction, permission }): FirstChange => {
      const input = { GroupId, IpPermissions: [permission] };
      const command =
        direction === "ingress"
          ? new ec2.RevokeSecurityGroupIngressCommand(input)
          : new ec2.RevokeSecurityGroupEgressCommand(input);
      return { shown: shownGroup(group), change: { service: "ec2", command } };
    });
  });
}

async function byId(aws: AwsClients, id: string): Promise<readonly ec2.SecurityGroup[]> {
  return (await whileThere(list(aws, { GroupIds: [id] }))) ?? [];
}

function list(
  { ec2: client }: AwsClients,
  input: ec2.DescribeSecurityGroupsCommandInput,
): Promise<ec2.SecurityGroup[]> {
  return collect(ec2.paginateDescribeSecurityGroups({ client }, input), (page) => page.SecurityGroups);
}
