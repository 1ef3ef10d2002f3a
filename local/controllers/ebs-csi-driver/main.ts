/**
 * Stands for the controller of the EBS CSI driver with its sidecars (kubernetes-sigs/aws-ebs-csi-driver): EBS volumes for
 * claims, on the instances of the pods that use them, gone with their claims. Without snapshots and resizing; nothing is
 * mounted, as no container runs.
 */
import type {
  V1Node,
  V1PersistentVolume,
  V1PersistentVolumeClaim,
  V1StorageClass,
  V1VolumeAttachment,
} from "@kubernetes/client-node";
import type { Watched } from "../../kubernetes/cluster-client.ts";
import { Controller, metadataOf } from "../runtime/controller.ts";
import { connect, readFlags, reportReady } from "../runtime/environment.ts";
import { NotYet } from "../runtime/queue.ts";
import { attacherFinalizer, attachmentBehaviour, attachmentKind } from "./attacher.ts";
import { claimBehaviour, claimKind, driver, reclaim, volumeKind, type Surroundings } from "./provisioner.ts";

const flags = readFlags();
const controller = new Controller(connect(), "ebs.csi.aws.com");
const nodes = await controller.watch<V1Node>({ apiVersion: "v1", kind: "Node", plural: "nodes" });
const surroundings: Surroundings = {
  flags,
  nodes,
  classes: await controller.watch<V1StorageClass>({
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    plural: "storageclasses",
  }),
  attachments: () => attachments.list(),
};

const volumes: Watched<V1PersistentVolume> = await controller.manage<V1PersistentVolume>(volumeKind, {
  wants: ({ spec }) => spec?.csi?.driver === driver,
  failure: "VolumeFailedDelete",
  concurrency: 10,
  sync: (volume) => reclaim(controller, surroundings, volume),
  remove: async (volume) => {
    await reclaim(controller, surroundings, volume);
    const { name, finalizers = [] } = metadataOf(volume);
    if (!finalizers.includes(attacherFinalizer)) return;
    if (surroundings.attachments().some(({ spec }) => spec.source.persistentVolumeName === name)) {
      throw new NotYet(`VolumeAttachments of ${name ?? ""}`);
    }
    const left = finalizers.filter((each) => each !== attacherFinalizer);
    await controller.setFinalizers(volumeKind, volume, left);
  },
});
const attachments: Watched<V1VolumeAttachment> = await controller.manage<V1VolumeAttachment>(
  attachmentKind,
  attachmentBehaviour(controller, nodes, (name) => volumes.get(name)),
);
await controller.manage<V1PersistentVolumeClaim>(claimKind, {
  ...claimBehaviour(controller, surroundings),
  concurrency: 10,
});

reportReady(flags);
