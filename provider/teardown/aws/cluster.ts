/** What EKS says of a cluster of the stack's name. */
import { DescribeClusterCommand } from "@aws-sdk/client-eks";
import { whileThere } from "../../aws/gone.ts";
import type { AwsClients } from "./clients.ts";

export interface FoundCluster {
  readonly arn: string;
  readonly endpoint: string;
  readonly status: string;
  readonly vpcId: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** Undefined only if EKS itself says that there is none. */
export async function findCluster(
  { eks }: Pick<AwsClients, "eks">,
  name: string,
): Promise<FoundCluster | undefined> {
  const found = await whileThere(eks.send(new DescribeClusterCommand({ name })));
  if (found === undefined) return undefined;
  const { arn = "", endpoint = "", status = "", resourcesVpcConfig, tags = {} } = found.cluster ?? {};
  return { arn, endpoint, status, vpcId: resourcesVpcConfig?.vpcId ?? "", tags };
}
