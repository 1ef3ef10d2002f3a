/** Application, network and gateway load balancers. Their listeners and rules go with them. */
import * as elb from "@aws-sdk/client-elastic-load-balancing-v2";
import { accountOf } from "../../../aws/arn.ts";
import { v2Tags } from "../../../aws/balancer-tags.ts";
import { whileThere } from "../../../aws/gone.ts";
import type { AwsClients } from "../../aws/clients.ts";
import { ready, type Found, type SweepKind, type SweepScope } from "../kind.ts";
import { madeByCluster } from "../made-by-cluster.ts";

const type = "elasticloadbalancing:loadbalancer";

export const loadBalancers: SweepKind = {
  type,
  noun: "load balancer",
  plural: "load balancers",
  inVpc: true,
  find: async (look) => asFound(look.aws, look.scope, await look.loadBalancers()),
  again: async (aws, scope, id) => (await asFound(aws, scope, await byArn(aws, id)))[0],
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
};

async function byArn({ loadBalancing }: AwsClients, arn: string): Promise<readonly elb.LoadBalancer[]> {
  const command = new elb.DescribeLoadBalancersCommand({ LoadBalancerArns: [arn] });
  return (await whileThere(loadBalancing.send(command)))?.LoadBalancers ?? [];
}

async function asFound(
  aws: AwsClients,
  scope: SweepScope,
  balancers: readonly elb.LoadBalancer[],
): Promise<Found[]> {
  const inside = balancers.filter(({ VpcId }) => VpcId === scope.vpcId);
  const tagged = await v2Tags(
    aws.loadBalancing,
    inside.flatMap(({ LoadBalancerArn = [] }) => LoadBalancerArn),
  );
  return inside.flatMap(({ LoadBalancerArn: id = "", VpcId: vpcId }) => {
    const tags = tagged.get(id) ?? {};
    const because = madeByCluster(scope, tags);
    if (because === undefined) return [];
    const shown = { type, id, tags, vpcId, account: accountOf(id) };
    return [{ kind: loadBalancers, id, because, readiness: ready, shown }];
  });
}
