import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { ControlPlaneLogType, LogRetentionDays } from "../src/aws-values.ts";
import { controlPlaneLogGroupName } from "../src/names.ts";

export interface ControlPlaneLogsSettings {
  /** None: the control plane writes no logs, and there is no log group. */
  readonly types: readonly ControlPlaneLogType[];
  readonly retentionDays: LogRetentionDays;
}

/**
 * The log group that EKS writes to. The name is fixed by EKS, which makes the group itself where it is
 * missing: then its events never expire, and nobody deletes it.
 */
export function controlPlaneLogGroup(
  name: string,
  clusterName: string,
  settings: ControlPlaneLogsSettings,
  opts: pulumi.CustomResourceOptions,
): aws.cloudwatch.LogGroup | undefined {
  if (settings.types.length === 0) return undefined;
  return new aws.cloudwatch.LogGroup(
    `${name}-logs`,
    { name: controlPlaneLogGroupName(clusterName), retentionInDays: settings.retentionDays },
    opts,
  );
}
