/** Classic load balancers, which the older cloud controller makes for Services. */
import * as elb from "@aws-sdk/client-elastic-load-balancing";
import { classicTags } from "../../../aws/balancer-tags.ts";
import { whileThere } from "../../../aws/gone.ts";
import type { AwsClients } from "../../aws/clients.ts";
import { ready, type Found, type SweepKind, type SweepScope } from "../kind.ts";
import { madeByCluster } from "../made-by-cluster.ts";

const type = "elasticloadbalancing:classic";

export const classicLoadBalancers: SweepKind = {
  type,
  noun: "classic load balancer",
  plural: "classic load balancers",
  inVpc: true,
  find: async (look) => asFound(look.aws, look.scope, await look.classicLoadBalancers()),
  again: async (aws, scope, id) => (await asFound(aws, scope, await byName(aws, id)))[0],
  deletion: (LoadBalancerName) => ({
    service: "classicLoadBalancing",
    command: new elb.DeleteLoadBalancerCommand({ LoadBalancerName }),
  }),
};

async function byName(
  { classicLoadBalancing }: AwsClients,
  name: string,
): Promise<readonly elb.LoadBalancerDescription[]> {
  const command = new elb.DescribeLoadBalancersCommand({ LoadBalancerNames: [name] });
  return (await whileThere(classicLoadBalancing.send(command)))?.LoadBalancerDescriptions ?? [];
}

async function asFound(
  aws: AwsClients,
  scope: SweepScope,
  balancers: readonly elb.LoadBalancerDescription[],
): Promise<Found[]> {
  const inside = balancers.filter(({ VPCId }) => VPCId === scope.vpcId);
  const tagged = await classicTags(
    aws.classicLoadBalancing,
    inside.flatMap(({ LoadBalancerName = [] }) => LoadBalancerName),
  );
  return inside.flatMap(({ LoadBalancerName: id = "", VPCId: vpcId }) => {
    const tags = tagged.get(id) ?? {};
    const because = madeByCluster(scope, tags);
    const shown = { type, id, tags, vpcId };
    return because === undefined
      ? []
      : [{ kind: classicLoadBalancers, id, because, readiness: ready, shown }];
  });
}
