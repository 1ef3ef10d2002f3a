import { DescribeLoadBalancerAttributesCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import { AwsFault } from "../types.ts";
import { refusalsOf, type Refusal, type Rewording } from "./types.ts";

const refusal = refusalsOf("elasticloadbalancing");

export const loadBalancerRefusals: readonly Refusal[] = [
  refusal("DeleteLoadBalancer with deletion protection", ["DeleteLoadBalancer"], async ({ aws, form }) => {
    const arn = form.get("LoadBalancerArn");
    // Classic load balancers go by name and know no protection.
    if (!arn) return undefined;
    const { Attributes: attributes } = await aws.loadBalancing
      .send(new DescribeLoadBalancerAttributesCommand({ LoadBalancerArn: arn }))
      // Deleting a load balancer that is not there succeeds, in AWS and in moto.
      .catch(() => ({ Attributes: [] }));
    const isProtected = attributes?.some(
      ({ Key: key, Value: value }) => key === "deletion_protection.enabled" && value === "true",
    );
    if (!isProtected) return undefined;
    return new AwsFault(
      "OperationNotPermitted",
      400,
      `Load balancer '${arn}' cannot be deleted because deletion protection is enabled`,
    );
  }),
];

export const loadBalancerRewordings: readonly Rewording[] = [
  {
    rule: "DeleteTargetGroup in use",
    service: "elasticloadbalancing",
    action: "DeleteTargetGroup",
    code: "ResourceInUse",
    message: ({ form }) =>
      `Target group '${form.get("TargetGroupArn") ?? ""}' is currently in use by a listener or a rule`,
  },
];
