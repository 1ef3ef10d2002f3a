/** Tags of load balancers and target groups, which are listed without them. */
import { DescribeTagsCommand, type Tag } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { AwsClients } from "../../aws/clients.ts";
import { isGone } from "../../aws/refusals.ts";

/** Most that one DescribeTags call takes, in both generations of the API. */
export const tagBatch = 20;

export async function v2Tags(
  { loadBalancing }: AwsClients,
  arns: readonly string[],
): Promise<ReadonlyMap<string, readonly Tag[]>> {
  const ask = async (ResourceArns: string[]): Promise<(readonly [string, readonly Tag[]])[]> => {
    try {
      const { TagDescriptions = [] } = await loadBalancing.send(new DescribeTagsCommand({ ResourceArns }));
      return TagDescriptions.map(({ ResourceArn = "", Tags = [] }) => [ResourceArn, Tags]);
    } catch (error) {
      if (!isGone(error)) throw error;
      // One of them was deleted since it was listed, and the answer for the others is lost with it.
      if (ResourceArns.length === 1) return [];
      return (await Promise.all(ResourceArns.map((arn) => ask([arn])))).flat();
    }
  };
  const batches: string[][] = [];
  for (let at = 0; at < arns.length; at += tagBatch) batches.push(arns.slice(at, at + tagBatch));
  return new Map((await Promise.all(batches.map(ask))).flat());
}
