/** EBS volumes. One that an instance has is never taken from it; whether one is to be kept the law knows. */
import * as ec2 from "@aws-sdk/client-ec2";
import { keptTag } from "../../tags.ts";
import { sweptEc2Kind } from "../ec2-kind.ts";
import { ready, waits } from "../kind.ts";
import { tagsOf } from "../ownership.ts";
import { collect } from "../paging.ts";

export const volumes = sweptEc2Kind<ec2.Volume>(
  {
    type: "ec2:volume",
    noun: "volume",
    plural: "volumes",
    holding: "volume",
    heldBy: "the instance that has it attached",
    prefix: "vol-",
    idFilter: "volume-id",
    list: (client, Filters) =>
      collect(ec2.paginateDescribeVolumes({ client }, { Filters }), (page) => page.Volumes),
    thing: ({ VolumeId: id, State, Tags, CreateTime }) => ({
      id,
      tags: tagsOf(Tags),
      madeAt: CreateTime?.getTime(),
      state: State ?? "",
      gone: State === "deleted",
    }),
    kept: ({ tags }) => tags[keptTag],
  },
  {
    readiness: ({ State, Attachments = [] }) => {
      if (State === "available" || State === "error") return ready;
      if (State !== "in-use") return waits(`AWS: it is ${State ?? "in no state"}`);
      return waits(`${Attachments[0]?.InstanceId ?? "an instance"}, which has it attached`);
    },
    deletion: (VolumeId) => ({ service: "ec2", command: new ec2.DeleteVolumeCommand({ VolumeId }) }),
    commandToShow: (id) => `aws ec2 describe-volumes --volume-ids ${id}`,
  },
);
