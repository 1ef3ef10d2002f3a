/** Target groups: AWS refuses to delete one while a listener or a rule forwards to it. */
import * as elb from "@aws-sdk/client-elastic-load-balancing-v2";
import { sweptBalancerKind, type BalancerKind } from "../balancer-kind.ts";
import { ready, waits } from "../kind.ts";
import { collect } from "../paging.ts";
import { whileThere } from "../refusals.ts";
import { allLoadBalancers, loadBalancers, tagsByArn } from "./load-balancers.ts";

export const targetGroupKind: BalancerKind<elb.TargetGroup> = {
  type: "elasticloadbalancing:targetgroup",
  noun: "target group",
  plural: "target groups",
  heldBy: "listeners and rules that forward to it",
  list: (view) =>
    view.once("target groups", () =>
      collect(
        elb.paginateDescribeTargetGroups({ client: view.aws.loadBalancing }, {}),
        (page) => page.TargetGroups,
      ),
    ),
  byId: async ({ loadBalancing }, arn) => {
    const command = new elb.DescribeTargetGroupsCommand({ TargetGroupArns: [arn] });
    return (await whileThere(loadBalancing.send(command)))?.TargetGroups ?? [];
  },
  tags: tagsByArn,
  id: ({ TargetGroupArn }) => TargetGroupArn,
  vpcId: ({ VpcId }) => VpcId,
};

export const targetGroups = sweptBalancerKind(targetGroupKind, {
  readiness: async ({ LoadBalancerArns: arns = [] }, view) => {
    const going = await view.once("load balancers that go", async () => {
      const found = await loadBalancers.find(view);
      return new Set(found.map(({ id }) => id));
    });
    const inVpcs = (await allLoadBalancers(view)).filter(({ VpcId }) => view.isInside(VpcId));
    const there = new Set(inVpcs.map(({ LoadBalancerArn }) => LoadBalancerArn));
    const [stranger] = arns.filter((arn) => there.has(arn) && !going.has(arn));
    if (stranger === undefined) {
      return arns.some((arn) => going.has(arn)) ? waits("its load balancer") : ready;
    }
    return {
      state: "held",
      by: `the load balancer ${stranger} forwards to it, and the cluster did not make that one`,
      remedy: "Take the target group out of that load balancer's listeners, or delete that load balancer.",
    };
  },
  deletion: (TargetGroupArn) => ({
    service: "loadBalancing",
    command: new elb.DeleteTargetGroupCommand({ TargetGroupArn }),
  }),
  commandToShow: (id) => `aws elbv2 describe-target-groups --target-group-arns ${id}`,
});
