/**
 * EC2 instances. A sweep takes those of Karpenter and of EKS Auto Mode alone: those of managed node groups went with their groups,
 * and what else carries the cluster's tags was started by somebody's hand and stays.
 */
import * as ec2 from "@aws-sdk/client-ec2";
import type { Tags } from "../../tags.ts";
import type { AwsClients } from "../clients.ts";
import { sweptEc2Kind, thingsOf, type Ec2Kind } from "../ec2-kind.ts";
import { ready, waits, type Thing } from "../kind.ts";
import { tagsOf } from "../ownership.ts";
import { batchesOf, collect, filterValues } from "../paging.ts";

const kind: Ec2Kind<ec2.Instance> = {
  type: "ec2:instance",
  noun: "instance",
  plural: "instances",
  holding: "instances",
  heldBy: "termination protection",
  prefix: "i-",
  idFilter: "instance-id",
  vpcFilter: "vpc-id",
  list: (client, Filters) =>
    collect(ec2.paginateDescribeInstances({ client }, { Filters }), (page) =>
      (page.Reservations ?? []).flatMap(({ Instances = [] }) => Instances),
    ),
  // One that is shutting down still has its interface, which holds subnet and groups.
  thing: ({ InstanceId: id, VpcId: vpcId, State, Tags }) => ({
    id,
    tags: tagsOf(Tags),
    vpcId,
    state: State?.Name ?? "",
    gone: State?.Name === "terminated",
  }),
};

export const instances = sweptEc2Kind(kind, {
  accepts: (_raw, { tags }) => isKarpenters(tags),
  readiness: ({ State }) => (State?.Name === "shutting-down" ? waits("its termination") : ready),
  deletion: (id) => ({ service: "ec2", command: new ec2.TerminateInstancesCommand({ InstanceIds: [id] }) }),
  unprotection: (InstanceId) => {
    const input = { InstanceId, DisableApiTermination: { Value: false } };
    return { service: "ec2", command: new ec2.ModifyInstanceAttributeCommand(input) };
  },
  protectionRemedy: (id, region) =>
    `aws ec2 modify-instance-attribute --region ${region} --instance-id ${id} --no-disable-api-termination`,
  commandToShow: (id) => `aws ec2 describe-instances --instance-ids ${id}`,
});

function isKarpenters(tags: Tags): boolean {
  return Object.keys(tags).some(
    (key) => /^karpenter\.(sh|k8s\.aws)\//.test(key) || key === "eks:eks-cluster-name",
  );
}

/** What these node pools of the cluster have launched and is still there. */
export async function instancesOfPools(
  { ec2: client }: AwsClients,
  clusterName: string,
  pools: readonly string[],
): Promise<Thing[]> {
  const found: Thing[] = [];
  for (const Values of batchesOf(pools, filterValues)) {
    const all = await kind.list(client, [
      { Name: "tag:karpenter.sh/nodepool", Values },
      { Name: `tag:kubernetes.io/cluster/${clusterName}`, Values: ["owned"] },
    ]);
    found.push(...thingsOf(kind, all));
  }
  return found;
}
