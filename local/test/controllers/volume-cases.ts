import assert from "node:assert/strict";
import * as ec2 from "@aws-sdk/client-ec2";
import * as iam from "@aws-sdk/client-iam";
import { PatchStrategy, type KubernetesObject, type V1PersistentVolume } from "@kubernetes/client-node";
import { refused } from "../gateway/platform.ts";
import { until } from "../kubelet/sandbox.ts";
import { clusterName, ebsPolicy, ebsRole, type World } from "./world.ts";

export function volumeCases(get: () => World): void {
  const volumes = async (): Promise<ec2.Volume[]> => {
    const filter = { Name: "tag:ebs.csi.aws.com/cluster", Values: ["true"] };
    return (await get().aws.ec2.send(new ec2.DescribeVolumesCommand({ Filters: [filter] }))).Volumes ?? [];
  };
  const objects = async (): Promise<V1PersistentVolume[]> =>
    (await get().cluster.client.core.listPersistentVolume()).items;
  const classOf = (name: string, binding: string, policy: string): string => `
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: { name: ${name} }
provisioner: ebs.csi.aws.com
parameters: { type: gp3, encrypted: "true" }
volumeBindingMode: ${binding}
reclaimPolicy: ${policy}
`;
  const claim = (name: string, storageClass: string): string => `
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: ${name}, namespace: default }
spec:
  storageClassName: ${storageClass}
  accessModes: [ReadWriteOnce]
  resources: { requests: { storage: 3500Mi } }
`;
  const pod = (name: string): string => `
apiVersion: v1
kind: Pod
metadata: { name: ${name}, namespace: default }
spec:
  containers: [{ name: main, image: nothing, volumeMounts: [{ name: data, mountPath: /data }] }]
  volumes: [{ name: data, persistentVolumeClaim: { claimName: ${name} } }]
`;
  const remove = (kind: string, name: string): Promise<void> =>
    get().cluster.remove(kind, name, "default", "v1");
  const bound = (name: string): Promise<V1PersistentVolume> =>
    until(`the claim ${name} is bound`, async () =>
      (await objects()).find(
        ({ spec, status }) => spec?.claimRef?.name === name && status?.phase === "Bound",
      ),
    );
  const empty = (): Promise<unknown> =>
    until("volumes and their objects are gone", async () => {
      return (await volumes()).length === 0 && (await objects()).length === 0;
    });
  const events = async (volume: V1PersistentVolume): Promise<string> => {
    const { items } = await get().cluster.client.core.listNamespacedEvent({
      namespace: "default",
      fieldSelector: `involvedObject.name=${volume.metadata?.name ?? ""}`,
    });
    return items.map(({ reason = "", message = "" }) => `${reason}: ${message}`).join("\n");
  };

  before(async () => {
    const tags = JSON.stringify({ controller: { extraVolumeTags: { team: "platform" } } });
    await get().cluster.planes.installAddon(clusterName, "aws-ebs-csi-driver", "v1.45.0", tags);
    await get().cluster.apply(classOf("late", "WaitForFirstConsumer", "Delete"));
    await get().cluster.apply(classOf("now", "Immediate", "Delete"));
    await get().cluster.apply(classOf("kept", "Immediate", "Retain"));
    await until("the driver's Deployment is available", async () => {
      const name = { name: "ebs-csi-controller", namespace: "kube-system" };
      const { status } = await get().cluster.client.apps.readNamespacedDeployment(name);
      return status?.availableReplicas === 2;
    });
  });

  it("makes a volume when a pod wants it, with its tags, and attaches it to the pod's instance", async () => {
    await get().cluster.apply(claim("web", "late"));
    await get().cluster.apply(claim("first", "now"));
    // Claims are served in order, so the late one had its chance.
    await bound("first");
    assert.equal((await volumes()).length, 1);
    await get().cluster.apply(pod("web"));
    const object = await bound("web");
    const name = object.metadata?.name ?? "";
    const attached = await until("the volume is attached", async () => {
      const found = (await volumes()).find(({ VolumeId }) => VolumeId === object.spec?.csi?.volumeHandle);
      return found?.Attachments?.length === 1 && found;
    });
    assert.equal(attached.Attachments?.[0]?.InstanceId, get().instance);
    assert.equal(attached.AvailabilityZone, "eu-west-1a");
    assert.equal(attached.Size, 4);
    assert.equal(attached.Encrypted, true);
    assert.deepEqual(Object.fromEntries(attached.Tags?.map(({ Key, Value }) => [Key, Value]) ?? []), {
      CSIVolumeName: name,
      "ebs.csi.aws.com/cluster": "true",
      "ebs.csi.aws.com/cluster-name": clusterName,
      [`kubernetes.io/cluster/${clusterName}`]: "owned",
      KubernetesCluster: clusterName,
      Name: `${clusterName}-dynamic-${name}`,
      "kubernetes.io/created-for/pvc/name": "web",
      "kubernetes.io/created-for/pvc/namespace": "default",
      "kubernetes.io/created-for/pv/name": name,
      team: "platform",
    });
    const held = await until("both sidecars hold the object", async () => {
      const { metadata } = await get().cluster.client.core.readPersistentVolume({ name });
      return metadata?.finalizers?.length === 3 && metadata.finalizers;
    });
    assert.deepEqual(held.toSorted(), [
      "external-attacher/ebs-csi-aws-com",
      "external-provisioner.volume.kubernetes.io/finalizer",
      "kubernetes.io/pv-protection",
    ]);
    const deletion = get().aws.ec2.send(new ec2.DeleteVolumeCommand({ VolumeId: attached.VolumeId }));
    await refused(deletion, "VolumeInUse", 400);
  });

  it("deletes volume and object with the claim, once nothing uses it", async () => {
    await remove("PersistentVolumeClaim", "web");
    await remove("PersistentVolumeClaim", "first");
    await until("the free volume is gone", async () => (await volumes()).length === 1);
    assert.equal((await volumes())[0]?.Attachments?.length, 1);
    await remove("Pod", "web");
    await empty();
  });

  it("detaches a volume also where the attachment that goes does not say from which instance", async () => {
    await get().cluster.apply(claim("brief", "late"));
    await get().cluster.apply(pod("brief"));
    await bound("brief");
    await until("the volume is attached", async () => (await volumes())[0]?.Attachments?.length === 1);
    const { objects: api } = get().cluster.client;
    const { items } = await api.list("storage.k8s.io/v1", "VolumeAttachment");
    // As the driver's watch knows an attachment that was deleted before it was told of its own annotation.
    const unwritten = { annotations: { "csi.alpha.kubernetes.io/node-id": null } };
    for (const { metadata } of items) {
      const attachment = {
        apiVersion: "storage.k8s.io/v1",
        kind: "VolumeAttachment",
        metadata: { name: metadata?.name ?? "", ...unwritten },
      } as unknown as KubernetesObject;
      await api.patch(attachment, undefined, undefined, undefined, undefined, PatchStrategy.MergePatch);
    }
    await remove("PersistentVolumeClaim", "brief");
    await remove("Pod", "brief");
    await empty();
  });

  it("keeps what is to be retained, and the volume even without its object", async () => {
    await get().cluster.apply(claim("archive", "kept"));
    const object = await bound("archive");
    await remove("PersistentVolumeClaim", "archive");
    const name = object.metadata?.name ?? "";
    await until("the object is released", async () => (await objects())[0]?.status?.phase === "Released");
    await remove("PersistentVolume", name);
    await until("the object is gone", async () => (await objects()).length === 0);
    const [left] = await volumes();
    assert.equal(left?.State, "available");
    await get().aws.ec2.send(new ec2.DeleteVolumeCommand({ VolumeId: left.VolumeId }));
  });

  it("can delete nothing once its role has lost its policy, and says so", async () => {
    await get().cluster.apply(claim("denied", "now"));
    const object = await bound("denied");
    const policy = { RoleName: ebsRole, PolicyArn: ebsPolicy };
    await get().aws.iam.send(new iam.DetachRolePolicyCommand(policy));
    await remove("PersistentVolumeClaim", "denied");
    await until("an event tells of it", async () =>
      /VolumeFailedDelete: .*assumed-role\/ebs\/.* not authorized to perform: ec2:DeleteVolume/s.test(
        await events(object),
      ),
    );
    assert.equal((await volumes()).length, 1);
    await get().aws.iam.send(new iam.AttachRolePolicyCommand(policy));
    await empty();
  });

  it("leaves a released volume while it is stopped, and deletes it when it is back", async () => {
    await get().cluster.apply(claim("waiting", "now"));
    await bound("waiting");
    await get().scale("ebs-csi-controller", "kube-system", 0);
    await remove("PersistentVolumeClaim", "waiting");
    await until("the object is released", async () => (await objects())[0]?.status?.phase === "Released");
    assert.equal((await volumes()).length, 1);
    await get().scale("ebs-csi-controller", "kube-system", 2);
    await empty();
  });

  it("is stopped with its add-on, and the volumes stay", async () => {
    await get().cluster.apply(claim("left", "now"));
    await bound("left");
    await get().cluster.planes.removeAddon(clusterName, "aws-ebs-csi-driver");
    await remove("PersistentVolumeClaim", "left");
    await until("the object is released", async () => (await objects())[0]?.status?.phase === "Released");
    assert.equal((await volumes())[0]?.State, "available");
  });
}
