/** Volumes on instances, as the controller manager asks for them: the driver's sidecar external-attacher. */
import type { V1Node, V1PersistentVolume, V1VolumeAttachment } from "@kubernetes/client-node";
import type { Watched } from "../../kubernetes/cluster-client.ts";
import type { Behaviour, Controller, Kind } from "../runtime/controller.ts";
import { driver, volumeKind } from "./provisioner.ts";
import { attachVolume, detachVolume } from "./volumes.ts";

export const attachmentKind: Kind = {
  apiVersion: "storage.k8s.io/v1",
  kind: "VolumeAttachment",
  plural: "volumeattachments",
};
/** On an attachment, and on the volume for as long as it may be attached. */
export const attacherFinalizer = "external-attacher/ebs-csi-aws-com";
/** Where the instance is written down: the node may be gone when the volume is detached. */
const instanceAnnotation = "csi.alpha.kubernetes.io/node-id";

export function attachmentBehaviour(
  controller: Controller,
  nodes: Watched<V1Node>,
  volume: (name: string) => V1PersistentVolume | undefined,
): Behaviour<V1VolumeAttachment> {
  const instanceOf = ({ spec }: V1VolumeAttachment): string | undefined =>
    nodes.get(spec.nodeName)?.spec?.providerID?.split("/").at(-1);
  const volumeOf = ({ spec }: V1VolumeAttachment): V1PersistentVolume | undefined =>
    volume(spec.source.persistentVolumeName ?? "");
  return {
    wants: ({ spec }) => spec.attacher === driver,
    finalizer: () => attacherFinalizer,
    failure: "FailedAttachVolume",
    sync: async (attachment) => {
      const { metadata, spec, status } = attachment;
      if (status?.attached) return;
      const found = volumeOf(attachment);
      const instance = instanceOf(attachment);
      if (!found || instance === undefined)
        throw new Error(`node "${spec.nodeName}" or its volume not found`);
      const finalizers = found.metadata?.finalizers ?? [];
      if (!finalizers.includes(attacherFinalizer)) {
        await controller.setFinalizers(volumeKind, found, [...finalizers, attacherFinalizer]);
      }
      const written = { name: metadata?.name ?? "", annotations: { [instanceAnnotation]: instance } };
      await controller.merge(attachmentKind, written);
      const devicePath = await attachVolume(found.spec?.csi?.volumeHandle ?? "", instance);
      await controller.mergeStatus(attachmentKind, attachment, {
        attached: true,
        attachmentMetadata: { devicePath },
      });
    },
    remove: async (attachment) => {
      // What was deleted while it was attached is known here without the annotation, which was written meanwhile.
      const instance = attachment.metadata?.annotations?.[instanceAnnotation] ?? instanceOf(attachment);
      const handle = volumeOf(attachment)?.spec?.csi?.volumeHandle;
      if (instance !== undefined && handle !== undefined) await detachVolume(handle, instance);
    },
  };
}
