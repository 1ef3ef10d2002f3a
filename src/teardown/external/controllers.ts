/**
 * The controllers that clear away what objects hold: those that the program knows, which workload, release or Kustomization runs
 * the controller of a kind, which is found in the cluster and not configured, and which finalizers need one.
 */
import { append } from "../../multimap.ts";
import type { DefinitionDetail, WorkloadDetail } from "../inventory/detail.ts";
import { objectsOf, type Inventory, type InventoryObject } from "../inventory/inventory.ts";
import { kindId, type ObjectId } from "../inventory/object-id.ts";

export type ControllerName = keyof typeof knownControllers;

/** One that makes AWS resources for objects of Kubernetes, and how it is recognised in a cluster. */
interface KnownController {
  readonly title: string;
  /**
   * Its workload is named so, or ends so after a release's name, or has this as its label `app.kubernetes.io/name`. Empty
   * for one that runs beside the control plane, where nobody can remove it.
   */
  readonly workloads: readonly string[];
}

export const knownControllers = {
  "aws-load-balancer-controller": {
    title: "the AWS Load Balancer Controller",
    workloads: ["aws-load-balancer-controller"],
  },
  "aws-gateway-api-controller": {
    title: "the AWS Gateway API Controller",
    workloads: ["aws-gateway-controller-chart", "aws-gateway-api-controller"],
  },
  "cloud-controller-manager": { title: "the cloud controller of the EKS control plane", workloads: [] },
  "ebs-csi-driver": { title: "the EBS CSI driver", workloads: ["ebs-csi-controller", "aws-ebs-csi-driver"] },
  "efs-csi-driver": { title: "the EFS CSI driver", workloads: ["efs-csi-controller", "aws-efs-csi-driver"] },
  "snapshot-controller": { title: "the snapshot controller", workloads: ["snapshot-controller"] },
  karpenter: { title: "Karpenter", workloads: ["karpenter"] },
  "external-dns": { title: "external-dns", workloads: ["external-dns"] },
} as const satisfies Readonly<Record<string, KnownController>>;

export interface Controllers {
  /** The workloads of a known controller; none if the cluster has none. */
  readonly workloads: ReadonlyMap<ControllerName, readonly InventoryObject<WorkloadDetail>[]>;
  /** By `<Kind>.<group>`: the CustomResourceDefinition. */
  readonly definitions: ReadonlyMap<string, InventoryObject<DefinitionDetail>>;
  /**
   * By `<Kind>.<group>`: the Flux objects whose deletion takes the controller of a custom kind: what brings its definition,
   * and what brings a role that may write its status or finalizers, for definitions are often delivered apart.
   */
  readonly deliveries: ReadonlyMap<string, readonly ObjectId[]>;
}

export const controllerKinds = ["Deployment", "StatefulSet", "DaemonSet"];

export function controllersOf(
  inventory: Inventory,
  deliveredBy: ReadonlyMap<ObjectId, ObjectId>,
): Controllers {
  const workloads = new Map<ControllerName, InventoryObject<WorkloadDetail>[]>();
  for (const workload of objectsOf(inventory, "workload")) {
    if (!controllerKinds.includes(workload.kind)) continue;
    for (const name of Object.keys(knownControllers) as ControllerName[]) {
      if (knownControllers[name].workloads.some((known) => isNamed(workload, known))) {
        append(workloads, name, workload);
      }
    }
  }
  const controlledBy = new Map<string, Set<ObjectId>>();
  for (const { id, detail } of objectsOf(inventory, "role")) {
    const by = deliveredBy.get(id);
    if (by === undefined) continue;
    for (const resource of detail.controls) {
      controlledBy.set(resource, (controlledBy.get(resource) ?? new Set<ObjectId>()).add(by));
    }
  }
  const definitions = new Map<string, InventoryObject<DefinitionDetail>>();
  const deliveries = new Map<string, readonly ObjectId[]>();
  for (const definition of objectsOf(inventory, "definition")) {
    const { group, kind, plural } = definition.detail.defines;
    const by = deliveredBy.get(definition.id);
    const found = [...(by === undefined ? [] : [by]), ...(controlledBy.get(`${plural}.${group}`) ?? [])];
    definitions.set(kindId(group, kind), definition);
    deliveries.set(kindId(group, kind), [...new Set(found)]);
  }
  return { workloads, definitions, deliveries };
}

function isNamed({ name, labels }: InventoryObject, known: string): boolean {
  return name === known || name.endsWith(`-${known}`) || labels["app.kubernetes.io/name"] === known;
}

/** `unknown` for one that runs where it cannot be seen. */
export function controllerState(
  { workloads }: Controllers,
  name: ControllerName,
): "running" | "not-running" | "missing" | "unknown" {
  if (knownControllers[name].workloads.length === 0) return "unknown";
  const found = workloads.get(name) ?? [];
  if (found.length === 0) return "missing";
  return found.some(({ detail }) => detail.ready > 0) ? "running" : "not-running";
}

/** Lifted by the control plane, by the attach-detach logic beside it, or by Flux, which goes last of all. */
const liftedByOthers: readonly RegExp[] = [
  /^(foregroundDeletion|orphan|kubernetes)$/,
  /^kubernetes\.io\//,
  /^batch\.kubernetes\.io\//,
  /^apps\.kubernetes\.io\//,
  /^customresourcecleanup\.apiextensions\.k8s\.io$/,
  /^finalizers\.fluxcd\.io$/,
];

/** Those that need a controller that a teardown could remove too early. */
export function foreignFinalizers(finalizers: readonly string[]): readonly string[] {
  return finalizers.filter((finalizer) => !liftedByOthers.some((pattern) => pattern.test(finalizer)));
}
