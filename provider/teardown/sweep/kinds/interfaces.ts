/**
 * Network interfaces that the VPC CNI or another part of the cluster has left. One in use is never taken from its owner; those
 * of load balancers belong to AWS, which releases them some time after the load balancer is gone.
 */
import * as ec2 from "@aws-sdk/client-ec2";
import { tagsOf } from "../../../census/scope.ts";
import { whileThere } from "../../../aws/gone.ts";
import type { AwsClients } from "../../aws/clients.ts";
import { ready, waits, type Found, type SweepKind, type SweepScope } from "../kind.ts";
import { madeByCluster } from "../made-by-cluster.ts";

const type = "ec2:network-interface";

export const interfaces: SweepKind = {
  type,
  noun: "network interface",
  plural: "network interfaces",
  inVpc: true,
  find: async (look) => asFound(look.scope, await look.interfaces()),
  again: async (aws, scope, id) => asFound(scope, await byId(aws, id))[0],
  deletion: (NetworkInterfaceId) => ({
    service: "ec2",
    command: new ec2.DeleteNetworkInterfaceCommand({ NetworkInterfaceId }),
  }),
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
      ({ NetworkInterfaceId: id = "", VpcId: vpcId, Description = "", RequesterManaged, TagSet }) => {
        const [, balancer] = /^ELB (.+)$/.exec(Description) ?? [];
        if (RequesterManaged !== true || balancer === undefined || living.has(balancer)) return [];
        const because = `AWS made it for the load balancer ${balancer}, which is gone`;
        const shown = { type, id, tags: tagsOf(TagSet), vpcId };
        return [
          { kind: balancerInterfaces, id, because, readiness: waits("AWS, which takes minutes"), shown },
        ];
      },
    );
  },
};

async function byId({ ec2: client }: AwsClients, id: string): Promise<readonly ec2.NetworkInterface[]> {
  const command = new ec2.DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: [id] });
  return (await whileThere(client.send(command)))?.NetworkInterfaces ?? [];
}

function asFound(scope: SweepScope, found: readonly ec2.NetworkInterface[]): Found[] {
  return found.flatMap(({ NetworkInterfaceId: id = "", VpcId, OwnerId, Status, Attachment, TagSet }) => {
    const tags = tagsOf(TagSet);
    const because = madeByCluster(scope, tags);
    if (because === undefined || VpcId !== scope.vpcId) return [];
    const holder = Attachment?.InstanceId ?? Attachment?.InstanceOwnerId ?? "something";
    return [
      {
        kind: interfaces,
        id,
        because,
        readiness: Status === "available" ? ready : waits(`${holder}, which has it in use`),
        shown: { type, id, tags, vpcId: VpcId, account: OwnerId },
      },
    ];
  });
}
