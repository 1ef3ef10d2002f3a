/** EBS volumes that no instance has. Whether one is to be kept the gate knows. */
import * as ec2 from "@aws-sdk/client-ec2";
import { tagsOf } from "../../../census/scope.ts";
import { whileThere } from "../../../aws/gone.ts";
import type { AwsClients } from "../../aws/clients.ts";
import { ready, waits, type Found, type Readiness, type SweepKind, type SweepScope } from "../kind.ts";
import { collect } from "../look.ts";
import { madeByCluster } from "../made-by-cluster.ts";

const type = "ec2:volume";

export const volumes: SweepKind = {
  type,
  noun: "volume",
  plural: "volumes",
  inVpc: false,
  find: async ({ aws: { ec2: client }, scope }) => {
    // One question for each tag by which a volume can be the cluster's: several in one would have to be true at once.
    const tags = [
      [`kubernetes.io/cluster/${scope.clusterName}`, "owned"],
      ["ebs.csi.aws.com/cluster-name", scope.clusterName],
      ["eks:cluster-name", scope.clusterName],
      [scope.stackTag.key, scope.stackTag.value],
    ] as const;
    const found = tags.map(([key, value]) =>
      collect(
        ec2.paginateDescribeVolumes({ client }, { Filters: [{ Name: `tag:${key}`, Values: [value] }] }),
        (page) => page.Volumes,
      ),
    );
    const all = (await Promise.all(found)).flat();
    return asFound(scope, [...new Map(all.map((volume) => [volume.VolumeId, volume])).values()]);
  },
  again: async (aws, scope, id) => asFound(scope, await byId(aws, id))[0],
  deletion: (VolumeId) => ({ service: "ec2", command: new ec2.DeleteVolumeCommand({ VolumeId }) }),
};

async function byId({ ec2: client }: AwsClients, id: string): Promise<readonly ec2.Volume[]> {
  return (await whileThere(client.send(new ec2.DescribeVolumesCommand({ VolumeIds: [id] }))))?.Volumes ?? [];
}

function asFound(scope: SweepScope, found: readonly ec2.Volume[]): Found[] {
  return found.flatMap((volume) => {
    const { VolumeId: id = "", CreateTime } = volume;
    const tags = tagsOf(volume.Tags);
    const because = madeByCluster(scope, tags);
    if (because === undefined) return [];
    const shown = { type, id, tags, madeAt: CreateTime?.getTime() };
    return [{ kind: volumes, id, because, readiness: readinessOf(volume), shown }];
  });
}

function readinessOf({ State, Attachments = [] }: ec2.Volume): Readiness {
  if (State === "available" || State === "error") return ready;
  if (State === "in-use")
    return waits(`${Attachments[0]?.InstanceId ?? "an instance"}, which has it attached`);
  return waits(`AWS: it is ${State ?? "in no state"}`);
}
