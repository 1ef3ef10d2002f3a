/**
 * Network interfaces that the VPC CNI or another part of the cluster has left. One in use is never taken from its owner; those
 * of load balancers belong to AWS, which releases them some time after the load balancer is gone.
 */
import * as ec2 from "@aws-sdk/client-ec2";
import { inVpcs, sweptEc2Kind, type Ec2Kind } from "../ec2-kind.ts";
import { ready, waits, type SweptKind } from "../kind.ts";
import { tagsOf } from "../ownership.ts";
import { collect } from "../paging.ts";
import type { AccountView } from "../view.ts";
import { allClassicLoadBalancers } from "./classic-load-balancers.ts";
import { allLoadBalancers } from "./load-balancers.ts";

const type = "ec2:network-interface";

const kind: Ec2Kind<ec2.NetworkInterface> = {
  type,
  noun: "network interface",
  plural: "network interfaces",
  heldBy: "what has it in use",
  prefix: "eni-",
  idFilter: "network-interface-id",
  vpcFilter: "vpc-id",
  list: (client, Filters) =>
    collect(ec2.paginateDescribeNetworkInterfaces({ client }, { Filters }), (page) => page.NetworkInterfaces),
  thing: ({ NetworkInterfaceId: id, VpcId: vpcId, OwnerId: account, Status, TagSet }) => ({
    id,
    tags: tagsOf(TagSet),
    vpcId,
    account,
    state: Status ?? "",
  }),
};

/** All of the stack's VPCs, whoever made them. */
export const interfacesIn = (view: AccountView): Promise<readonly ec2.NetworkInterface[]> =>
  inVpcs(kind, view);

export const networkInterfaces = sweptEc2Kind(kind, {
  readiness: ({ Status, Attachment }) => {
    if (Status === "available") return ready;
    const holder = Attachment?.InstanceId ?? Attachment?.InstanceOwnerId ?? "something";
    return waits(`${holder}, which has it in use`);
  },
  deletion: (NetworkInterfaceId) => ({
    service: "ec2",
    command: new ec2.DeleteNetworkInterfaceCommand({ NetworkInterfaceId }),
  }),
  commandToShow: (id) => `aws ec2 describe-network-interfaces --network-interface-ids ${id}`,
});

/** AWS: one to some minutes after an application or classic load balancer, up to an hour after a network load balancer. */
export const balancerInterfaces: SweptKind = {
  type: `${type} of a deleted load balancer`,
  noun: "interface of a deleted load balancer",
  plural: "interfaces of deleted load balancers",
  found: "its description, in the VPC",
  heldBy: "AWS, which releases it by itself",
  inVpc: true,
  find: async (view) => {
    // One of another VPC may bear the name of a classic one that is gone.
    const balancers = (await allLoadBalancers(view)).filter(({ VpcId }) => view.isInside(VpcId));
    const classics = (await allClassicLoadBalancers(view)).filter(({ VPCId }) => view.isInside(VPCId));
    const living = new Set([
      ...balancers.map(({ LoadBalancerArn = "" }) => LoadBalancerArn.split(":loadbalancer/")[1]),
      ...classics.map(({ LoadBalancerName }) => LoadBalancerName),
    ]);
    return (await interfacesIn(view)).flatMap(
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
