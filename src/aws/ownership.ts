/**
 * How a thing in AWS shows whose it is, by its tags: the one list of the marks that EKS and the controllers of a cluster set. Tags
 * are compared whole, keys and values, because the names of clusters may be beginnings of one another.
 */
import type { Tags } from "../tags.ts";

export interface Owner {
  readonly clusterName: string;
  /** On everything that the program made, and by the settings of the add-ons on what those make. */
  readonly stackTag: { readonly key: string; readonly value: string };
}

/** Tags that only the maker itself puts on things, with the cluster's name as their value. */
const makersTags = [
  // EKS itself: nobody else can set a tag of this prefix
  "aws:eks:cluster-name",
  // AWS Load Balancer Controller
  "elbv2.k8s.aws/cluster",
  // EBS CSI driver
  "ebs.csi.aws.com/cluster-name",
  // Amazon VPC CNI
  "cluster.k8s.amazonaws.com/name",
  // Karpenter, from version 1 on, and EKS Auto Mode
  "eks:eks-cluster-name",
  "karpenter.k8s.aws/cluster",
];

/** Tags by which anybody may say that a thing belongs to a cluster; node groups and Infrastructure as Code use them, too. */
const sharedTags = ["eks:cluster-name"];
const ownedPrefix = "kubernetes.io/cluster/";

/** What an add-on puts on everything it makes, whatever the cluster is called. */
const addonsMarks: readonly (readonly [key: string, value?: string])[] = [
  ["ebs.csi.aws.com/cluster", "true"],
  ["CSIVolumeName"],
  ["eks:eni:owner", "amazon-vpc-cni"],
  ["node.k8s.amazonaws.com/instance_id"],
  ["karpenter.sh/nodepool"],
  ["karpenter.sh/nodeclaim"],
];

type TagList = readonly (readonly [key: string, value: string])[];

/** The tags of which any one says that a thing was made for the cluster, by whomever. */
export const clusterTags = (clusterName: string): TagList => [
  [ownedPrefix + clusterName, "owned"],
  ...[...sharedTags, ...makersTags].map((key) => [key, clusterName] as const),
];

/** The tags of which any one shows that a thing is the stack's. */
export const ownershipTags = ({ clusterName, stackTag }: Owner): TagList => [
  [stackTag.key, stackTag.value],
  ...clusterTags(clusterName),
];

/** The tag by which a thing is the stack's, as text; undefined if none does. */
export function ownedBecause(owner: Owner, tags: Tags): string | undefined {
  return firstOf(ownershipTags(owner), tags, "tag ");
}

/** The tag by which a thing was made for the cluster, as `key=value`; undefined if none does. */
export function clusterTagOf(clusterName: string, tags: Tags): string | undefined {
  return firstOf(clusterTags(clusterName), tags);
}

function firstOf(list: TagList, tags: Tags, before = ""): string | undefined {
  const found = list.find(([key, value]) => tags[key] === value);
  return found && `${before}${found[0]}=${found[1]}`;
}

/**
 * By which tag a thing was made by what runs in the cluster, and not by the program, as text; undefined if it was not, or if its
 * tags do not agree. What the program made is in Pulumi's state, and the engine deletes it in its own order, which a sweep that
 * took it would break.
 */
export function madeByCluster({ clusterName, stackTag }: Owner, tags: Tags): string | undefined {
  const stack = tags[stackTag.key];
  if (stack !== undefined && stack !== stackTag.value) return undefined;
  if (namesAnotherCluster(clusterName, tags)) return undefined;
  const maker = makersTags.find((key) => tags[key] === clusterName);
  if (maker !== undefined) return `tag ${maker}=${clusterName}`;
  const shared = sharedTags.find((key) => tags[key] === clusterName);
  const owned = tags[ownedPrefix + clusterName] === "owned" ? ownedPrefix + clusterName : undefined;
  const mark = addonsMarks.find(([key, value]) => key in tags && (value ?? tags[key]) === tags[key]);
  // The program puts its tag on all it makes; of that, only an add-on's mark tells what an add-on made.
  if (stack !== undefined) {
    return mark && `tags ${stackTag.key}=${stack} and ${mark[0]}=${tags[mark[0]] ?? ""}`;
  }
  const key = shared ?? owned;
  return key && `tag ${key}=${tags[key] ?? ""}`;
}

function namesAnotherCluster(clusterName: string, tags: Tags): boolean {
  return (
    [...makersTags, ...sharedTags].some((key) => key in tags && tags[key] !== clusterName) ||
    Object.entries(tags).some(
      ([key, value]) => key.startsWith(ownedPrefix) && key !== ownedPrefix + clusterName && value === "owned",
    )
  );
}

/** Tags in the shape of most of AWS's services. */
export function tagsOf(
  list: readonly { Key?: string | undefined; Value?: string | undefined }[] | undefined,
): Tags {
  return Object.fromEntries((list ?? []).map(({ Key = "", Value = "" }) => [Key, Value]));
}

/** The account in an ARN, twelve digits; undefined where it names none. */
export function accountOf(arn: string): string | undefined {
  const account = arn.split(":")[4];
  return account === undefined || account === "" ? undefined : account;
}
