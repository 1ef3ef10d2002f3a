/** Volumes and snapshots. What is to be retained is not held by its object: it stays on purpose (`plan/kept.ts`). */
import { priceOfSize } from "../../cost/prices.ts";
import type { InventoryObject } from "../inventory/inventory.ts";
import { objectId } from "../inventory/object-id.ts";
import { ebsDriver } from "../inventory/storage.ts";
import { askById, askOtherDriver, type Ask } from "./ask.ts";
import type { ControllerName } from "./controllers.ts";
import type { ClusterView, ExternalHolding } from "./holdings.ts";

const drivers: Readonly<Record<string, { readonly controller: ControllerName; readonly title: string }>> = {
  [ebsDriver]: { controller: "ebs-csi-driver", title: "EBS volume" },
  "efs.csi.aws.com": { controller: "efs-csi-driver", title: "EFS access point" },
};

export function claimHoldings(
  { id, detail }: InventoryObject,
  view: ClusterView,
): readonly ExternalHolding[] {
  if (detail.type !== "claim" || detail.volume === undefined) return [];
  const volume = view.inventory.objects.get(
    objectId({ group: "", kind: "PersistentVolume", namespace: "", name: detail.volume }),
  );
  if (volume?.detail.type !== "volume") {
    // The claim is bound, and its volume was not listed: nothing is known of it but that it is there.
    const ask = {
      by: "nobody",
      why: `its PersistentVolume ${detail.volume} was not among those of the cluster`,
      look: commandForVolume(detail.volume),
    } as const;
    return [{ ...volumeHolding(undefined, undefined, detail.gibibytes, detail.storageClass, ask), key: id }];
  }
  return volume.detail.retained ? [] : heldBy(volume);
}

export function volumeHoldings(volume: InventoryObject, view: ClusterView): readonly ExternalHolding[] {
  const { detail } = volume;
  if (detail.type !== "volume" || detail.retained) return [];
  const claimed = detail.claim !== undefined && view.inventory.objects.has(detail.claim);
  return claimed ? [] : heldBy(volume);
}

/** The volume in AWS, whether or not it is to be retained. */
export function heldBy({ id, detail }: InventoryObject): readonly ExternalHolding[] {
  if (detail.type !== "volume" || detail.driver === undefined) return [];
  const { driver, handle, gibibytes, storageClass } = detail;
  const ask =
    driver === ebsDriver
      ? askById(handle, "vol-", commandForVolume(id.split(" ")[1] ?? ""))
      : askOtherDriver(driver, handle);
  return [{ ...volumeHolding(driver, handle, gibibytes, storageClass, ask), key: id }];
}

/** The provisioner tags what it makes with the name of the PersistentVolume (aws-ebs-csi-driver, docs/tagging.md). */
function commandForVolume(name: string): string {
  return `aws ec2 describe-volumes --filters Name=tag:kubernetes.io/created-for/pv/name,Values=${name}`;
}

function volumeHolding(
  driver: string | undefined,
  handle: string | undefined,
  size: number | undefined,
  storageClass: string | undefined,
  ask: Ask,
): Omit<ExternalHolding, "key"> {
  const known = drivers[driver ?? ebsDriver];
  const isEbs = driver === undefined || driver === ebsDriver;
  const title = known?.title ?? `volume of ${driver ?? ""}`;
  return {
    thing: "volume",
    description: size === undefined || !isEbs ? title : `${title} of ${formatGibibytes(size)}`,
    reference: handle,
    ask,
    controller: known?.controller,
    monthlyPrice: isEbs
      ? priceOfSize(storageClass?.includes("gp2") === true ? "gp2-gibibyte" : "gp3-gibibyte", size)
      : undefined,
  };
}

export function snapshotHoldings({ detail }: InventoryObject, view: ClusterView): readonly ExternalHolding[] {
  if (detail.type !== "snapshot" || detail.content === undefined) return [];
  const content = view.inventory.objects.get(
    objectId({
      group: "snapshot.storage.k8s.io",
      kind: "VolumeSnapshotContent",
      namespace: "",
      name: detail.content,
    }),
  );
  return content?.detail.type === "snapshot-content" && !content.detail.retained
    ? snapshotHeldBy(content)
    : [];
}

export function snapshotContentHoldings(
  content: InventoryObject,
  view: ClusterView,
): readonly ExternalHolding[] {
  const { detail } = content;
  if (detail.type !== "snapshot-content" || detail.retained) return [];
  const claimed = detail.snapshot !== undefined && view.inventory.objects.has(detail.snapshot);
  return claimed ? [] : snapshotHeldBy(content);
}

/** The snapshot in AWS, whether or not it is to be retained. */
export function snapshotHeldBy({ id, detail }: InventoryObject): readonly ExternalHolding[] {
  if (detail.type !== "snapshot-content") return [];
  const size = detail.gibibytes;
  return [
    {
      thing: "snapshot",
      description: size === undefined ? "EBS snapshot" : `EBS snapshot of up to ${formatGibibytes(size)}`,
      reference: detail.handle,
      ask: askById(
        detail.handle,
        "snap-",
        "aws ec2 describe-snapshots --owner-ids self --filters Name=tag-key,Values=CSIVolumeSnapshotName",
      ),
      key: id,
      controller: "ebs-csi-driver",
      monthlyPrice: priceOfSize("snapshot-gibibyte", size),
    },
  ];
}

function formatGibibytes(size: number): string {
  return `${Math.round(size * 10) / 10} GiB`;
}
