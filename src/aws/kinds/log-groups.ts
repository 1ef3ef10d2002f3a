/**
 * CloudWatch log groups. EKS makes that of a control plane again while logging is on, and its CloudWatch add-on makes others: both
 * without the stack's tag, so that the name alone tells.
 */
import * as logs from "@aws-sdk/client-cloudwatch-logs";
import type { Tags } from "../../tags.ts";
import type { ThingInAws } from "../../teardown/laws/aws.ts";
import type { AwsClients } from "../clients.ts";
import type { Change } from "../gate.ts";
import { ready, type Found, type SweptKind } from "../kind.ts";
import { accountOf, ownedBecause, type Owner } from "../ownership.ts";
import { collect } from "../paging.ts";
import { whileThere } from "../refusals.ts";
import type { AccountView } from "../view.ts";

/** How the names of the groups begin. Each ends in a slash: of a cluster whose name goes on, none begins like this. */
export const clusterLogPrefixes = (clusterName: string): string[] => [
  `/aws/eks/${clusterName}/`,
  `/aws/containerinsights/${clusterName}/`,
];

const type = "logs:log-group";

export const logGroups: SweptKind = {
  type,
  noun: "log group",
  plural: "log groups",
  found: "the beginning of its name, and its tags",
  inVpc: false,
  count: async (view) =>
    (await shownGroups(view)).flatMap((shown) => {
      const because = countedBecause(view.scope, shown);
      return because === undefined ? [] : [{ type, id: shown.id, because, shown }];
    }),
  find: async (view) => (await shownGroups(view)).flatMap((shown) => asFound(view.scope, shown) ?? []),
  again: async (aws, scope, id) => {
    const shown = (await listed(aws, id)).find((group) => group.id === id);
    return shown && asFound(scope, shown);
  },
  deletion: deletionOfGroup,
  commandToShow: (id) => `aws logs describe-log-streams --log-group-name ${id}`,
};

export function deletionOfGroup(logGroupName: string): Change {
  return { service: "logs", command: new logs.DeleteLogGroupCommand({ logGroupName }) };
}

/** All groups whose names begin as the stack's do. */
export async function shownGroups({ aws, scope }: AccountView): Promise<ThingInAws[]> {
  const prefixes = [...clusterLogPrefixes(scope.clusterName), ...(scope.logGroupPrefixes ?? [])];
  const found = await Promise.all([...new Set(prefixes)].map((prefix) => listed(aws, prefix)));
  return [...new Map(found.flat().map((group) => [group.id, group])).values()];
}

/** The beginning of the name by which a group is the cluster's. */
export function clusterPrefixOf({ clusterName }: Owner, name: string): string | undefined {
  return clusterLogPrefixes(clusterName).find((prefix) => name.startsWith(prefix));
}

function countedBecause(owner: Owner, { id, tags }: ThingInAws): string | undefined {
  const prefix = clusterPrefixOf(owner, id);
  // The tag says more: a name may be that of another stack's cluster.
  return ownedBecause(owner, tags) ?? (prefix && `name starts with ${prefix}`);
}

function asFound(owner: Owner, shown: ThingInAws): Found | undefined {
  const prefix = clusterPrefixOf(owner, shown.id);
  // One with a stack's tag was made by a program: this one, which deletes it, or another.
  if (prefix === undefined || owner.stackTag.key in shown.tags) return undefined;
  return { kind: logGroups, id: shown.id, because: `name starts with ${prefix}`, readiness: ready, shown };
}

/** @param logGroupNamePrefix the beginning of a name, or a whole one */
async function listed(aws: AwsClients, logGroupNamePrefix: string): Promise<ThingInAws[]> {
  const groups = await collect(
    logs.paginateDescribeLogGroups({ client: aws.logs }, { logGroupNamePrefix }),
    (page) => page.logGroups,
  );
  const shown = groups.map(async ({ logGroupName: id = "", arn = "", creationTime: madeAt }) => {
    const tags = await tagsOfGroup(aws, arn);
    return tags === undefined ? [] : [{ type, id, tags, madeAt, account: accountOf(arn) }];
  });
  return (await Promise.all(shown)).flat();
}

/** Undefined for one that is gone. */
async function tagsOfGroup({ logs: client }: AwsClients, arn: string): Promise<Tags | undefined> {
  // DescribeLogGroups ends the ARN with `:*`, which ListTagsForResource refuses.
  const resourceArn = arn.replace(/:\*$/, "");
  const found = await whileThere(client.send(new logs.ListTagsForResourceCommand({ resourceArn })));
  return found && (found.tags ?? {});
}
