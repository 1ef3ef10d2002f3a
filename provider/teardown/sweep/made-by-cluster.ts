/**
 * Whether an object of AWS was made by the cluster: by what runs in it, and not by the program. What the program made is in
 * Pulumi's state, and the engine deletes it in its own order; a sweep that took it would break that.
 *
 * Tags are compared whole, keys and values: the names of clusters may be prefixes of one another.
 */
import type { Tags } from "../../census/scope.ts";

export interface Owner {
  readonly clusterName: string;
  /** On everything that the program made, and by the settings of the add-ons on what those make. */
  readonly stackTag: { readonly key: string; readonly value: string };
}

/** Tags that only the maker itself puts on things, with the cluster's name as their value. */
const makersTags = [
  // AWS Load Balancer Controller
  "elbv2.k8s.aws/cluster",
  // EKS itself: nobody else can set a tag of this prefix
  "aws:eks:cluster-name",
  // Amazon VPC CNI
  "cluster.k8s.amazonaws.com/name",
  // EBS CSI driver
  "ebs.csi.aws.com/cluster-name",
  // Karpenter, from version 1 on
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

/** By which tag it was made by the cluster, as text; undefined if it was not, or if its tags do not agree. */
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
