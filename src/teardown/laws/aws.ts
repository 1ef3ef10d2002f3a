/**
 * Whether a thing in AWS may be deleted: the last question before every deletion there, answered by what AWS shows of the thing
 * at that moment. It knows nothing of the rules by which the thing was found, so it holds when one of them is wrong.
 *
 * Doubt keeps. A thing goes only if it bears this stack's tag or a mark that the controllers of this cluster, or EKS, put on it;
 * if it lies in a VPC, that is this stack's VPC; if it lies in none, it was made after the stack; and a volume only if the drain
 * has released it, which knows from the cluster what is to be retained. What names another cluster or stack stays.
 */
import { keptTag, releasedTag, type Tags } from "../../tags.ts";
import { awsTypes } from "./aws-types.ts";

/** What AWS shows of a thing. What it does not show is left out, and counts as doubt. */
export interface ThingInAws {
  /** Such as `ec2:volume`. */
  readonly type: string;
  readonly id: string;
  readonly tags: Tags;
  readonly vpcId?: string | undefined;
  /** Milliseconds since 1970. */
  readonly madeAt?: number | undefined;
  /** Twelve digits. */
  readonly account?: string | undefined;
}

/** Whose teardown it is. */
export interface AwsLawScope {
  readonly stackTag: { readonly key: string; readonly value: string };
  readonly clusterName: string;
  readonly region: string;
  /** The stack's own: none where they are gone. */
  readonly vpcIds: readonly string[];
  /** Twelve digits; undefined where nobody recorded it. */
  readonly account?: string | undefined;
  /** Milliseconds since 1970: when the stack was being made, before anything of its cluster. */
  readonly madeAt?: number | undefined;
  /** Milliseconds since 1970; what was made later is of no earlier cluster, whenever the stack was made. */
  readonly destroyBegan?: number | undefined;
}

export const awsLaws = {
  own: "nobody's deletion but its own",
  doubt: "doubt keeps",
  others: "another owner's things stay",
} as const;

export interface Refusal {
  readonly may: false;
  readonly law: (typeof awsLaws)[keyof typeof awsLaws];
  /** A part of a sentence. */
  readonly why: string;
  /** What somebody does who knows that it may go. */
  readonly remedy: string;
}

export type Verdict = { readonly may: true } | Refusal;

/** Tags with a cluster's name as their value, by which controllers and EKS mark what they make for it. */
const clusterKeys = [
  // EKS: the first can be set by nobody else
  "aws:eks:cluster-name",
  "eks:cluster-name",
  // AWS Load Balancer Controller
  "elbv2.k8s.aws/cluster",
  // Amazon VPC CNI
  "cluster.k8s.amazonaws.com/name",
  // EBS CSI driver
  "ebs.csi.aws.com/cluster-name",
  // Karpenter and EKS Auto Mode
  "eks:eks-cluster-name",
  "karpenter.k8s.aws/cluster",
];
/** Says whose a thing is, and is put on things by too many hands to make them this cluster's. */
const legacyKey = "KubernetesCluster";
const clusterPrefix = "kubernetes.io/cluster/";

/** What is started by hand to join a cluster bears the cluster's tags as well; these only Karpenter and EKS set. */
const nodeMarks = /^(karpenter\.sh|karpenter\.k8s\.aws)\/|^(aws:eks:cluster-name|eks:eks-cluster-name)$/;

/** By which a driver marks a volume that it has made for a claim. */
const claimMarks = ["CSIVolumeName", "ebs.csi.aws.com/cluster", "kubernetes.io/created-for/pvc/name"];

/** How the names of groups begin that EKS and its CloudWatch add-on make. */
const groupBeginnings = (clusterName: string): string[] => [
  `/aws/eks/${clusterName}/`,
  `/aws/containerinsights/${clusterName}/`,
];

export function judge(thing: ThingInAws, scope: AwsLawScope): Verdict {
  const type = Object.hasOwn(awsTypes, thing.type) ? awsTypes[thing.type] : undefined;
  if (type === undefined) {
    return {
      may: false,
      law: awsLaws.own,
      why: `a teardown deletes nothing of the type ${thing.type}`,
      remedy: `Look at ${thing.id}, and delete it by hand if nobody needs it.`,
    };
  }
  const reason =
    ofAnother(thing, scope) ??
    doubtfulOwner(thing, scope) ??
    doubtfulPlace(thing, scope) ??
    doubtfulData(thing, scope);
  if (reason === undefined) return { may: true };
  const remedy = `If nobody needs it: ${type.byHand(thing.id, scope.region)}`;
  return { may: false, ...reason, remedy };
}

/**
 * Why something that a sweep leaves is to be counted as kept, and not as left over: the sweep asked this law, and it said no.
 *
 * @returns undefined for what a destroy has to delete, by whatever hand: all that bears the stack's tag, but for data of claims
 */
export function keptByLaw(thing: ThingInAws, scope: AwsLawScope): string | undefined {
  const type = Object.hasOwn(awsTypes, thing.type) ? awsTypes[thing.type] : undefined;
  if (type === undefined) return undefined;
  const elsewhere = thing.vpcId !== undefined && !scope.vpcIds.includes(thing.vpcId);
  if (type.inVpc && !elsewhere) return undefined;
  const isData = thing.type === "ec2:volume" && isMadeInCluster(thing, scope);
  if (isOwn(thing, scope) && !isData) return undefined;
  const verdict = judge(thing, scope);
  return verdict.may ? undefined : whyKept(thing, verdict);
}

