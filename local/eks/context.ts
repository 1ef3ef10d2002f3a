/** What the EKS API holds in memory, and what every operation is given. */
import type * as sdk from "@aws-sdk/client-eks";
import { setTimeout as sleep } from "node:timers/promises";
import type { ScaledClock } from "../clock.ts";
import { accountId, type MotoClients } from "../gateway/account.ts";
import type { Caller } from "../gateway/types.ts";
import type { ControlPlanes } from "../kubernetes/types.ts";

/** Makes members that the SDK declares optional, but that this service always sets, required. */
export type Known<T, K extends keyof T> = T & { [P in K]-?: NonNullable<T[P]> };

export type EksCluster = Known<
  sdk.Cluster,
  "name" | "arn" | "version" | "status" | "roleArn" | "tags" | "logging" | "createdAt"
> & {
  accessConfig: Known<NonNullable<sdk.Cluster["accessConfig"]>, "authenticationMode">;
  resourcesVpcConfig: Known<
    NonNullable<sdk.Cluster["resourcesVpcConfig"]>,
    "subnetIds" | "securityGroupIds" | "vpcId" | "publicAccessCidrs"
  > & { endpointPublicAccess: boolean; endpointPrivateAccess: boolean };
};

export interface NodeRecord {
  readonly instanceId: string;
  /** Name of the Kubernetes node. */
  readonly name: string;
  readonly instanceType: string;
  readonly zone: string;
  readonly privateIp: string;
  readonly subnetId: string;
  readonly securityGroups: readonly string[];
  readonly version: string;
  /** The interface that vpc-cni added for pods. */
  podInterface?: { readonly id: string; readonly attachmentId: string };
}

export interface NodeGroupRecord {
  readonly group: Known<
    sdk.Nodegroup,
    "nodegroupName" | "nodegroupArn" | "status" | "version" | "nodeRole" | "subnets" | "tags" | "labels"
  > & {
    scalingConfig: { minSize: number; maxSize: number; desiredSize: number };
    instanceTypes: string[];
    taints: sdk.Taint[];
  };
  readonly nodes: Map<string, NodeRecord>;
}

export interface AccessEntryRecord {
  readonly entry: Known<sdk.AccessEntry, "principalArn" | "accessEntryArn" | "type" | "username" | "tags"> & {
    kubernetesGroups: string[];
  };
  readonly policies: Map<string, Known<sdk.AssociatedAccessPolicy, "policyArn" | "accessScope">>;
}

export type AddonRecord = Known<
  sdk.Addon,
  "addonName" | "addonArn" | "addonVersion" | "status" | "tags" | "podIdentityAssociations"
>;

export interface AssociationRecord {
  readonly association: Known<
    sdk.PodIdentityAssociation,
    "associationId" | "associationArn" | "namespace" | "serviceAccount" | "roleArn" | "tags"
  >;
  /** Deleted, but still shown. */
  deleted: boolean;
}

export interface ClusterRecord {
  readonly eks: EksContext;
  readonly cluster: EksCluster;
  /** IAM principal that called CreateCluster. */
  readonly creator: string;
  /** Network interface ids of the control plane. */
  controlPlaneInterfaces: string[];
  readonly nodeGroups: Map<string, NodeGroupRecord>;
  readonly addons: Map<string, AddonRecord>;
  /** Add-ons whose workloads are in the cluster, managed or not; "self-managed" where bootstrapping put them. */
  readonly software: Map<string, string>;
  readonly accessEntries: Map<string, AccessEntryRecord>;
  readonly associations: Map<string, AssociationRecord>;
  readonly updates: {
    readonly update: sdk.Update;
    readonly nodegroupName?: string;
    readonly addonName?: string;
  }[];
  lastUpgrade?: { readonly from: string; readonly at: Date };
}

/** An operation of the account; the input holds the members of path, query and body, as the SDKs name them. */
export type Operation<Input = object> = (
  eks: EksContext,
  input: Input,
  caller: Caller,
) => object | Promise<object>;

/** An operation below `/clusters/{name}`, on the cluster of that name. */
export type ClusterOperation<Input = object> = (
  record: ClusterRecord,
  input: Input,
) => object | Promise<object>;

export interface EksOptions {
  readonly clock: ScaledClock;
  readonly controlPlanes: ControlPlanes;
  /** Clients that reach the emulator past the gateway's refusals, as AWS's own services do. */
  readonly account: MotoClients;
  /** Who signed a presigned GetCallerIdentity URL that is sent with these headers; undefined if nobody known did. */
  readonly verifyIdentityUrl: (
    url: string,
    headers: Readonly<Record<string, string>>,
  ) => Promise<Caller | undefined>;
  /**
   * Least real milliseconds to wait for nodes and workloads, whose own pace the clock does not scale.
   * Default 10,000.
   */
  readonly patience?: number;
}

const pollMilliseconds = 100;

export class EksContext {
  readonly clock: ScaledClock;
  readonly controlPlanes: ControlPlanes;
  readonly account: MotoClients;
  readonly region: string;
  readonly verifyIdentityUrl: EksOptions["verifyIdentityUrl"];
  readonly clusters = new Map<string, ClusterRecord>();
  readonly #patience: number;
  readonly #stop = new AbortController();
  readonly #running = new Set<Promise<void>>();

  constructor(options: EksOptions) {
    this.clock = options.clock;
    this.controlPlanes = options.controlPlanes;
    this.account = options.account;
    this.region = options.account.region;
    this.verifyIdentityUrl = options.verifyIdentityUrl;
    this.#patience = options.patience ?? 10_000;
  }

  /** ARN of something in this account and region, such as `cluster/a`. */
  arn(resource: string): string {
    return `arn:aws:eks:${this.region}:${accountId}:${resource}`;
  }

  /** Waits as long as `minutes` minutes in AWS take here; rejects when the service is closed. */
  async wait(minutes: number): Promise<void> {
    await this.clock.wait(minutes, this.#stop.signal);
  }

  /** Like `wait`, but never shorter than 200 ms: for loops, which must not spin at scale 0. */
  async pause(minutes: number): Promise<void> {
    await sleep(Math.max(this.clock.milliseconds(minutes), 200), undefined, { signal: this.#stop.signal });
  }

  /** Whether `condition` became true within `minutes` minutes of AWS (and at least the set patience). */
  async until(minutes: number, condition: () => Promise<boolean>): Promise<boolean> {
    const end = Date.now() + Math.max(this.clock.milliseconds(minutes), this.#patience);
    while (!(await condition())) {
      if (Date.now() >= end) return false;
      await sleep(pollMilliseconds, undefined, { signal: this.#stop.signal });
    }
    return true;
  }

  /** Runs what goes on after the API has answered; `failed` puts the failure where DescribeX shows it. */
  background(work: () => Promise<void>, failed: (cause: Error) => void): void {
    const task = work()
      .catch((cause: unknown) => {
        if (!this.#stop.signal.aborted) failed(cause instanceof Error ? cause : new Error(String(cause)));
      })
      .finally(() => this.#running.delete(task));
    this.#running.add(task);
  }

  /** Stops all waits; resolves when nothing runs any more. */
  async close(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#running);
  }
}
