/**
 * EC2 instances of Karpenter and of EKS Auto Mode. Those of managed node groups went with their groups; what else carries the
 * cluster's tags was started by somebody's hand and stays.
 */
import * as ec2 from "@aws-sdk/client-ec2";
import { tagsOf, type Tags } from "../../../census/scope.ts";
import { whileThere } from "../../../aws/gone.ts";
import type { AwsClients } from "../../aws/clients.ts";
import { ready, waits, type Found, type SweepKind, type SweepScope } from "../kind.ts";
import { collect } from "../look.ts";
import { madeByCluster } from "../made-by-cluster.ts";

const type = "ec2:instance";

export const instances: SweepKind = {
  type,
  noun: "instance",
  plural: "instances",
  inVpc: true,
  find: async ({ aws, scope }) =>
    asFound(
      scope,
      await list(aws, {
        Filters: [
          { Name: "vpc-id", Values: [scope.vpcId] },
          {
            Name: "instance-state-name",
            Values: ["pending", "running", "stopping", "stopped", "shutting-down"],
          },
        ],
      }),
    ),
  again: async (aws, scope, id) => asFound(scope, await byId(aws, id))[0],
  deletion: (id) => ({
    service: "ec2",
    command: new ec2.TerminateInstancesCommand({ InstanceIds: [id] }),
  }),
  unprotection: (InstanceId) => {
    const input = { InstanceId, DisableApiTermination: { Value: false } };
    return { service: "ec2", command: new ec2.ModifyInstanceAttributeCommand(input) };
  },
  protectionRemedy: (id, region) =>
    `aws ec2 modify-instance-attribute --region ${region} --instance-id ${id} --no-disable-api-termination`,
};

async function byId(aws: AwsClients, id: string): Promise<readonly ec2.Instance[]> {
  return (await whileThere(list(aws, { InstanceIds: [id] }))) ?? [];
}

function list(
  { ec2: client }: AwsClients,
  input: ec2.DescribeInstancesCommandInput,
): Promise<ec2.Instance[]> {
  return collect(ec2.paginateDescribeInstances({ client }, input), (page) =>
    (page.Reservations ?? []).flatMap(({ Instances = [] }) => Instances),
  );
}

function asFound(scope: SweepScope, found: readonly ec2.Instance[]): Found[] {
  return found.flatMap(({ InstanceId: id = "", VpcId, State, Tags }) => {
    const tags = tagsOf(Tags);
    const because = madeByCluster(scope, tags);
    const inside = VpcId === scope.vpcId && State?.Name !== "terminated";
    if (because === undefined || !inside || !isKarpenters(tags)) return [];
    const readiness = State?.Name === "shutting-down" ? waits("its termination") : ready;
    return [{ kind: instances, id, because, readiness, shown: { type, id, tags, vpcId: VpcId } }];
  });
}

function isKarpenters(tags: Tags): boolean {
  return Object.keys(tags).some(
    (key) => /^karpenter\.(sh|k8s\.aws)\//.test(key) || key === "eks:eks-cluster-name",
  );
}
