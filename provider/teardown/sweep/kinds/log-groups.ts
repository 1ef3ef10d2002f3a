/** Log groups that the cluster made: EKS its own where the program's was deleted, and the CloudWatch add-on. */
import * as logs from "@aws-sdk/client-cloudwatch-logs";
import type { ThingInAws } from "../../../../src/teardown/laws/aws.ts";
import { accountOf } from "../../../aws/arn.ts";
import { whileThere } from "../../../aws/gone.ts";
import type { Tags } from "../../../census/scope.ts";
import type { AwsClients } from "../../aws/clients.ts";
import type { Change } from "../../aws/gate.ts";
import { ready, type Found, type SweepKind, type SweepScope } from "../kind.ts";
import { collect } from "../look.ts";

/** Each ends in a slash: of a cluster whose name goes on, none begins like this. */
export const clusterLogPrefixes = (clusterName: string): string[] => [
  `/aws/eks/${clusterName}/`,
  `/aws/containerinsights/${clusterName}/`,
];

const type = "logs:log-group";

export const logGroups: SweepKind = {
  type,
  noun: "log group",
  plural: "log groups",
  inVpc: false,
  find: async ({ aws, scope }) =>
    (
      await Promise.all(clusterLogPrefixes(scope.clusterName).map((prefix) => list(aws, scope, prefix)))
    ).flat(),
  again: async (aws, scope, id) => (await list(aws, scope, id)).find((group) => group.id === id),
  deletion: deletionOfGroup,
};

async function list(aws: AwsClients, scope: SweepScope, logGroupNamePrefix: string): Promise<Found[]> {
  const groups = await collect(
    logs.paginateDescribeLogGroups({ client: aws.logs }, { logGroupNamePrefix }),
    (page) => page.logGroups,
  );
  const found = groups.map(async (group): Promise<Found[]> => {
    const shown = await shownGroup(aws, group);
    const { id } = shown;
    const prefix = clusterLogPrefixes(scope.clusterName).find((start) => id.startsWith(start));
    // One with a stack's tag was made by a program: this one, which deletes it, or another.
    if (prefix === undefined || scope.stackTag.key in shown.tags) return [];
    return [{ kind: logGroups, id, because: `name starts with ${prefix}`, readiness: ready, shown }];
  });
  return (await Promise.all(found)).flat();
}

export function deletionOfGroup(logGroupName: string): Change {
  return { service: "logs", command: new logs.DeleteLogGroupCommand({ logGroupName }) };
}

export async function shownGroup(aws: AwsClients, group: logs.LogGroup): Promise<ThingInAws> {
  const { logGroupName: id = "", arn = "", creationTime: madeAt } = group;
  return { type, id, tags: await tagsOfGroup(aws, arn), madeAt, account: accountOf(arn) };
}

async function tagsOfGroup({ logs: client }: AwsClients, arn: string): Promise<Tags> {
  // DescribeLogGroups ends the ARN with `:*`, which ListTagsForResource refuses.
  const resourceArn = arn.replace(/:\*$/, "");
  const found = await whileThere(client.send(new logs.ListTagsForResourceCommand({ resourceArn })));
  return found?.tags ?? {};
}
