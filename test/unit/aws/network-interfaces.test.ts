/** The interfaces of load balancers, which AWS releases some time after those are gone. */
import assert from "node:assert/strict";
import { EC2Client } from "@aws-sdk/client-ec2";
import { ElasticLoadBalancingClient } from "@aws-sdk/client-elastic-load-balancing";
import { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { progressLine } from "../../../src/teardown/sweep/sweep.ts";
import type { AwsClients } from "../../../src/aws/clients.ts";
import { balancerInterfaces } from "../../../src/aws/kinds/network-interfaces.ts";
import { AccountView } from "../../../src/aws/view.ts";

describe("the interfaces of load balancers", () => {
  const held = (id: string, Description: string, RequesterManaged = true) => ({
    NetworkInterfaceId: id,
    Description,
    RequesterManaged,
  });
  const interfaces = [
    held("eni-1", "ELB app/k8s-web/0123"),
    held("eni-2", "ELB net/k8s-dns/4567"),
    held("eni-3", "ELB a1b2c3"),
    held("eni-4", "ELB net/living/89ab"),
    held("eni-5", "ELB classic-living"),
    held("eni-6", "Interface for NAT Gateway nat-1"),
    held("eni-7", "ELB by somebody's hand", false),
  ];
  const LoadBalancerArn = "arn:aws:elasticloadbalancing:eu-west-1:1:loadbalancer/net/living/89ab";
  const stackTag = { key: "sdlc:stack", value: "kubernetes-sdlc/sandbox-a" };

  function view(): AccountView {
    const answers = <T extends object>(client: T, answer: object): T =>
      Object.assign(client, { send: () => Promise.resolve(answer) });
    const region = "eu-west-1";
    const balancers = { LoadBalancers: [{ LoadBalancerArn, VpcId: "vpc-1" }] };
    const classics = {
      LoadBalancerDescriptions: [
        { LoadBalancerName: "classic-living", VPCId: "vpc-1" },
        // Made again elsewhere, under the name of one that is gone.
        { LoadBalancerName: "a1b2c3", VPCId: "vpc-2" },
      ],
    };
    const aws = {
      ec2: answers(new EC2Client({ region }), { NetworkInterfaces: interfaces }),
      loadBalancing: answers(new ElasticLoadBalancingV2Client({ region }), balancers),
      classicLoadBalancing: answers(new ElasticLoadBalancingClient({ region }), classics),
    } as unknown as AwsClients;
    return new AccountView(aws, { clusterName: "sandbox-a", stackTag, vpcIds: ["vpc-1"] });
  }

  it("are waited for when their load balancer is gone, whoever deleted it, and are AWS's to delete", async () => {
    const found = await balancerInterfaces.find(view());
    assert.deepEqual(
      found.map(({ id, readiness }) => [id, readiness.state]),
      [
        ["eni-1", "waits"],
        ["eni-2", "waits"],
        ["eni-3", "waits"],
      ],
    );
    assert.ok(!("deletion" in balancerInterfaces));
    assert.match(
      progressLine(found, 4),
      /^3 left, 4 gone: 3 interfaces of deleted load balancers; eni-1 waits for AWS, which takes minutes$/,
    );
  });
});
