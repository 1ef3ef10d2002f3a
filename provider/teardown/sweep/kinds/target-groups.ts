/** Target groups: AWS refuses to delete one while a listener or a rule forwards to it. */
import * as elb from "@aws-sdk/client-elastic-load-balancing-v2";
import { accountOf } from "../../../aws/arn.ts";
import { v2Tags } from "../../../aws/balancer-tags.ts";
import { whileThere } from "../../../aws/gone.ts";
import type { AwsClients } from "../../aws/clients.ts";
import { ready, waits, type Found, type Readiness, type SweepKind, type SweepScope } from "../kind.ts";
import { collect } from "../look.ts";
import { madeByCluster } from "../made-by-cluster.ts";
import { loadBalancers } from "./load-balancers.ts";

const type = "elasticloadbalancing:targetgroup";

export const targetGroups: SweepKind = {
  type,
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
  deletion: (TargetGroupArn) => ({
    service: "loadBalancing",
    command: new elb.DeleteTargetGroupCommand({ TargetGroupArn }),
  }),
};

async function byArn({ loadBalancing }: AwsClients, arn: string): Promise<readonly elb.TargetGroup[]> {
  const command = new elb.DescribeTargetGroupsCommand({ TargetGroupArns: [arn] });
  return (await whileThere(loadBalancing.send(command)))?.TargetGroups ?? [];
}

async function asFound(
  aws: AwsClients,
  scope: SweepScope,
  groups: readonly elb.TargetGroup[],
  readiness: (loadBalancerArns: readonly string[]) => Readiness,
): Promise<Found[]> {
  const inside = groups.filter(({ VpcId }) => VpcId === scope.vpcId);
  const tagged = await v2Tags(
    aws.loadBalancing,
    inside.flatMap(({ TargetGroupArn = [] }) => TargetGroupArn),
  );
  return inside.flatMap(({ TargetGroupArn: id = "", VpcId: vpcId, LoadBalancerArns = [] }) => {
    const tags = tagged.get(id) ?? {};
    const because = madeByCluster(scope, tags);
    if (because === undefined) return [];
    const shown = { type, id, tags, vpcId, account: accountOf(id) };
    return [{ kind: targetGroups, id, because, readiness: readiness(LoadBalancerArns), shown }];
  });
}
