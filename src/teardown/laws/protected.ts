/**
 * What no destroy deletes while the cluster still works, and what therefore must not be pruned along with something else: what
 * runs Flux, what EKS runs, and the nodes. Of law 1 in docs/destroy.md.
 */
import { fluxNamespace, rootName } from "../../flux/api.ts";
import type { InventoryObject } from "../inventory/inventory.ts";

/** flux-operator's kinds: deleting a FluxInstance uninstalls Flux, deleting a ResourceSet all that it has applied. */
export const fluxOperatorGroup = "fluxcd.controlplane.io";

/** Namespaces of Flux and of Kubernetes itself. `default` is one that the API server refuses to delete. */
const protectedNamespaces = /^(flux-system|kube-.*|default)$/;

const workloadKinds = ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Pod"];
/** What a controller cannot run or act without. */
const rightsKinds = ["ServiceAccount", "Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding"];

/** The official manifest's label on everything of Flux, and the names of its controllers, with image automation's. */
const fluxPart = ["app.kubernetes.io/part-of", "flux"] as const;
const fluxControllers = [
  "source-controller",
  "kustomize-controller",
  "helm-controller",
  "notification-controller",
  "image-reflector-controller",
  "image-automation-controller",
  "source-watcher",
];

/** Without network and names nothing in the cluster works, whoever installed them. */
const networkWorkloads = ["aws-node", "kube-proxy", "coredns"];
/** Of the other core add-ons; one that a Helm chart installed under the same name is an ordinary release. */
const addonWorkloads = ["eks-pod-identity-agent", "ebs-csi-controller", "ebs-csi-node"];

/** Why nobody deletes it, as a clause behind its name; undefined for what may go. */
export function protectedBecause(object: InventoryObject): string | undefined {
  const { group, kind, namespace, name } = object;
  if (group === "" && kind === "Node") return "is a node, which its node group or Karpenter takes away";
  if (group === "" && kind === "Namespace" && protectedNamespaces.test(name)) {
    return name === fluxNamespace
      ? "is the namespace in which Flux runs"
      : "is a namespace of Kubernetes itself";
  }
  if (namespace === fluxNamespace && name === rootName && /(^|\.)toolkit\.fluxcd\.io$/.test(group)) {
    return "is the root from which Flux starts";
  }
  if (group === fluxOperatorGroup) return "is what flux-operator runs Flux by";
  if (isDefinitionOfFlux(object)) return "defines a kind of Flux";
  if (isOfFlux(object)) return "runs Flux";
  if (isOfEks(object)) return "is part of an EKS add-on, or stands in for one";
  return undefined;
}

function isDefinitionOfFlux({ detail }: InventoryObject): boolean {
  if (detail.type !== "definition") return false;
  const { group } = detail.defines;
  return /(^|\.)toolkit\.fluxcd\.io$/.test(group) || group === fluxOperatorGroup;
}

function isOfFlux({ kind, namespace, name, labels }: InventoryObject): boolean {
  if (![...workloadKinds, ...rightsKinds].includes(kind)) return false;
  if (labels[fluxPart[0]] === fluxPart[1]) return true;
  return namespace === fluxNamespace && fluxControllers.some((known) => isNamedAfter(name, kind, known));
}

/** EKS applies an add-on as the field manager `eks` (EKS user guide, "Fields you can customize"). */
function isOfEks({ appliedByEks, kind, namespace, name, annotations }: InventoryObject): boolean {
  if (appliedByEks) return true;
  if (!workloadKinds.includes(kind) || namespace !== "kube-system") return false;
  const isRelease = annotations["meta.helm.sh/release-name"] !== undefined;
  return [...networkWorkloads, ...(isRelease ? [] : addonWorkloads)].some((known) =>
    isNamedAfter(name, kind, known),
  );
}

/** A Deployment's pods and ReplicaSets, and a DaemonSet's pods, bear its name and generated parts. */
function isNamedAfter(name: string, kind: string, known: string): boolean {
  if (name === known) return true;
  return ["ReplicaSet", "Pod"].includes(kind) && new RegExp(`^${known}(-[a-z0-9]{1,10}){1,2}$`).test(name);
}