/** For the line of a receipt: with the remedy, but for what somebody has marked as kept. */
export function whyKept({ tags }: ThingInAws, { why, remedy }: Refusal): string {
  return tags[keptTag] === why ? why : `${why}. ${remedy}`;
}

type Reason = Pick<Refusal, "law" | "why">;

const doubt = (why: string): Reason => ({ law: awsLaws.doubt, why });
const others = (why: string): Reason => ({ law: awsLaws.others, why });

function isOwn({ tags }: ThingInAws, { stackTag: { key, value } }: AwsLawScope): boolean {
  return tags[key] === value;
}

function ofAnother({ tags, account }: ThingInAws, scope: AwsLawScope): Reason | undefined {
  const { stackTag, clusterName } = scope;
  if (account !== undefined && scope.account !== undefined && account !== scope.account) {
    return others(`it belongs to the AWS account ${account}`);
  }
  const stack = tags[stackTag.key];
  if (stack !== undefined && stack !== stackTag.value)
    return others(`it bears the tag ${stackTag.key}=${stack}`);
  for (const [key, value] of Object.entries(tags)) {
    const named = clusterKeys.includes(key) || key === legacyKey;
    // `shared` says that the other cluster uses it.
    const prefixed = key.startsWith(clusterPrefix) && key !== clusterPrefix + clusterName;
    if ((named && value !== clusterName) || (prefixed && (value === "owned" || value === "shared"))) {
      return others(`it bears the tag ${key}=${value}, which names another cluster`);
    }
  }
  const formation = tags["aws:cloudformation:stack-name"];
  return formation === undefined ? undefined : others(`it belongs to the CloudFormation stack ${formation}`);
}

/** By a mark that EKS or a controller sets, with the whole name: names may be beginnings of one another. */
function isMarked({ type, id, tags }: ThingInAws, { clusterName }: AwsLawScope): boolean {
  if (type === "logs:log-group") return groupBeginnings(clusterName).some((start) => id.startsWith(start));
  if (type === "ec2:instance" && !Object.keys(tags).some((key) => nodeMarks.test(key))) return false;
  return (
    tags[clusterPrefix + clusterName] === "owned" || clusterKeys.some((key) => tags[key] === clusterName)
  );
}

function isMadeInCluster(thing: ThingInAws, scope: AwsLawScope): boolean {
  return isMarked(thing, scope) || claimMarks.some((key) => key in thing.tags);
}

function doubtfulOwner(thing: ThingInAws, scope: AwsLawScope): Reason | undefined {
  if (isOwn(thing, scope) || isMarked(thing, scope)) return undefined;
  const { stackTag, clusterName } = scope;
  return doubt(
    `nothing proves that it is this stack's: it bears neither the tag ${stackTag.key}=${stackTag.value} nor a mark of the controllers of cluster ${clusterName}`,
  );
}

function doubtfulPlace(thing: ThingInAws, scope: AwsLawScope): Reason | undefined {
  const { clusterName } = scope;
  if (awsTypes[thing.type]?.inVpc === true) {
    if (thing.vpcId !== undefined && scope.vpcIds.includes(thing.vpcId)) return undefined;
    return doubt(`it lies in ${thing.vpcId ?? "an unknown VPC"}, which is not this stack's`);
  }
  if (isOwn(thing, scope)) return undefined;
  const since = scope.madeAt ?? scope.destroyBegan;
  // Released, it was shown by this cluster itself.
  if (scope.madeAt === undefined && thing.type === "ec2:volume" && isReleased(thing, scope)) return undefined;
  if (since === undefined) {
    return doubt(
      `an earlier cluster ${clusterName} could have made it: it does not bear the stack's tag, and when the stack was made is not recorded`,
    );
  }
  if (thing.madeAt !== undefined && thing.madeAt >= wholeSecond(since)) return undefined;
  const when = thing.madeAt === undefined ? "" : ` (${new Date(thing.madeAt).toISOString()})`;
  const earlier = `it was made before this stack${when}, so for an earlier cluster ${clusterName}`;
  return doubt(
    when === ""
      ? `AWS does not say when it was made, so an earlier cluster ${clusterName} could have made it`
      : earlier,
  );
}

function doubtfulData(thing: ThingInAws, scope: AwsLawScope): Reason | undefined {
  const kept = thing.tags[keptTag];
  if (kept !== undefined) return doubt(kept === "" ? `it bears the tag ${keptTag}` : kept);
  if (thing.type !== "ec2:volume" || isReleased(thing, scope)) return undefined;
  return doubt(
    "nobody could be asked whether it is to be retained: no drain has released it, as when the cluster was gone before",
  );
}

function isReleased({ tags }: ThingInAws, { stackTag }: AwsLawScope): boolean {
  return tags[releasedTag] === stackTag.value;
}

/** Some of AWS's times have no milliseconds. */
function wholeSecond(milliseconds: number): number {
  return Math.floor(milliseconds / 1000) * 1000;
}
