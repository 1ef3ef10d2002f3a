/** The tags of load balancers and target groups, which are listed without them: of both generations of the API. */
import * as classic from "@aws-sdk/client-elastic-load-balancing";
import * as v2 from "@aws-sdk/client-elastic-load-balancing-v2";
import { tagsOf, type Tags } from "../census/scope.ts";
import { askInBatches, balancersAtOnce } from "./in-batches.ts";

/** Of what is there; what is not in it is gone since it was listed. */
export type TagsById = ReadonlyMap<string, Tags>;

/** By ARN. */
export async function v2Tags(
  client: Pick<v2.ElasticLoadBalancingV2Client, "send">,
  arns: readonly string[],
): Promise<TagsById> {
  const answers = await askInBatches(arns, balancersAtOnce, async (ResourceArns) => {
    const { TagDescriptions = [] } = await client.send(new v2.DescribeTagsCommand({ ResourceArns }));
    const tags = new Map(TagDescriptions.map(({ ResourceArn, Tags: its }) => [ResourceArn, tagsOf(its)]));
    return ResourceArns.map((arn) => [arn, tags.get(arn) ?? {}] as const);
  });
  return new Map(answers);
}

/** By name. */
export async function classicTags(
  client: Pick<classic.ElasticLoadBalancingClient, "send">,
  names: readonly string[],
): Promise<TagsById> {
  const answers = await askInBatches(names, balancersAtOnce, async (LoadBalancerNames) => {
    const { TagDescriptions = [] } = await client.send(
      new classic.DescribeTagsCommand({ LoadBalancerNames }),
    );
    const tags = new Map(
      TagDescriptions.map(({ LoadBalancerName, Tags: its }) => [LoadBalancerName, tagsOf(its)]),
    );
    return LoadBalancerNames.map((name) => [name, tags.get(name) ?? {}] as const);
  });
  return new Map(answers);
}
