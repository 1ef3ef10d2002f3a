/** What belongs to one stack in AWS, and how an object shows that it does. */
import type { AwsLawScope, ThingInAws } from "../../src/teardown/laws/aws.ts";
import type { Tags } from "../../src/tags.ts";

export interface CensusScope {
  readonly region: string;
  /** Default tag that the program puts on everything it makes; its value is the stack's alone. */
  readonly stackTag: { readonly key: string; readonly value: string };
  readonly clusterName: string;
  /** VPCs of the stack, as its outputs named them before they were destroyed. */
  readonly vpcIds: readonly string[];
  /**
   * What the teardown knew, after which it is asked: what its law forbade it to delete counts as kept. Absent where no teardown
   * was at work, and all that is there is left over.
   */
  readonly law?: Pick<AwsLawScope, "account" | "madeAt" | "destroyBegan"> | undefined;
}

export interface CensusFinding {
  /** Such as `ec2:security-group`. */
  readonly type: string;
  readonly id: string;
  /** How it shows that it belongs to the stack. */
  readonly because: string;
  /** Why it stays on purpose; absent for what is left over. */
  readonly kept?: string;
}

/** With what AWS shows of it, where a teardown's law could forbid its deletion. */
export interface ShownFinding extends CensusFinding {
  readonly shown?: ThingInAws;
}

export type { Tags };

type TagList = readonly (readonly [key: string, value: string])[];

/**
 * Tags by which EKS, the load balancer controller, the EBS driver, the VPC CNI and Karpenter mark what they made for a
 * cluster. The value must be exactly the one given: names may be prefixes of one another.
 */
export const clusterTags = (clusterName: string): TagList => [
  [`kubernetes.io/cluster/${clusterName}`, "owned"],
  ["aws:eks:cluster-name", clusterName],
  ["eks:cluster-name", clusterName],
  ["eks:eks-cluster-name", clusterName],
  ["elbv2.k8s.aws/cluster", clusterName],
  ["ebs.csi.aws.com/cluster-name", clusterName],
  ["cluster.k8s.amazonaws.com/name", clusterName],
];

/** The tags of which any one shows that an object is the stack's. */
export const ownershipTags = ({ clusterName, stackTag }: CensusScope): TagList => [
  [stackTag.key, stackTag.value],
  ...clusterTags(clusterName),
];

/** The tag by which an object belongs to the stack, as text; undefined if none does. */
export function ownedBecause(scope: CensusScope, tags: Tags): string | undefined {
  const found = ownershipTags(scope).find(([key, value]) => tags[key] === value);
  return found && `tag ${found[0]}=${found[1]}`;
}

/** Tags in any of the shapes of AWS's services. */
export function tagsOf(
  list: readonly { Key?: string | undefined; Value?: string | undefined }[] | undefined,
): Tags {
  return Object.fromEntries((list ?? []).map(({ Key = "", Value = "" }) => [Key, Value]));
}
