/** From a sandbox to Development: the pull request of the ticket's branch. */
import { UserError } from "../src/errors.ts";
import { judge } from "../src/guard/guard.ts";
import { ticketPullRequest } from "../src/promotion/pull-request.ts";
import { commitOf } from "./git-checkout.ts";
import type { GitopsCheckout } from "./gitops-checkout.ts";
import { presentPullRequest, type Presentation } from "./present-pull-request.ts";
import type { PulumiCli } from "./pulumi-cli.ts";
import { readChange } from "./read-change.ts";
import { stackSetting } from "./stack-file.ts";

export interface TicketPromotion extends GitopsCheckout, Pick<Presentation, "token" | "report"> {
  readonly stack: string;
  /** The ticket's, as the remote has it. */
  readonly branch: string;
  readonly base: string;
}

/**
 * Judges the branch and opens its pull request.
 *
 * @returns the address of the pull request; undefined without a token, when its text was printed.
 * @throws {UserError} with all that the guard refuses, or if there is no change.
 */
export async function promoteTicket(promotion: TicketPromotion): Promise<string | undefined> {
  const { root, stack, branch, base } = promotion;
  const commit = await commitOf(root, `refs/remotes/origin/${branch}`);
  if (commit === undefined) {
    throw new UserError({
      what: `${stack}: its ticket branch ${branch} is not on the remote.`,
      remedy: `Push it: git push origin ${branch}`,
    });
  }
  const change = await readChange({ checkout: root, base, commit });
  if (change.changed.length === 0) {
    throw new UserError({
      what: `${branch}: changes nothing against ${base}, so that there is nothing to promote.`,
      remedy: `Put the work on it: npm run render -- ${stack} <checkout> writes a service that was delivered to the cluster.`,
    });
  }
  const findings = judge(change);
  if (findings.length > 0) {
    throw new UserError(
      findings.map(({ file, line, what, remedy }) => ({ what: `${file}:${line}: ${what}`, remedy })),
      `${branch} is refused by the guard; no pull request was opened.`,
    );
  }
  return presentPullRequest({ ...promotion, head: branch, text: ticketPullRequest(stack, branch, change) });
}

/**
 * `sandbox.branch` in a stack's file.
 *
 * @throws {UserError} if it has none.
 */
export async function ticketBranchOf(pulumi: PulumiCli, stack: string): Promise<string> {
  const { branch } = await stackSetting(pulumi, stack, "sandbox");
  if (typeof branch === "string") return branch;
  throw new UserError({
    what: `Stack ${stack}: has no sandbox.branch, so that it works on no ticket.`,
    remedy: `A platform sandbox has one: pulumi config set --stack ${stack} --path sandbox.branch TICKET-123-add-keda`,
  });
}
