/**
 * The interfaces that vpc-cni gives to nodes for their pods. It removes them as long as it runs and may call EC2;
 * once the add-on or its role is gone before the node, they stay behind `available` (amazon-vpc-cni-k8s#608, #1447).
 */
import * as ec2 from "@aws-sdk/client-ec2";
import { z } from "zod";
import type { ClusterRecord, NodeGroupRecord, NodeRecord } from "./context.ts";
import { podRole } from "./pod-role.ts";
import { rolePolicies } from "./roles.ts";

/** Whether vpc-cni is in the cluster and its role is there: by pod identity, the add-on's own, or the nodes'. */
export async function cniWorks(record: ClusterRecord, nodeRole: string): Promise<boolean> {
  const { eks } = record;
  if (!record.software.has("vpc-cni")) return false;
  const own = podRole(record, "kube-system", "aws-node");
  if (own !== undefined) return (await rolePolicies(eks, own)).length > 0;
  return (await rolePolicies(eks, nodeRole)).some((name) => name.startsWith("AmazonEKS_CNI"));
}

const configuration = z.object({ env: z.object({ ADDITIONAL_ENI_TAGS: z.string().optional() }).optional() });

/** Those of the add-on's configuration values, as the programs of the add-on find them in their environment. */
function additionalTags({ addons }: ClusterRecord): Record<string, string> {
  const values = configuration.parse(JSON.parse(addons.get("vpc-cni")?.configurationValues ?? "{}"));
  return z.record(z.string(), z.string()).parse(JSON.parse(values.env?.ADDITIONAL_ENI_TAGS ?? "{}"));
}

export async function attachPodInterface(record: ClusterRecord, node: NodeRecord): Promise<void> {
  const { eks } = record;
  const tags = {
    ...additionalTags(record),
    "node.k8s.amazonaws.com/instance_id": node.instanceId,
    "node.k8s.amazonaws.com/createdAt": new Date().toISOString(),
    "cluster.k8s.amazonaws.com/name": record.cluster.name,
    "eks:eni:owner": "amazon-vpc-cni",
  };
  const { NetworkInterface } = await eks.account.ec2.send(
    new ec2.CreateNetworkInterfaceCommand({
      SubnetId: node.subnetId,
      Groups: [...node.securityGroups],
      Description: `aws-K8S-${node.instanceId}`,
      TagSpecifications: [
        {
          ResourceType: "network-interface",
          Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
        },
      ],
    }),
  );
  const id = NetworkInterface?.NetworkInterfaceId ?? "";
  const { AttachmentId = "" } = await eks.account.ec2.send(
    new ec2.AttachNetworkInterfaceCommand({
      NetworkInterfaceId: id,
      InstanceId: node.instanceId,
      DeviceIndex: 1,
    }),
  );
  node.podInterface = { id, attachmentId: AttachmentId };
}

/** Removes the interface while vpc-cni can; otherwise it outlives the instance. */
export async function releasePodInterface(
  record: ClusterRecord,
  { group }: NodeGroupRecord,
  node: NodeRecord,
): Promise<void> {
  const { eks } = record;
  if (!node.podInterface || !(await cniWorks(record, group.nodeRole))) return;
  const { id, attachmentId } = node.podInterface;
  await eks.account.ec2.send(new ec2.DetachNetworkInterfaceCommand({ AttachmentId: attachmentId }));
  await eks.account.ec2.send(new ec2.DeleteNetworkInterfaceCommand({ NetworkInterfaceId: id }));
  delete node.podInterface;
}
