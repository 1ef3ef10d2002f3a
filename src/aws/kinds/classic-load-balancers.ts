/** Classic load balancers, which the older cloud controller makes for Services. */
import * as elb from "@aws-sdk/client-elastic-load-balancing";
import { sweptBalancerKind, type BalancerKind } from "../balancer-kind.ts";
import { tagsOf } from "../ownership.ts";
import { collect } from "../paging.ts";
import { whileThere } from "../refusals.ts";
import type { AccountView } from "../view.ts";

/** All of the region, whoever made them. */
export const allClassicLoadBalancers = (view: AccountView): Promise<readonly elb.LoadBalancerDescription[]> =>
  view.once("classic load balancers", () =>
    collect(
      elb.paginateDescribeLoadBalancers({ client: view.aws.classicLoadBalancing }, {}),
      (page) => page.LoadBalancerDescriptions,
    ),
  );

export const classicLoadBalancerKind: BalancerKind<elb.LoadBalancerDescription> = {
  type: "elasticloadbalancing:classic",
  noun: "classic load balancer",
  plural: "classic load balancers",
  list: allClassicLoadBalancers,
  byId: async ({ classicLoadBalancing }, name) => {
    const command = new elb.DescribeLoadBalancersCommand({ LoadBalancerNames: [name] });
    return (await whileThere(classicLoadBalancing.send(command)))?.LoadBalancerDescriptions ?? [];
  },
  tags: async ({ classicLoadBalancing }, LoadBalancerNames) => {
    const command = new elb.DescribeTagsCommand({ LoadBalancerNames });
    const { TagDescriptions = [] } = await classicLoadBalancing.send(command);
    return new Map(
      TagDescriptions.map(({ LoadBalancerName = "", Tags }) => [LoadBalancerName, tagsOf(Tags)]),
    );
  },
  id: ({ LoadBalancerName }) => LoadBalancerName,
  vpcId: ({ VPCId }) => VPCId,
};

export const classicLoadBalancers = sweptBalancerKind(classicLoadBalancerKind, {
  deletion: (LoadBalancerName) => ({
    service: "classicLoadBalancing",
    command: new elb.DeleteLoadBalancerCommand({ LoadBalancerName }),
  }),
  commandToShow: (id) => `aws elb describe-load-balancers --load-balancer-names ${id}`,
});
