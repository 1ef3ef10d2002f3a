/** Target groups: AWS refuses to delete one while a listener or a rule forwards to it. */
import * as elb from "@aws-sdk/client-elastic-load-balancing-v2";
import { tagsOf } from "../../../census/scope.ts";
import type { AwsClients } from "../../aws/clients.ts";
import { isGone } from "../../aws/refusals.ts";
import { ready, waits, type Found, type Readiness, type SweepKind, type SweepScope } from "../kind.ts";
import { collect } from "../look.ts";
import { madeByCluster } from "../made-by-cluster.ts";
import { loadBalancers } from "./load-balancers.ts";
import { v2Tags } from "./v2-tags.ts";

export const targetGroups: SweepKind = {
  type: "elasticloadbalancing:targetgroup",
  noun: "target group",
  plural: "target groups",
  inVpc: true,
  find: async (look) => {
    const client = look.aws.loadBalancing;
    const all = await collect(elb.paginateDescribeTargetGroups({ client }, {}), (page) => page.TargetGroups);
    const going = new Set((await loadBalancers.find(look)).map(({ id }) => id));
    const there = new Set((await look.loadBalancers()).map(({ LoadBalancerArn }) => LoadBalancerArn));
    return asFound(look.aws, look.scope, all, (arns) => {
      const [stranger] = arns.filter((arn) => there.has(arn) && !going.has(arn));
      if (stranger === undefined) {
        return arns.some((arn) => going.has(arn)) ? waits("its load balancer") : ready;
      }
      return {
        state: "held",
        by: `the load balancer ${stranger} forwards to it, and the cluster did not make that one`,
        remedy: "Take the target group out of that load balancer's listeners, or delete that load balancer.",
      };
    });
  },
  again: async (aws, scope, id) => (await asFound(aws, scope, await byArn(aws, id), () => ready))[0],
  delete: async (aws, _scope, TargetGroupArn) => {
    await aws.loadBalancing.send(new elb.DeleteTargetGroupCommand({ TargetGroupArn }));
  },
};

async function byArn({ loadBalancing }: AwsClients, arn: string): Promise<readonly elb.TargetGroup[]> {
  try {
    const command = new elb.DescribeTargetGroupsCommand({ TargetGroupArns: [arn] });
    return (await loadBalancing.send(command)).TargetGroups ?? [];
  } catch (error) {
    if (isGone(error)) return [];
    throw error;
  }
}

async function asFound(
  aws: AwsClients,
  scope: SweepScope,
  groups: readonly elb.TargetGroup[],
  readiness: (loadBalancerArns: readonly string[]) => Readiness,
): Promise<Found[]> {
  const inside = groups.filter(({ VpcId }) => VpcId === scope.vpcId);
  const tags = await v2Tags(
    aws,
    inside.flatMap(({ TargetGroupArn = [] }) => TargetGroupArn),
  );
  return inside.flatMap(({ TargetGroupArn: id = "", LoadBalancerArns = [] }) => {
    const because = madeByCluster(scope, tagsOf(tags.get(id)));
    if (because === undefined) return [];
    return [{ kind: targetGroups, id, because, readiness: readiness(LoadBalancerArns) }];
  });
}
