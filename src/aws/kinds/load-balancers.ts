/** Application, network and gateway load balancers. Their listeners and rules go with them. */
import * as elb from "@aws-sdk/client-elastic-load-balancing-v2";
import { sweptBalancerKind, type BalancerKind } from "../balancer-kind.ts";
import type { AwsClients } from "../clients.ts";
import { tagsOf } from "../ownership.ts";
import { collect } from "../paging.ts";
import { whileThere } from "../refusals.ts";
import type { AccountView } from "../view.ts";

/** All of the region, whoever made them. */
export const allLoadBalancers = (view: AccountView): Promise<readonly elb.LoadBalancer[]> =>
  view.once("load balancers", () =>
    collect(
      elb.paginateDescribeLoadBalancers({ client: view.aws.loadBalancing }, {}),
      (page) => page.LoadBalancers,
    ),
  );

/** Of load balancers and target groups, by ARN. */
export async function tagsByArn(
  { loadBalancing }: Pick<AwsClients, "loadBalancing">,
  ResourceArns: string[],
): Promise<Map<string, ReturnType<typeof tagsOf>>> {
  const { TagDescriptions = [] } = await loadBalancing.send(new elb.DescribeTagsCommand({ ResourceArns }));
  return new Map(TagDescriptions.map(({ ResourceArn = "", Tags }) => [ResourceArn, tagsOf(Tags)]));
}

export const loadBalancerKind: BalancerKind<elb.LoadBalancer> = {
  type: "elasticloadbalancing:loadbalancer",
  noun: "load balancer",
  plural: "load balancers",
  heldBy: "deletion protection",
  list: allLoadBalancers,
  byId: async ({ loadBalancing }, arn) => {
    const command = new elb.DescribeLoadBalancersCommand({ LoadBalancerArns: [arn] });
    return (await whileThere(loadBalancing.send(command)))?.LoadBalancers ?? [];
  },
  tags: tagsByArn,
  id: ({ LoadBalancerArn }) => LoadBalancerArn,
  vpcId: ({ VpcId }) => VpcId,
};

export const loadBalancers = sweptBalancerKind(loadBalancerKind, {
  deletion: (LoadBalancerArn) => ({
    service: "loadBalancing",
    command: new elb.DeleteLoadBalancerCommand({ LoadBalancerArn }),
  }),
  unprotection: (LoadBalancerArn) => {
    const Attributes = [{ Key: "deletion_protection.enabled", Value: "false" }];
    const command = new elb.ModifyLoadBalancerAttributesCommand({ LoadBalancerArn, Attributes });
    return { service: "loadBalancing", command };
  },
  protectionRemedy: (id, region) =>
    `aws elbv2 modify-load-balancer-attributes --region ${region} --load-balancer-arn ${id} --attributes Key=deletion_protection.enabled,Value=false`,
  commandToShow: (id) => `aws elbv2 describe-load-balancers --load-balancer-arns ${id}`,
});
