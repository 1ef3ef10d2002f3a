/** CloudWatch log groups of a stack. */
import * as logs from "@aws-sdk/client-cloudwatch-logs";
import { clientSettings } from "./client-settings.ts";
import { accountOf } from "../aws/arn.ts";
import { whileThere } from "../aws/gone.ts";
import { ownedBecause, type CensusScope, type ShownFinding, type Tags } from "./scope.ts";

/** `prefixes` are the beginnings of the names under which the stack's log groups are made. */
export async function logFindings(scope: CensusScope, prefixes: readonly string[]): Promise<ShownFinding[]> {
  const client = new logs.CloudWatchLogsClient(clientSettings(scope));
  // EKS makes this one again while logging is on, without the stack's tags: the name alone tells.
  const ofCluster = `/aws/eks/${scope.clusterName}/`;
  const found: ShownFinding[] = [];
  try {
    for (const logGroupNamePrefix of new Set([ofCluster, ...prefixes])) {
      for await (const page of logs.paginateDescribeLogGroups({ client }, { logGroupNamePrefix })) {
        for (const { logGroupName: id = "", arn = "", creationTime: madeAt } of page.logGroups ?? []) {
          const tags = await tagsOfGroup(client, arn);
          if (tags === undefined) continue;
          const because = id.startsWith(ofCluster)
            ? `name starts with ${ofCluster}`
            : ownedBecause(scope, tags);
          const shown = { type: "logs:log-group", id, tags, madeAt, account: accountOf(arn) };
          if (because !== undefined) found.push({ type: shown.type, id, because, shown });
        }
      }
    }
    return found;
  } finally {
    client.destroy();
  }
}

/** Undefined for one that is gone. */
async function tagsOfGroup(client: logs.CloudWatchLogsClient, arn: string): Promise<Tags | undefined> {
  // DescribeLogGroups ends the ARN with `:*`, which ListTagsForResource refuses.
  const resourceArn = arn.replace(/:\*$/, "");
  const found = await whileThere(client.send(new logs.ListTagsForResourceCommand({ resourceArn })));
  return found && (found.tags ?? {});
}
