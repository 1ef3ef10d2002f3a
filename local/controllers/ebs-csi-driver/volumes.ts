/** EBS volumes as the driver makes, attaches and deletes them. */
import * as ec2 from "@aws-sdk/client-ec2";
import { NotYet } from "../runtime/queue.ts";

export interface VolumeRequest {
  /** Name of the PersistentVolume; a volume that bears it already is taken. */
  readonly name: string;
  readonly zone: string;
  readonly gibibytes: number;
  readonly type: string;
  readonly encrypted: boolean;
  readonly claim: { readonly name: string; readonly namespace: string };
}

const client = new ec2.EC2Client();
/** /dev/xvdaa to /dev/xvdzz, as on instances of today. */
const letters = Array.from("abcdefghijklmnopqrstuvwxyz");

const codeOf = (error: unknown): string => (error instanceof ec2.EC2ServiceException ? error.name : "");

/** @param flags of the driver: the cluster's name and further tags */
export async function createVolume(
  request: VolumeRequest,
  flags: Readonly<Record<string, string>>,
): Promise<string> {
  const { name, zone, gibibytes, type, encrypted, claim } = request;
  const { Volumes } = await client.send(
    new ec2.DescribeVolumesCommand({ Filters: [{ Name: "tag:CSIVolumeName", Values: [name] }] }),
  );
  if (Volumes?.[0]?.VolumeId !== undefined) return Volumes[0].VolumeId;
  const { VolumeId = "" } = await client.send(
    new ec2.CreateVolumeCommand({
      AvailabilityZone: zone,
      Size: gibibytes,
      VolumeType: type as ec2.VolumeType,
      Encrypted: encrypted,
      TagSpecifications: [
        {
          ResourceType: "volume",
          Tags: Object.entries(tagsOf(name, claim, flags)).map(([Key, Value]) => ({ Key, Value })),
        },
      ],
    }),
  );
  return VolumeId;
}

function tagsOf(
  name: string,
  claim: VolumeRequest["claim"],
  flags: Readonly<Record<string, string>>,
): Record<string, string> {
  const cluster = flags["k8s-tag-cluster-id"];
  const extra = (flags["extra-tags"] ?? "").split(",").filter(Boolean);
  return {
    ...Object.fromEntries(extra.map((pair) => pair.split(/=(.*)/s).slice(0, 2) as [string, string])),
    CSIVolumeName: name,
    "ebs.csi.aws.com/cluster": "true",
    "kubernetes.io/created-for/pvc/name": claim.name,
    "kubernetes.io/created-for/pvc/namespace": claim.namespace,
    "kubernetes.io/created-for/pv/name": name,
    ...(cluster !== undefined && {
      [`kubernetes.io/cluster/${cluster}`]: "owned",
      "ebs.csi.aws.com/cluster-name": cluster,
      KubernetesCluster: cluster,
      Name: `${cluster}-dynamic-${name}`,
    }),
  };
}

/** @throws AWS's refusal while the volume is attached */
export async function deleteVolume(VolumeId: string): Promise<void> {
  try {
    await client.send(new ec2.DeleteVolumeCommand({ VolumeId }));
  } catch (error) {
    if (codeOf(error) !== "InvalidVolume.NotFound") throw error;
  }
}

const attachmentsOf = async (VolumeId: string): Promise<ec2.VolumeAttachment[]> => {
  const { Volumes } = await client.send(
    new ec2.DescribeVolumesCommand({ Filters: [{ Name: "volume-id", Values: [VolumeId] }] }),
  );
  if (!Volumes?.[0]) throw new Error(`could not attach volume ${VolumeId}: it does not exist`);
  return Volumes[0].Attachments ?? [];
};

export async function attachVolume(VolumeId: string, InstanceId: string): Promise<string> {
  const [attached] = await attachmentsOf(VolumeId);
  if (attached && attached.InstanceId !== InstanceId)
    throw new NotYet(`${VolumeId} is still attached elsewhere`);
  if (attached) return attached.Device ?? "";
  const { Reservations } = await client.send(new ec2.DescribeInstancesCommand({ InstanceIds: [InstanceId] }));
  const mappings = Reservations?.[0]?.Instances?.[0]?.BlockDeviceMappings ?? [];
  const taken = new Set(mappings.map(({ DeviceName }) => DeviceName));
  const names = letters.flatMap((first) => letters.map((second) => `/dev/xvd${first}${second}`));
  const Device = names.find((name) => !taken.has(name)) ?? "";
  await client.send(new ec2.AttachVolumeCommand({ VolumeId, InstanceId, Device }));
  return Device;
}

/** An instance that is gone has let go of its volumes. */
export async function detachVolume(VolumeId: string, InstanceId: string): Promise<void> {
  try {
    await client.send(new ec2.DetachVolumeCommand({ VolumeId, InstanceId }));
  } catch (error) {
    const detached = ["IncorrectState", "InvalidAttachment.NotFound", "InvalidVolume.NotFound"];
    if (!detached.includes(codeOf(error)) && !codeOf(error).startsWith("InvalidInstanceID")) throw error;
  }
}
