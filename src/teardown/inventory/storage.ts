/** Claims, volumes and snapshots. */
import { objectId, type ObjectIdentity } from "./object-id.ts";
import type { ClaimDetail, SnapshotContentDetail, SnapshotDetail, VolumeDetail } from "./detail.ts";
import { at, count, text } from "../../fields.ts";
import { gibibytes } from "./quantity.ts";

export function readClaim(_identity: ObjectIdentity, manifest: unknown): ClaimDetail {
  return {
    type: "claim",
    volume: text(manifest, "spec", "volumeName"),
    storageClass: text(manifest, "spec", "storageClassName"),
    gibibytes: gibibytes(
      text(manifest, "status", "capacity", "storage") ??
        text(manifest, "spec", "resources", "requests", "storage"),
    ),
  };
}

export function readVolume(_identity: ObjectIdentity, manifest: unknown): VolumeDetail {
  const inTree = text(manifest, "spec", "awsElasticBlockStore", "volumeID");
  return {
    type: "volume",
    retained: text(manifest, "spec", "persistentVolumeReclaimPolicy") !== "Delete",
    claim: reference("", "PersistentVolumeClaim", at(manifest, "spec", "claimRef")),
    driver: text(manifest, "spec", "csi", "driver") ?? (inTree === undefined ? undefined : ebsDriver),
    handle: text(manifest, "spec", "csi", "volumeHandle") ?? inTree?.split("/").at(-1),
    storageClass: text(manifest, "spec", "storageClassName"),
    gibibytes: gibibytes(text(manifest, "spec", "capacity", "storage")),
  };
}

/** The driver of EBS, which also serves the volumes of the plugin that was built in before it. */
export const ebsDriver = "ebs.csi.aws.com";

export function readSnapshot(_identity: ObjectIdentity, manifest: unknown): SnapshotDetail {
  return { type: "snapshot", content: text(manifest, "status", "boundVolumeSnapshotContentName") };
}

export function readSnapshotContent({ group }: ObjectIdentity, manifest: unknown): SnapshotContentDetail {
  const size = count(manifest, "status", "restoreSize");
  return {
    type: "snapshot-content",
    retained: text(manifest, "spec", "deletionPolicy") !== "Delete",
    snapshot: reference(group, "VolumeSnapshot", at(manifest, "spec", "volumeSnapshotRef")),
    driver: text(manifest, "spec", "driver"),
    handle: text(manifest, "status", "snapshotHandle"),
    gibibytes: size === undefined ? undefined : size / 2 ** 30,
  };
}

function reference(group: string, kind: string, value: unknown): string | undefined {
  const name = text(value, "name");
  return name === undefined
    ? undefined
    : objectId({ group, kind, namespace: text(value, "namespace") ?? "", name });
}
