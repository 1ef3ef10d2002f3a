/** Classic load balancers, which the older cloud controller makes for Services. */
import * as elb from "@aws-sdk/client-elastic-load-balancing";
import { tagsOf } from "../../../census/scope.ts";
import type { AwsClients } from "../../aws/clients.ts";
import { isGone } from "../../aws/refusals.ts";
import { ready, type Found, type SweepKind, type SweepScope } from "../kind.ts";
import { madeByCluster } from "../made-by-cluster.ts";
import { tagBatch } from "./v2-tags.ts";

export const classicLoadBalancers: SweepKind = {
  type: "elasticloadbalancing:classic",
  noun: "classic load balancer",
  plural: "classic load balancers",
  inVpc: true,
  find: async (look) => asFound(look.aws, look.scope, await look.classicLoadBalancers()),
  again: async (aws, scope, id) => (await asFound(aws, scope, await byName(aws, id)))[0],
  delete: async (aws, _scope, LoadBalancerName) => {
    await aws.classicLoadBalancing.send(new elb.DeleteLoadBalancerCommand({ LoadBalancerName }));
  },
};

async function byName(
  { classicLoadBalancing }: AwsClients,
  name: string,
): Promise<readonly elb.LoadBalancerDescription[]> {
  try {
    const command = new elb.DescribeLoadBalancersCommand({ LoadBalancerNames: [name] });
    return (await classicLoadBalancing.send(command)).LoadBalancerDescriptions ?? [];
  } catch (error) {
    if (isGone(error)) return [];
    throw error;
  }
}

async function asFound(
  aws: AwsClients,
  scope: SweepScope,
  balancers: readonly elb.LoadBalancerDescription[],
): Promise<Found[]> {
  const names = balancers.flatMap(({ LoadBalancerName = [], VPCId }) =>
    VPCId === scope.vpcId ? LoadBalancerName : [],
  );
  const tags = await tagsByName(aws, names);
  return names.flatMap((id) => {
    const because = madeByCluster(scope, tagsOf(tags.get(id)));
    return because === undefined ? [] : [{ kind: classicLoadBalancers, id, because, readiness: ready }];
  });
}

async function tagsByName(
  { classicLoadBalancing }: AwsClients,
  names: readonly string[],
): Promise<ReadonlyMap<string, readonly { Key?: string | undefined; Value?: string | undefined }[]>> {
  const ask = async (LoadBalancerNames: string[]): Promise<(readonly [string, readonly elb.Tag[]])[]> => {
    try {
      const command = new elb.DescribeTagsCommand({ LoadBalancerNames });
      const { TagDescriptions = [] } = await classicLoadBalancing.send(command);
      return TagDescriptions.map(({ LoadBalancerName = "", Tags = [] }) => [LoadBalancerName, Tags]);
    } catch (error) {
      if (!isGone(error)) throw error;
      if (LoadBalancerNames.length === 1) return [];
      return (await Promise.all(LoadBalancerNames.map((name) => ask([name])))).flat();
    }
  };
  const batches: string[][] = [];
  for (let at = 0; at < names.length; at += tagBatch) batches.push(names.slice(at, at + tagBatch));
  return new Map((await Promise.all(batches.map(ask))).flat());
}
