/** EBS snapshots: each is a backup, so none is ever swept. */
import * as ec2 from "@aws-sdk/client-ec2";
import { keptTag } from "../../tags.ts";
import { ec2Kind } from "../ec2-kind.ts";
import { tagsOf } from "../ownership.ts";
import { collect } from "../paging.ts";

export const snapshots = ec2Kind<ec2.Snapshot>({
  type: "ec2:snapshot",
  noun: "snapshot",
  plural: "snapshots",
  holding: "snapshot",
  prefix: "snap-",
  idFilter: "snapshot-id",
  list: (client, Filters) =>
    collect(
      ec2.paginateDescribeSnapshots({ client }, { Filters, OwnerIds: ["self"] }),
      (page) => page.Snapshots,
    ),
  thing: ({ SnapshotId: id, State, Tags }) => ({ id, tags: tagsOf(Tags), state: State ?? "" }),
  kept: ({ tags }) => tags[keptTag] ?? "a snapshot is a backup, which no sweep deletes",
});
