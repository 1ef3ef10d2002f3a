/** What controllers leave behind in AWS on a bad day, with the tags that they put on it. */
import { CreateNetworkInterfaceCommand, DescribeSubnetsCommand } from "@aws-sdk/client-ec2";
import type { SandboxAccount } from "./account.ts";

/** A subnet of the VPC, whichever. */
export async function subnetOf({ ec2 }: SandboxAccount, vpcId: string): Promise<string> {
  const { Subnets } = await ec2.send(
    new DescribeSubnetsCommand({ Filters: [{ Name: "vpc-id", Values: [vpcId] }] }),
  );
  const found = Subnets?.[0]?.SubnetId;
  if (found === undefined) throw new Error(`${vpcId} has no subnet.`);
  return found;
}

/** An interface of the VPC CNI's that nothing uses any more; returns its id. */
export async function leakInterface(
  { ec2 }: SandboxAccount,
  SubnetId: string,
  cluster: string,
  Groups?: string[],
): Promise<string> {
  const instance = "i-0123456789abcdef0";
  const tags = {
    "cluster.k8s.amazonaws.com/name": cluster,
    "eks:eni:owner": "amazon-vpc-cni",
    "node.k8s.amazonaws.com/instance_id": instance,
    "node.k8s.amazonaws.com/createdAt": "2026-01-01T00:00:00Z",
  };
  const { NetworkInterface } = await ec2.send(
    new CreateNetworkInterfaceCommand({
      SubnetId,
      Description: `aws-K8S-${instance}`,
      ...(Groups && { Groups }),
      TagSpecifications: [
        {
          ResourceType: "network-interface",
          Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
        },
      ],
    }),
  );
  return NetworkInterface?.NetworkInterfaceId ?? "";
}
