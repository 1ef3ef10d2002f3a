/** Which branches a sandbox uses: the engineer's, for the ticket, and the program's own, for the cluster. */

/** Branches that belong to Pulumi, and die with their stack. */
const clusterPrefix = "cluster/";

/** `TICKET-123-add-keda`: the ticket, then what it is about in lower-case words. */
export const defaultBranchPattern = "^[A-Z][A-Z0-9]*-[0-9]+(-[a-z0-9]+)+$";

/** The branch with the clone of Development for the sandbox `stack`. */
export function clusterBranch(stack: string): string {
  return `${clusterPrefix}${stack}`;
}

export function isClusterBranch(branch: string): boolean {
  return branch.startsWith(clusterPrefix);
}

export interface BranchRules {
  readonly pattern: string;
  /** Such as `TICKET-123`, which the name has to begin with; undefined if the stack names no ticket. */
  readonly ticket: string | undefined;
  /** The branch that ticket branches start from. */
  readonly base: string;
}

/** Why `branch` cannot be a ticket branch, in words that follow "which"; undefined if it can. */
export function ticketBranchFault(
  branch: string,
  { pattern, ticket, base }: BranchRules,
): string | undefined {
  if (branch === base) return `is where ticket branches start from, and a sandbox never works on it`;
  if (isClusterBranch(branch))
    return `begins with ${clusterPrefix}, and such branches are deleted with a sandbox`;
  if (!isBranchName(branch)) return "Git does not take as the name of a branch";
  if (!new RegExp(pattern, "u").test(branch)) return `does not match ${pattern}`;
  if (ticket !== undefined && !branch.toLowerCase().startsWith(`${ticket.toLowerCase()}-`)) {
    return `does not begin with the ticket of this stack, ${ticket}`;
  }
  return undefined;
}

/** What Git takes (git-check-ref-format), of ASCII characters only. */
export function isBranchName(name: string): boolean {
  return (
    /^[\w!#$%&'()+,./;<=>@\]`{|}-]+$/.test(name) &&
    !/^[-/]|\/$|\.$|\/\/|\.\.|@\{|^@$/.test(name) &&
    name.split("/").every((part) => !part.startsWith(".") && !part.endsWith(".lock"))
  );
}

/** Undefined if `pattern` is a regular expression, else why not. */
export function patternFault(pattern: string): string | undefined {
  try {
    new RegExp(pattern, "u");
    return undefined;
  } catch (error) {
    return `is no regular expression (${error instanceof Error ? error.message : String(error)})`;
  }
}
