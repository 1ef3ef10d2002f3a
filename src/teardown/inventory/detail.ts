/** The facts of each kind that decide when it may be deleted, or what stays behind. */
import type { ObjectId } from "./object-id.ts";

export type Detail =
  | KustomizationDetail
  | HelmReleaseDetail
  | DefinitionDetail
  | WorkloadDetail
  | ServiceDetail
  | IngressDetail
  | ClassDetail
  | ClaimDetail
  | VolumeDetail
  | SnapshotDetail
  | SnapshotContentDetail
  | NodeDetail
  | NodeClassDetail
  | TargetBindingDetail
  | RoleDetail
  | BindingDetail
  | WebhookDetail
  | ApiServiceDetail
  | AwsResourceDetail
  | { readonly type: "other" };

interface FluxDetail {
  readonly suspended: boolean;
  /** What has to be ready before it, without the one that a teardown adds. */
  readonly dependsOn: readonly ObjectId[];
  /** `spec.dependsOn` as it is: a merge patch has to repeat it whole. */
  readonly dependencies: readonly unknown[];
  /** The account it acts as; without it nothing is pruned or uninstalled. */
  readonly account: ObjectId | undefined;
  /** What it applies is in another cluster. */
  readonly remote: boolean;
  /** Of the condition Ready; undefined before its controller has seen it. */
  readonly ready: boolean | undefined;
  /** It is being reconciled at this moment: the condition Ready is Unknown. */
  readonly inFlight: boolean;
  readonly message: string;
}

export interface KustomizationDetail extends FluxDetail {
  readonly type: "kustomization";
  /** Whether its deletion deletes what it has applied (`spec.prune`, `spec.deletionPolicy`). */
  readonly prunes: boolean;
  readonly inventory: readonly ObjectId[];
}

export interface HelmReleaseDetail extends FluxDetail {
  readonly type: "helm-release";
  /** Name and namespace by which Helm knows the release. */
  readonly release: { readonly name: string; readonly namespace: string };
  /** Where Helm keeps its secrets: without them there is nothing to uninstall. */
  readonly storageNamespace: string;
  readonly installed: boolean;
}

export interface DefinitionDetail {
  readonly type: "definition";
  readonly defines: { readonly group: string; readonly kind: string; readonly plural: string };
}

export interface WorkloadDetail {
  readonly type: "workload";
  readonly wanted: number;
  readonly ready: number;
  /** Names of the PersistentVolumeClaims that its pods mount, in its own namespace. */
  readonly claims: readonly string[];
  /** Prefixes of the claims that a StatefulSet has made: `<template>-<name>-`. */
  readonly claimPrefixes: readonly string[];
}

export interface ServiceDetail {
  readonly type: "service";
  readonly loadBalancer: boolean;
  readonly loadBalancerClass: string | undefined;
  readonly address: string | undefined;
}

export interface IngressDetail {
  readonly type: "ingress" | "gateway";
  readonly className: string | undefined;
  readonly hosts: readonly string[];
  readonly address: string | undefined;
}

/** IngressClass and GatewayClass. */
export interface ClassDetail {
  readonly type: "class";
  readonly controller: string;
}

export interface ClaimDetail {
  readonly type: "claim";
  readonly volume: string | undefined;
  readonly storageClass: string | undefined;
  readonly gibibytes: number | undefined;
}

export interface VolumeDetail {
  readonly type: "volume";
  readonly retained: boolean;
  readonly claim: ObjectId | undefined;
  readonly driver: string | undefined;
  /** `vol-…` for EBS. */
  readonly handle: string | undefined;
  readonly storageClass: string | undefined;
  readonly gibibytes: number | undefined;
}

export interface SnapshotDetail {
  readonly type: "snapshot";
  readonly content: string | undefined;
}

export interface SnapshotContentDetail {
  readonly type: "snapshot-content";
  readonly retained: boolean;
  readonly snapshot: ObjectId | undefined;
  readonly driver: string | undefined;
  readonly handle: string | undefined;
  readonly gibibytes: number | undefined;
}

/** NodePool and NodeClaim of Karpenter. */
export interface NodeDetail {
  readonly type: "node-pool" | "node-claim";
  readonly nodeClass: ObjectId | undefined;
  /** Of a claim: the pool that made it. */
  readonly pool: string | undefined;
  readonly instanceType: string | undefined;
  /** Of a claim: bought on the spot market, whose prices change by the hour. */
  readonly spot: boolean;
  /** Of a claim that was launched: `i-…`. */
  readonly instanceId: string | undefined;
}

/** EC2NodeClass of Karpenter. */
export interface NodeClassDetail {
  readonly type: "node-class";
  /** Whether Karpenter makes the instance profile: `spec.role` is set, and not `spec.instanceProfile`. */
  readonly makesProfile: boolean;
  /** Its name, once it is made. */
  readonly profile: string | undefined;
}

/** TargetGroupBinding of the AWS Load Balancer Controller. */
export interface TargetBindingDetail {
  readonly type: "target-binding";
  /** ARN */
  readonly targetGroup: string | undefined;
}

/** Role and ClusterRole. */
export interface RoleDetail {
  readonly type: "role";
  /** `<plural>.<group>` of the kinds whose status or finalizers it may write: what only a controller does. */
  readonly controls: readonly string[];
}

/** RoleBinding and ClusterRoleBinding. */
export interface BindingDetail {
  readonly type: "binding";
  readonly accounts: readonly ObjectId[];
}

export interface ServiceReference {
  readonly namespace: string;
  readonly name: string;
}

export interface WebhookDetail {
  readonly type: "webhook";
  readonly webhooks: readonly {
    readonly name: string;
    /** Undefined for one outside the cluster. */
    readonly service: ServiceReference | undefined;
    /** Whether requests are refused while it does not answer. */
    readonly failsClosed: boolean;
  }[];
}

/** Of an operator's object that stands for a resource in AWS. */
export interface AwsResourceDetail {
  readonly type: "aws-resource";
  /** Whether the operator of this cluster made the resource, as far as the object shows. */
  readonly madeHere: boolean;
  /** Whether the resource stays when the object goes. */
  readonly orphans: boolean;
  /** The merge patch after which the resource stays when the object goes. */
  readonly letGo: object;
}

export interface ApiServiceDetail {
  readonly type: "api-service";
  /** Undefined for what the API server serves itself. */
  readonly service: ServiceReference | undefined;
  readonly available: boolean;
  readonly message: string;
}
