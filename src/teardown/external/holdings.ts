/**
 * What an object of Kubernetes can hold outside the cluster: one row a kind, with the controller that made it and clears it
 * away. What is not in this table and has a foreign finalizer is left to `foreignFinalizers`.
 */
import type { Inventory, InventoryObject } from "../inventory/inventory.ts";
import { kindId } from "../inventory/object-id.ts";
import { elsewhereOf } from "../laws/elsewhere.ts";
import type { Ask } from "./ask.ts";
import type { ControllerName, Controllers } from "./controllers.ts";
import { nodeClassHoldings, nodeHoldings } from "./karpenter.ts";
import {
  dnsHoldings,
  gatewayHoldings,
  ingressHoldings,
  serviceHoldings,
  targetHoldings,
} from "./networking.ts";
import { claimHoldings, snapshotContentHoldings, snapshotHoldings, volumeHoldings } from "./storage.ts";

export type ExternalThing =
  | "load-balancer"
  | "target-group"
  | "volume"
  | "snapshot"
  | "instances"
  | "instance-profile"
  | "dns-records"
  | "aws-resource";

export interface ExternalHolding {
  readonly thing: ExternalThing;
  /** What a person looks for in AWS. */
  readonly description: string;
  /** Its id or address in AWS, where Kubernetes knows it. */
  readonly reference: string | undefined;
  readonly ask: Ask;
  /** Objects with the same key hold one thing together, as the Ingresses of a group do. */
  readonly key: string;
  /** Undefined for that of a custom kind, which the cluster tells (`controllersOf`). */
  readonly controller: ControllerName | undefined;
  /** US dollars; undefined where it depends on what cannot be seen. */
  readonly monthlyPrice: number | undefined;
}

export interface ClusterView {
  readonly inventory: Inventory;
  readonly controllers: Controllers;
}

type Holdings = (object: InventoryObject, view: ClusterView) => readonly ExternalHolding[];

interface ExternalKind {
  /** `<Kind>.<group>`. */
  readonly kind: string;
  /** Those that its controller sets; facts/aws: AWS Load Balancer Controller, cloud-provider-aws, CSI, Karpenter. */
  readonly finalizers: readonly { readonly pattern: RegExp; readonly controller: ControllerName }[];
  readonly holdings: Holdings;
}

const loadBalancer = "aws-load-balancer-controller";

const externalKinds: readonly ExternalKind[] = [
  {
    kind: "Service",
    finalizers: [
      { pattern: /^service\.k8s\.aws\/resources$/, controller: loadBalancer },
      {
        pattern: /^service\.kubernetes\.io\/load-balancer-cleanup$/,
        controller: "cloud-controller-manager",
      },
    ],
    holdings: (object, view) => [...serviceHoldings(object), ...dnsHoldings(object, view)],
  },
  {
    kind: "Ingress.networking.k8s.io",
    finalizers: [
      { pattern: /^ingress\.k8s\.aws\/resources$/, controller: loadBalancer },
      { pattern: /^group\.ingress\.k8s\.aws\//, controller: loadBalancer },
    ],
    holdings: (object, view) => [...ingressHoldings(object, view), ...dnsHoldings(object, view)],
  },
  {
    kind: "Gateway.gateway.networking.k8s.io",
    finalizers: [
      { pattern: /^gateway\.k8s\.aws\//, controller: loadBalancer },
      { pattern: /^gateway\.k8s\.aws\.resources$/, controller: "aws-gateway-api-controller" },
    ],
    holdings: gatewayHoldings,
  },
  {
    kind: "TargetGroupBinding.elbv2.k8s.aws",
    finalizers: [{ pattern: /^elbv2\.k8s\.aws\/resources$/, controller: loadBalancer }],
    holdings: targetHoldings,
  },
  { kind: "PersistentVolumeClaim", finalizers: [], holdings: claimHoldings },
  {
    kind: "PersistentVolume",
    finalizers: [
      { pattern: /^external-attacher\/ebs-csi-aws-com$/, controller: "ebs-csi-driver" },
      {
        pattern: /^external-provisioner\.volume\.kubernetes\.io\/finalizer$/,
        controller: "ebs-csi-driver",
      },
    ],
    holdings: volumeHoldings,
  },
  {
    kind: "VolumeSnapshot.snapshot.storage.k8s.io",
    finalizers: [{ pattern: /^snapshot\.storage\.kubernetes\.io\//, controller: "snapshot-controller" }],
    holdings: snapshotHoldings,
  },
  {
    kind: "VolumeSnapshotContent.snapshot.storage.k8s.io",
    finalizers: [{ pattern: /^snapshot\.storage\.kubernetes\.io\//, controller: "snapshot-controller" }],
    holdings: snapshotContentHoldings,
  },
  {
    kind: "NodePool.karpenter.sh",
    finalizers: [{ pattern: /^karpenter\.sh\//, controller: "karpenter" }],
    holdings: nodeHoldings,
  },
  {
    kind: "NodeClaim.karpenter.sh",
    finalizers: [{ pattern: /^karpenter\.sh\//, controller: "karpenter" }],
    holdings: nodeHoldings,
  },
  {
    kind: "EC2NodeClass.karpenter.k8s.aws",
    finalizers: [{ pattern: /^karpenter\.k8s\.aws\//, controller: "karpenter" }],
    holdings: nodeClassHoldings,
  },
];

const byKind = new Map(externalKinds.map((row) => [row.kind, row]));

export function holdingsOf(object: InventoryObject, view: ClusterView): readonly ExternalHolding[] {
  const row = byKind.get(kindId(object.group, object.kind));
  return row === undefined ? awsResourceHoldings(object) : row.holdings(object, view);
}

/** The known controller that lifts a finalizer. */
export function finalizerController(object: InventoryObject, finalizer: string): ControllerName | undefined {
  const row = byKind.get(kindId(object.group, object.kind));
  return row?.finalizers.find(({ pattern }) => pattern.test(finalizer))?.controller;
}

/** Where Crossplane keeps the name in AWS (docs.crossplane.io, "Managed Resources"). */
const externalName = "crossplane.io/external-name";

/** Custom objects that stand for resources of AWS as such, which go with them. */
function awsResourceHoldings(object: InventoryObject): readonly ExternalHolding[] {
  // What stays by its own policy, or is not this cluster's, is not held by the object (`plan/kept.ts`).
  const { detail } = object;
  if (detail.type !== "aws-resource" || detail.orphans || elsewhereOf(object) !== undefined) return [];
  return [
    {
      thing: "aws-resource",
      description: `whatever ${kindId(object.group, object.kind)} stands for in AWS`,
      reference: object.annotations[externalName],
      ask: {
        by: "nobody",
        why: `the program does not know what a ${kindId(object.group, object.kind)} is in AWS`,
        look: `kubectl get ${kindId(object.group, object.kind)} ${object.name}${object.namespace === "" ? "" : ` -n ${object.namespace}`} -o yaml, whose status names it`,
      },
      key: object.id,
      controller: undefined,
      monthlyPrice: undefined,
    },
  ];
}
