/**
 * Network interfaces that the VPC CNI or another part of the cluster has left. One in use is never taken from its owner; those
 * of load balancers belong to AWS, which releases them some time after the load balancer is gone.
 */
import * as ec2 from "@aws-sdk/client-ec2";
import { tagsOf } from "../../../census/scope.ts";
import type { AwsClients } from "../../aws/clients.ts";
import { isGone } from "../../aws/refusals.ts";
import { ready, waits, type Found, type SweepKind, type SweepScope } from "../kind.ts";
import { madeByCluster } from "../made-by-cluster.ts";

export const interfaces: SweepKind = {
  type: "ec2:network-interface",
  noun: "network interface",
  plural: "network interfaces",
  inVpc: true,
  find: async (look) => asFound(look.scope, await look.interfaces()),
  again: async (aws, scope, id) => asFound(scope, await byId(aws, id))[0],
  delete: async (aws, _scope, NetworkInterfaceId) => {
    await aws.ec2.send(new ec2.DeleteNetworkInterfaceCommand({ NetworkInterfaceId }));
  },
};

/** AWS: one to some minutes after an application or classic load balancer, up to an hour after a network load balancer. */
export const balancerInterfaces: SweepKind = {
  type: "ec2:network-interface of a deleted load balancer",
  noun: "interface of a deleted load balancer",
  plural: "interfaces of deleted load balancers",
  inVpc: true,
  find: async (look) => {
    const living = new Set([
      ...(await look.loadBalancers()).map(
        ({ LoadBalancerArn = "" }) => LoadBalancerArn.split(":loadbalancer/")[1],
      ),
      ...(await look.classicLoadBalancers()).map(({ LoadBalancerName }) => LoadBalancerName),
    ]);
    return (await look.interfaces()).flatMap(
      ({ NetworkInterfaceId: id = "", Description = "", RequesterManaged }) => {
        const [, balancer] = /^ELB (.+)$/.exec(Description) ?? [];
        if (RequesterManaged !== true || balancer === undefined || living.has(balancer)) return [];
        const because = `AWS made it for the load balancer ${balancer}, which is gone`;
        return [{ kind: balancerInterfaces, id, because, readiness: waits("AWS, which takes minutes") }];
      },
    );
  },
};

async function byId({ ec2: client }: AwsClients, id: string): Promise<readonly ec2.NetworkInterface[]> {
  try {
    const command = new ec2.DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: [id] });
    return (await client.send(command)).NetworkInterfaces ?? [];
  } catch (error) {
    if (isGone(error)) return [];
    throw error;
  }
}

function asFound(scope: SweepScope, found: readonly ec2.NetworkInterface[]): Found[] {
  return found.flatMap(({ NetworkInterfaceId: id = "", VpcId, Status, Attachment, TagSet }) => {
    const because = madeByCluster(scope, tagsOf(TagSet));
    if (because === undefined || VpcId !== scope.vpcId) return [];
    const holder = Attachment?.InstanceId ?? Attachment?.InstanceOwnerId ?? "something";
    return [
      {
        kind: interfaces,
        id,
        because,
        readiness: Status === "available" ? ready : waits(`${holder}, which has it in use`),
      },
    ];
  });
}
