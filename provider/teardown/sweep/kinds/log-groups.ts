/** Log groups that the cluster made: EKS its own where the program's was deleted, and the CloudWatch add-on. */
import * as logs from "@aws-sdk/client-cloudwatch-logs";
import type { Tags } from "../../../census/scope.ts";
import { whileThere } from "../../../census/while-there.ts";
import type { AwsClients } from "../../aws/clients.ts";
import { ready, type Found, type SweepKind, type SweepScope } from "../kind.ts";
import { collect } from "../look.ts";

/** Each ends in a slash: of a cluster whose name goes on, none begins like this. */
export const clusterLogPrefixes = (clusterName: string): string[] => [
  `/aws/eks/${clusterName}/`,
  `/aws/containerinsights/${clusterName}/`,
];

export const logGroups: SweepKind = {
  type: "logs:log-group",
  noun: "log group",
  plural: "log groups",
  inVpc: false,
  find: async ({ aws, scope }) =>
    (
      await Promise.all(clusterLogPrefixes(scope.clusterName).map((prefix) => list(aws, scope, prefix)))
    ).flat(),
  again: async (aws, scope, id) => (await list(aws, scope, id)).find((group) => group.id === id),
  delete: async (aws, _scope, logGroupName) => {
    await aws.logs.send(new logs.DeleteLogGroupCommand({ logGroupName }));
  },
};

async function list(aws: AwsClients, scope: SweepScope, logGroupNamePrefix: string): Promise<Found[]> {
  const groups = await collect(
    logs.paginateDescribeLogGroups({ client: aws.logs }, { logGroupNamePrefix }),
    (page) => page.logGroups,
  );
  const found = groups.map(async ({ logGroupName: id = "", arn = "" }): Promise<Found[]> => {
    const prefix = clusterLogPrefixes(scope.clusterName).find((start) => id.startsWith(start));
    // One with a stack's tag was made by a program: this one, which deletes it, or another.
    const mine = prefix !== undefined && !(scope.stackTag.key in (await tagsOfGroup(aws, arn)));
    return mine ? [{ kind: logGroups, id, because: `name starts with ${prefix}`, readiness: ready }] : [];
  });
  return (await Promise.all(found)).flat();
}

export async function tagsOfGroup({ logs: client }: AwsClients, arn: string): Promise<Tags> {
  // DescribeLogGroups ends the ARN with `:*`, which ListTagsForResource refuses.
  const resourceArn = arn.replace(/:\*$/, "");
  const found = await whileThere(client.send(new logs.ListTagsForResourceCommand({ resourceArn })));
  return found?.tags ?? {};
}
