/** PersistentVolumes for claims, and their volumes' end: the driver's sidecar external-provisioner. */
import type {
  V1Node,
  V1PersistentVolume,
  V1PersistentVolumeClaim,
  V1StorageClass,
  V1VolumeAttachment,
} from "@kubernetes/client-node";
import { hasStatus, unlessMissing, type Watched } from "../../kubernetes/cluster-client.ts";
import { metadataOf, type Behaviour, type Controller, type Kind } from "../runtime/controller.ts";
import type { Manifest } from "../../kubernetes/manifest.ts";
import { NotYet } from "../runtime/queue.ts";
import { createVolume, deleteVolume } from "./volumes.ts";

export const driver = "ebs.csi.aws.com";
export const volumeKind: Kind = { apiVersion: "v1", kind: "PersistentVolume", plural: "persistentvolumes" };
export const claimKind: Kind = {
  apiVersion: "v1",
  kind: "PersistentVolumeClaim",
  plural: "persistentvolumeclaims",
};
/** Keeps the object of a volume that is to be deleted until that is done. */
const finalizer = "external-provisioner.volume.kubernetes.io/finalizer";
const zoneLabel = "topology.kubernetes.io/zone";

export interface Surroundings {
  readonly flags: Readonly<Record<string, string>>;
  readonly nodes: Watched<V1Node>;
  readonly classes: Watched<V1StorageClass>;
  readonly attachments: () => readonly V1VolumeAttachment[];
}

/** The controller manager asks for a volume by an annotation, for a late-binding class once a node is chosen. */
export function claimBehaviour(
  controller: Controller,
  { flags, nodes, classes }: Surroundings,
): Behaviour<V1PersistentVolumeClaim> {
  return {
    wants: ({ metadata, spec }) =>
      metadata?.annotations?.["volume.kubernetes.io/storage-provisioner"] === driver && !spec?.volumeName,
    failure: "ProvisioningFailed",
    sync: async (claim) => {
      const { spec } = claim;
      const { name: claimName = "", namespace = "", uid = "", annotations } = metadataOf(claim);
      const storageClass = classes.get(spec?.storageClassName ?? "");
      if (storageClass?.provisioner !== driver) return;
      const late = storageClass.volumeBindingMode === "WaitForFirstConsumer";
      const chosen = annotations?.["volume.kubernetes.io/selected-node"];
      if (late && chosen === undefined) return;
      const node = late ? nodes.get(chosen ?? "") : nodes.list()[0];
      const zone = node?.metadata?.labels?.[zoneLabel];
      if (zone === undefined) throw new Error("no topology key found on a node of the cluster");
      const { parameters = {}, reclaimPolicy = "Delete", mountOptions } = storageClass;
      const name = `pvc-${uid}`;
      const gibibytes = toGibibytes(spec?.resources?.requests?.["storage"] ?? "1Gi");
      const volumeHandle = await createVolume(
        {
          name,
          zone,
          gibibytes,
          type: parameters["type"] ?? "gp3",
          encrypted: parameters["encrypted"] === "true",
          claim: { name: claimName, namespace },
        },
        flags,
      );
      const volume: Manifest = {
        apiVersion: "v1",
        kind: "PersistentVolume",
        metadata: {
          name,
          annotations: { "pv.kubernetes.io/provisioned-by": driver },
          finalizers: reclaimPolicy === "Delete" ? [finalizer] : [],
        },
        spec: {
          capacity: { storage: `${gibibytes}Gi` },
          accessModes: spec?.accessModes,
          claimRef: { apiVersion: "v1", kind: "PersistentVolumeClaim", name: claimName, namespace, uid },
          csi: { driver, volumeHandle, fsType: "ext4" },
          persistentVolumeReclaimPolicy: reclaimPolicy,
          storageClassName: storageClass.metadata?.name,
          volumeMode: spec?.volumeMode ?? "Filesystem",
          ...(mountOptions && { mountOptions }),
          nodeAffinity: {
            required: {
              nodeSelectorTerms: [{ matchExpressions: [{ key: zoneLabel, operator: "In", values: [zone] }] }],
            },
          },
        },
      };
      await controller.client.create(volume).catch((error: unknown) => {
        if (!hasStatus(error, 409)) throw error;
      });
    },
    remove: () => Promise.resolve(),
  };
}

/** Deletes the volume of a claim that is gone, if that is its policy, and then its object. */
export async function reclaim(
  controller: Controller,
  { attachments }: Surroundings,
  volume: V1PersistentVolume,
): Promise<void> {
  const { metadata, spec, status } = volume;
  const finalizers = metadata?.finalizers ?? [];
  const deletes = spec?.persistentVolumeReclaimPolicy === "Delete";
  if (!deletes) {
    if (finalizers.includes(finalizer)) await lift(controller, volume);
    return;
  }
  // A claim's volume is protected; what is released, or deleted without a claim, goes.
  const over = status?.phase === "Released" || (metadata?.deletionTimestamp && status?.phase !== "Bound");
  if (!over) return;
  const attached = attachments().find((each) => each.spec.source.persistentVolumeName === metadata?.name);
  if (attached) throw new NotYet(`persistentvolume is still attached to node ${attached.spec.nodeName}`);
  controller.delay(volume);
  await deleteVolume(spec.csi?.volumeHandle ?? "");
  if (!metadata?.deletionTimestamp) {
    await unlessMissing(controller.client.core.deletePersistentVolume({ name: metadata?.name ?? "" }));
  }
  if (finalizers.includes(finalizer)) await lift(controller, volume);
}

/** Past what the deletion has written meanwhile. */
async function lift(controller: Controller, { metadata }: V1PersistentVolume): Promise<void> {
  const name = metadata?.name ?? "";
  const live = await unlessMissing(controller.client.core.readPersistentVolume({ name }));
  const left = live?.metadata?.finalizers?.filter((each) => each !== finalizer);
  if (live && left) await controller.setFinalizers(volumeKind, live, left);
}

/** Rounded up, as EBS takes whole ones. */
export function toGibibytes(quantity: string): number {
  const factors: Readonly<Record<string, number>> = {
    "": 1,
    M: 1e6,
    G: 1e9,
    T: 1e12,
    Mi: 2 ** 20,
    Gi: 2 ** 30,
    Ti: 2 ** 40,
  };
  const [, amount = "0", unit = ""] = /^([\d.]+)([A-Za-z]*)$/.exec(quantity) ?? [];
  return Math.max(1, Math.ceil((Number(amount) * (factors[unit] ?? 1)) / 2 ** 30));
}
