/** Load balancers and target groups. */
import * as elb from "@aws-sdk/client-elastic-load-balancing-v2";
import { refused } from "../platform.ts";
import { createBalancer, type Cases } from "./context.ts";

export const loadBalancerCases: Cases = {
  "DeleteTargetGroup in use": async (context) => {
    const { aws, network, name } = context;
    const balancer = await createBalancer(context);
    const { TargetGroups: made } = await aws.elb.send(
      new elb.CreateTargetGroupCommand({ Name: name(), Protocol: "HTTP", Port: 80, VpcId: network.vpc }),
    );
    const group = made?.[0]?.TargetGroupArn ?? "";
    const { Listeners: listeners } = await aws.elb.send(
      new elb.CreateListenerCommand({
        LoadBalancerArn: balancer,
        Protocol: "HTTP",
        Port: 80,
        DefaultActions: [{ Type: "forward", TargetGroupArn: group }],
      }),
    );
    const remove = (): Promise<unknown> =>
      aws.elb.send(new elb.DeleteTargetGroupCommand({ TargetGroupArn: group }));
    const message = `Target group '${group}' is currently in use by a listener or a rule`;
    await refused(remove(), "ResourceInUse", 400, message);
    await aws.elb.send(new elb.DeleteListenerCommand({ ListenerArn: listeners?.[0]?.ListenerArn }));
    await remove();
  },
  "DeleteLoadBalancer with deletion protection": async (context) => {
    const { aws } = context;
    const arn = await createBalancer(context);
    const protect = async (value: string): Promise<void> => {
      const attributes = [{ Key: "deletion_protection.enabled", Value: value }];
      await aws.elb.send(
        new elb.ModifyLoadBalancerAttributesCommand({ LoadBalancerArn: arn, Attributes: attributes }),
      );
    };
    const remove = (): Promise<unknown> =>
      aws.elb.send(new elb.DeleteLoadBalancerCommand({ LoadBalancerArn: arn }));
    await protect("true");
    const message = `Load balancer '${arn}' cannot be deleted because deletion protection is enabled`;
    await refused(remove(), "OperationNotPermitted", 400, message);
    await protect("false");
    await remove();
  },
};
