/**
 * `npm run promote -- sandbox-a`: the pull request of a ticket, from its branch to main, where the guard lets it pass.
 * `npm run promote -- staging`: the pull request with which Production takes what Staging runs.
 * `npm run promote -- staging --back-to 0.0.6`: the one with which Production goes back.
 */
import { parseArgs } from "node:util";
import { UserError } from "../src/errors.ts";
import { environmentOf } from "../src/stack-name.ts";
import { gitopsUrl, withCheckout } from "./gitops-checkout.ts";
import { promoteRelease } from "./promote-release.ts";
import { promoteTicket, ticketBranchOf } from "./promote-ticket.ts";
import { PulumiCli } from "./pulumi-cli.ts";
import { kubeconfigOf, readEnvironment } from "./read-environment.ts";
import { runCommand } from "./run-command.ts";

const usage =
  "npm run promote -- <sandbox or staging> [--checkout ../platform] [--base main] [--back-to 0.0.6]";

async function main(args: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      checkout: { type: "string" },
      base: { type: "string", default: "main" },
      "back-to": { type: "string" },
    },
  });
  const [from, ...rest] = positionals;
  if (from === undefined || rest.length > 0) {
    throw new UserError({
      what: "npm run promote: needs the stack that a change comes from.",
      remedy: usage,
    });
  }
  const { base, "back-to": backTo } = values;
  const pulumi = new PulumiCli();
  const request = { checkout: values.checkout, url: () => gitopsUrl(pulumi, from) };
  const common = {
    base,
    token: process.env["GITHUB_TOKEN"],
    report: (line: string) => {
      console.log(line);
    },
  };
  switch (environmentOf(from)) {
    case "sandbox": {
      const branch = await ticketBranchOf(pulumi, from);
      await withCheckout(request, (checkout) =>
        promoteTicket({ ...common, ...checkout, stack: from, branch }),
      );
      return;
    }
    case "staging": {
      const kubeconfig = backTo === undefined ? await kubeconfigOf(pulumi, from) : undefined;
      const state = kubeconfig === undefined ? undefined : await readEnvironment(kubeconfig);
      await withCheckout(request, (checkout) => promoteRelease({ ...common, ...checkout, state, backTo }));
      return;
    }
    case "development":
      throw new UserError({
        what: "Development: what it runs goes to Staging as a release.",
        remedy: "npm run publish-artifact -- 0.0.7 (npm run environments shows the last one)",
      });
    case "canary":
    case "production":
      throw new UserError({ what: `${from}: nothing comes after it.`, remedy: usage });
  }
}

if (import.meta.main) await runCommand(() => main(process.argv.slice(2)));
