/** CloudWatch log groups of a stack. */
import * as logs from "@aws-sdk/client-cloudwatch-logs";
import { clientSettings } from "./client-settings.ts";
import { ownedBecause, type CensusFinding, type CensusScope, type Tags } from "./scope.ts";
import { whileThere } from "./while-there.ts";

/** `prefixes` are the beginnings of the names under which the stack's log groups are made. */
export async function logFindings(scope: CensusScope, prefixes: readonly string[]): Promise<CensusFinding[]> {
  const client = new logs.CloudWatchLogsClient(clientSettings(scope));
  // EKS makes this one again while logging is on, without the stack's tags: the name alone tells.
  const ofCluster = `/aws/eks/${scope.clusterName}/`;
  const found: CensusFinding[] = [];
  try {
    for (const logGroupNamePrefix of new Set([ofCluster, ...prefixes])) {
      for await (const page of logs.paginateDescribeLogGroups({ client }, { logGroupNamePrefix })) {
        for (const { logGroupName: id = "", arn = "" } of page.logGroups ?? []) {
          const because = id.startsWith(ofCluster)
            ? `name starts with ${ofCluster}`
            : ownedBecause(scope, await tagsOfGroup(client, arn));
          if (because !== undefined) found.push({ type: "logs:log-group", id, because });
        }
      }
    }
    return found;
  } finally {
    client.destroy();
  }
}

async function tagsOfGroup(client: logs.CloudWatchLogsClient, arn: string): Promise<Tags> {
  // DescribeLogGroups ends the ARN with `:*`, which ListTagsForResource refuses.
  const resourceArn = arn.replace(/:\*$/, "");
  const found = await whileThere(client.send(new logs.ListTagsForResourceCommand({ resourceArn })));
  return found?.tags ?? {};
}
