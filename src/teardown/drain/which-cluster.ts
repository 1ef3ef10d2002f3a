/**
 * Asks AWS which cluster is meant, before anything of it is touched: it may be gone, and another one may have its name. Only
 * the account and the cluster that were recorded count.
 */
import { KubeConfig } from "@kubernetes/client-node";
import { UserError } from "../../errors.ts";
import type { ClusterDrainInputs } from "../resource-inputs.ts";
import { callersAccount } from "../../aws/account.ts";
import type { AwsClients } from "../../aws/clients.ts";
import { findCluster, type FoundCluster } from "../../aws/kinds/clusters.ts";

export interface WhoAndWhat {
  /** The account that the credentials are of. */
  readonly account: string;
  /** Undefined if AWS has no cluster of this name. */
  readonly cluster: Pick<FoundCluster, "arn" | "endpoint" | "status"> | undefined;
}

type Expected = Pick<ClusterDrainInputs, "clusterArn" | "clusterName" | "region" | "kubeconfig">;

/** @throws where AWS does not say: no answer is not a cluster that is gone. */
export async function askAws(aws: AwsClients, clusterName: string): Promise<WhoAndWhat> {
  const [account, cluster] = await Promise.all([callersAccount(aws), findCluster(aws, clusterName)]);
  return { account, cluster };
}

/**
 * @returns why there is nothing to drain, or undefined for a cluster that is there.
 * @throws {UserError} for another cluster, account or region than the recorded ones.
 */
export function whyNothingToDrain(expected: Expected, { account, cluster }: WhoAndWhat): string | undefined {
  const { clusterArn, clusterName, region } = expected;
  const [, , , arnRegion = "", arnAccount = ""] = clusterArn.split(":");
  if (account !== arnAccount) {
    throw other(
      `the credentials are of account ${account}, and the cluster is in ${arnAccount}`,
      `Log in to account ${arnAccount}`,
    );
  }
  if (arnRegion !== region) {
    throw other(
      `it is in region ${arnRegion}, and the stack says ${region}`,
      `Set the region back: pulumi config set aws:region ${arnRegion}`,
    );
  }
  if (cluster === undefined) return `AWS has no cluster ${clusterName} any more`;
  if (cluster.arn !== clusterArn) {
    throw other(`AWS says that ${clusterName} is ${cluster.arn}`, "Find out who made the other one");
  }
  if (cluster.status === "DELETING") return `AWS is deleting the cluster ${clusterName}`;
  const recorded = serverOf(expected.kubeconfig);
  if (normal(recorded) !== normal(cluster.endpoint)) {
    throw other(
      `its kubeconfig points at ${recorded}, and AWS says that the cluster is at ${cluster.endpoint}`,
      "If the cluster was made anew under its name, run pulumi refresh and pulumi up",
    );
  }
  return undefined;

  function other(what: string, remedy: string): UserError {
    return new UserError({
      what: `${clusterArn}: this is not the cluster that was recorded: ${what}. Nothing was touched.`,
      remedy: `${remedy}, and run pulumi destroy again.`,
    });
  }
}

function serverOf(kubeconfig: string): string {
  const config = new KubeConfig();
  config.loadFromString(kubeconfig);
  return config.getCurrentCluster()?.server ?? "";
}

function normal(endpoint: string): string {
  return endpoint.toLowerCase().replace(/\/$/, "");
}
