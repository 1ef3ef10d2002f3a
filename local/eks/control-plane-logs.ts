/**
 * Control-plane logs. EKS writes to `/aws/eks/<cluster>/cluster` and makes that group whenever it is not there: one
 * that somebody deletes comes back for as long as logging is on, and the next CreateLogGroup fails.
 */
import { CreateLogGroupCommand, ResourceAlreadyExistsException } from "@aws-sdk/client-cloudwatch-logs";
import { enabledLogs } from "./cluster-rules.ts";
import type { ClusterRecord } from "./context.ts";
import { minutes } from "./durations.ts";

export async function deliverLogs(record: ClusterRecord): Promise<void> {
  if (enabledLogs(record.cluster.logging).length === 0) return;
  try {
    await record.eks.account.logs.send(
      new CreateLogGroupCommand({ logGroupName: `/aws/eks/${record.cluster.name}/cluster` }),
    );
  } catch (cause) {
    if (!(cause instanceof ResourceAlreadyExistsException)) throw cause;
  }
}

/** Delivers until the cluster is gone. */
export async function keepDelivering(record: ClusterRecord): Promise<void> {
  const { eks } = record;
  while (eks.clusters.get(record.cluster.name) === record) {
    await deliverLogs(record);
    await eks.pause(minutes.logDelivery);
  }
}
