/**
 * The names of everything in a stack. Logical names, from which Pulumi makes unique physical ones, and the few
 * physical names that are chosen, because something outside the state has to find what carries them.
 */
import { UserError } from "./errors.ts";

export interface Names {
  /** Physical: the EKS cluster, unique in its account and region. */
  readonly cluster: string;
  readonly provider: string;
  readonly ledger: string;
  readonly sweep: string;
  readonly drain: string;
  readonly network: string;
  readonly nodeRole: string;
  readonly nodeGroup: (group: string) => string;
  readonly addonsBeforeNodes: string;
  readonly addonsAfterNodes: string;
  readonly githubProvider: string;
  readonly sandboxBranch: string;
  readonly flux: string;
  readonly rootSync: string;
  readonly applicationSync: string;
  readonly repositorySecret: (secret: string) => string;
  readonly service: (service: string) => string;
  readonly readiness: string;
  readonly signingKey: string;
  readonly alerts: string;
}

/** Of the control plane's logs: EKS fixes it, and makes a group of this name itself where there is none. */
export function controlPlaneLogGroupName(clusterName: string): string {
  return `/aws/eks/${clusterName}/cluster`;
}

/** What Pulumi appends to a logical name to make the physical one unique. */
const uniqueEnding = "-1234567";

/** Lengths at which AWS refuses a name (CreateRole, CreateNodegroup). */
const longestRole = 64;
const longestNodeGroup = 63;

/** The longest that is appended to the name of a component for a role, `CoreAddons` being the component. */
const roleEnding = "-ebs-csi-role";

/** The longest name the settings allow a node group. */
export const longestGroupName = 20;

/** @throws {UserError} if a name that AWS limits would come out too long. */
export function namesOf(stack: string): Names {
  const names: Names = {
    cluster: stack,
    provider: `${stack}-aws`,
    ledger: `${stack}-ledger`,
    sweep: `${stack}-sweep`,
    drain: `${stack}-drain`,
    network: stack,
    nodeRole: `${stack}-nodes`,
    nodeGroup: (group) => `${stack}-${group}`,
    addonsBeforeNodes: `${stack}-base`,
    addonsAfterNodes: `${stack}-core`,
    githubProvider: `${stack}-github`,
    sandboxBranch: `${stack}-branch`,
    flux: `${stack}-flux`,
    rootSync: `${stack}-root`,
    applicationSync: `${stack}-application`,
    repositorySecret: (secret) => `${stack}-${secret}`,
    service: (service) => `${stack}-${service}`,
    readiness: `${stack}-ready`,
    signingKey: `${stack}-signing-key`,
    alerts: `${stack}-alerts`,
  };
  const limits = [
    { kind: "an IAM role", name: `${names.addonsAfterNodes}${roleEnding}`, limit: longestRole },
    { kind: "a node group", name: names.nodeGroup("x".repeat(longestGroupName)), limit: longestNodeGroup },
  ];
  for (const { kind, name, limit } of limits) {
    const excess = name.length + uniqueEnding.length - limit;
    if (excess > 0) {
      throw new UserError({
        what: `Stack ${stack}: its name has ${stack.length} characters, ${excess} more than fit into the ${limit} of ${kind}'s name.`,
        remedy: `Choose a name of at most ${stack.length - excess} characters: pulumi stack init sandbox-a`,
      });
    }
  }
  return names;
}
