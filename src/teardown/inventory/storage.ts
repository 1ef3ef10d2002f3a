/** Claims, volumes and snapshots. */
import { at, count, text } from "../../fields.ts";
import type { ClaimDetail, SnapshotContentDetail, SnapshotDetail, VolumeDetail } from "./detail.ts";
import { objectId, type ObjectIdentity } from "./object-id.ts";

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

/** Kubernetes quantities, as the sizes of volumes are written. */
const bytes: Readonly<Record<string, number>> = {
  "": 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
};

/** @returns GiB, undefined for what is no quantity of bytes. */
function gibibytes(quantity: string | undefined): number | undefined {
  const [, digits, unit = ""] = /^([0-9.]+)([A-Za-z]*)$/.exec(quantity ?? "") ?? [];
  const factor = bytes[unit];
  const number = Number(digits);
  return digits === undefined || factor === undefined || Number.isNaN(number)
    ? undefined
    : (number * factor) / 2 ** 30;
}
