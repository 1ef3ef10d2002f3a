/** The parts of Karpenter's kinds that this stand-in reads (karpenter.sh/v1, karpenter.k8s.aws/v1). */
import type { Kind, Live } from "../runtime/controller.ts";

export const poolKind: Kind = { apiVersion: "karpenter.sh/v1", kind: "NodePool", plural: "nodepools" };
export const claimKind: Kind = { apiVersion: "karpenter.sh/v1", kind: "NodeClaim", plural: "nodeclaims" };
export const classKind: Kind = {
  apiVersion: "karpenter.k8s.aws/v1",
  kind: "EC2NodeClass",
  plural: "ec2nodeclasses",
};
export const nodeKind: Kind = { apiVersion: "v1", kind: "Node", plural: "nodes" };

export const poolLabel = "karpenter.sh/nodepool";
/** Of NodeClaims and their Nodes. */
export const terminationFinalizer = "karpenter.sh/termination";

interface Requirement {
  readonly key: string;
  readonly operator: string;
  readonly values?: readonly string[];
}

export interface NodeTemplate {
  readonly nodeClassRef: { readonly group: string; readonly kind: string; readonly name: string };
  readonly requirements?: readonly Requirement[];
  readonly taints?: readonly { readonly key: string; readonly value?: string; readonly effect: string }[];
}

export interface NodePool extends Live {
  readonly spec: {
    /** So many nodes, whatever the pods need; without it a node for pods that fit nowhere. */
    readonly replicas?: number;
    readonly template: {
      readonly metadata?: { readonly labels?: Readonly<Record<string, string>> };
      readonly spec: NodeTemplate;
    };
  };
}

export interface NodeClaim extends Live {
  readonly spec: NodeTemplate;
  readonly status?: { readonly providerID?: string; readonly nodeName?: string };
}

interface SelectorTerm {
  readonly id?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

export interface NodeClass extends Live {
  readonly spec: {
    readonly role?: string;
    readonly instanceProfile?: string;
    readonly subnetSelectorTerms: readonly SelectorTerm[];
    readonly securityGroupSelectorTerms: readonly SelectorTerm[];
    readonly tags?: Readonly<Record<string, string>>;
  };
}

export const instanceTypeOf = ({ requirements }: NodeTemplate): string =>
  requirements?.find(({ key, operator }) => key === "node.kubernetes.io/instance-type" && operator === "In")
    ?.values?.[0] ?? "m6i.large";

/** EC2's filters for each term; whatever one of the terms selects is selected. */
export const filtersOf = (
  terms: readonly SelectorTerm[],
  idFilter: string,
): { Name: string; Values: string[] }[][] =>
  terms.map(({ id, tags = {} }) => [
    ...(id === undefined ? [] : [{ Name: idFilter, Values: [id] }]),
    ...Object.entries(tags).map(([key, value]) =>
      value === "*" ? { Name: "tag-key", Values: [key] } : { Name: `tag:${key}`, Values: [value] },
    ),
  ]);
