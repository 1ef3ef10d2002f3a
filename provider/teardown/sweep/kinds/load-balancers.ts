/** Application, network and gateway load balancers. Their listeners and rules go with them. */
import * as elb from "@aws-sdk/client-elastic-load-balancing-v2";
import { tagsOf } from "../../../census/scope.ts";
import type { AwsClients } from "../../aws/clients.ts";
import { ready, type Found, type SweepKind, type SweepScope } from "../kind.ts";
import { madeByCluster } from "../made-by-cluster.ts";
import { isGone } from "../../aws/refusals.ts";
import { v2Tags } from "./v2-tags.ts";

export const loadBalancers: SweepKind = {
  type: "elasticloadbalancing:loadbalancer",
  noun: "load balancer",
  plural: "load balancers",
  inVpc: true,
  find: async (look) => asFound(look.aws, look.scope, await look.loadBalancers()),
  again: async (aws, scope, id) => (await asFound(aws, scope, await byArn(aws, id)))[0],
  delete: async (aws, _scope, LoadBalancerArn) => {
    await aws.loadBalancing.send(new elb.DeleteLoadBalancerCommand({ LoadBalancerArn }));
  },
  unprotect: async (aws, LoadBalancerArn) => {
    const Attributes = [{ Key: "deletion_protection.enabled", Value: "false" }];
    await aws.loadBalancing.send(
      new elb.ModifyLoadBalancerAttributesCommand({ LoadBalancerArn, Attributes }),
    );
  },
  protectionRemedy: (id, region) =>
    `aws elbv2 modify-load-balancer-attributes --region ${region} --load-balancer-arn ${id} --attributes Key=deletion_protection.enabled,Value=false`,
};

async function byArn({ loadBalancing }: AwsClients, arn: string): Promise<readonly elb.LoadBalancer[]> {
  try {
    const command = new elb.DescribeLoadBalancersCommand({ LoadBalancerArns: [arn] });
    return (await loadBalancing.send(command)).LoadBalancers ?? [];
  } catch (error) {
    if (isGone(error)) return [];
    throw error;
  }
}

async function asFound(
  aws: AwsClients,
  scope: SweepScope,
  balancers: readonly elb.LoadBalancer[],
): Promise<Found[]> {
  const inside = balancers.filter(({ VpcId }) => VpcId === scope.vpcId);
  const tags = await v2Tags(
    aws,
    inside.flatMap(({ LoadBalancerArn = [] }) => LoadBalancerArn),
  );
  return inside.flatMap(({ LoadBalancerArn: id = "" }) => {
    const because = madeByCluster(scope, tagsOf(tags.get(id)));
    return because === undefined ? [] : [{ kind: loadBalancers, id, because, readiness: ready }];
  });
}
