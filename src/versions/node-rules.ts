/** What nodes may run: never newer than their control plane, and at most three minors older. */
import type { Mistake } from "../errors.ts";
import { formatMinor, minorsAhead, type Minor } from "./minor.ts";
import type { NodeVersion, VersionPlan } from "./version-plan.ts";

/** A kubelet may be this many minors older than its control plane, and never newer (EKS user guide). */
export const maxNodeLag = 3;

/** Throws nothing. */
export function nodeRefusals(plan: VersionPlan): Mistake[] {
  return [
    ...plan.nodes.map((node) => newerNode(plan, node)),
    ...plan.nodes.map((node) => olderNode(plan, node) ?? newNodeGroup(plan, node)),
  ].filter((refusal) => refusal !== undefined);
}

function newerNode({ stack, wanted, running }: VersionPlan, node: NodeVersion): Mistake | undefined {
  const newest = [node.wanted, ...(node.running ? [node.running] : [])].reduce((a, b) =>
    minorsAhead(a, b) >= 0 ? a : b,
  );
  if (minorsAhead(newest, wanted) <= 0) return undefined;
  const back = running !== undefined && minorsAhead(wanted, running) < 0;
  return {
    what: `Node group ${node.nodeGroup} of ${stack}: ${formatMinor(newest)} is refused, because it is newer than the control plane's ${formatMinor(wanted)}, and nodes never are.`,
    remedy: back
      ? `Nodes go back first: leave kubernetesVersion at ${formatMinor(running)}, set it to "${formatMinor(wanted)}" in nodeGroups for ${node.nodeGroup}, pulumi up; then take the control plane back.`
      : `Upgrade the control plane first, or leave the node group's kubernetesVersion out: it then follows the control plane.`,
  };
}

function olderNode({ stack, wanted, running }: VersionPlan, node: NodeVersion): Mistake | undefined {
  // During an upgrade the nodes still run their old version while the control plane is already ahead.
  const oldest = [node.wanted, ...(node.running ? [node.running] : [])].reduce((a, b) =>
    minorsAhead(a, b) <= 0 ? a : b,
  );
  const lag = minorsAhead(wanted, oldest);
  if (lag <= maxNodeLag) return undefined;
  const reachable: Minor = running && minorsAhead(wanted, running) > 0 ? running : wanted;
  return {
    what: `Node group ${node.nodeGroup} of ${stack}: ${formatMinor(oldest)} under a control plane at ${formatMinor(wanted)} is refused, because it is ${lag} minors older, and at most ${maxNodeLag} are allowed.`,
    remedy:
      node.running && minorsAhead(node.running, node.wanted) < 0
        ? `Bring the nodes to ${formatMinor(reachable)} first: pulumi config set kubernetesVersion ${formatMinor(reachable)}, then pulumi up.`
        : `Set the node group's kubernetesVersion to ${formatMinor(reachable)}, or leave it out.`,
  };
}

/** EKS makes a node group at its control plane's version only; it may fall behind later. */
function newNodeGroup({ stack, wanted }: VersionPlan, node: NodeVersion): Mistake | undefined {
  if (node.running !== undefined || minorsAhead(wanted, node.wanted) <= 0) return undefined;
  return {
    what: `Node group ${node.nodeGroup} of ${stack}: a new one at ${formatMinor(node.wanted)} is refused, because EKS makes it at the control plane's ${formatMinor(wanted)} only.`,
    remedy: "Leave the node group's kubernetesVersion out.",
  };
}
