/** The question after a destroy, to AWS, Kubernetes and Git: what is left? */
import { whatIsLeft, type LeftObject, type Leftovers, type Place } from "../../local/cli/left.ts";
import { pulumiQuiet } from "../../local/engine/run.ts";
import { recordedProcesses } from "../../local/process-records.ts";
import { clusterBranch } from "../../src/git/branch-names.ts";
import { sandboxesNamedIn } from "./account.ts";
import type { Sandbox } from "./sandbox.ts";

export interface Before {
  readonly place: Place;
  readonly ticketCommits: readonly string[];
}

/**
 * Everything that is left, and what is kept on purpose, over all three.
 *
 * @param swept whether it was destroyed by the product, which may keep what it cannot be sure of
 */
export async function leftOf(
  sandbox: Sandbox,
  { place, ticketCommits }: Before,
  swept: boolean,
): Promise<Leftovers> {
  const { run, name, repository, ticketBranch } = sandbox;
  const inAws = await whatIsLeft(run, place, swept);
  // Another scenario may run beside this one, or have left what is still there.
  const others = new Set(
    (await sandbox.account.objects())
      .filter((entry) => {
        const named = sandboxesNamedIn(entry);
        return named.length > 0 && !named.includes(name);
      })
      .map(({ id }) => id),
  );
  const left: LeftObject[] = inAws.left.filter(({ id }) => !others.has(id));

  const running = await recordedProcesses(run.stateFolder, (process) => process.startsWith(`${name}.`));
  for (const { name: process, alive } of running) {
    if (alive) left.push({ type: "process", id: process, because: "belongs to the cluster, and runs" });
  }
  if ((await repository.branches()).includes(clusterBranch(name))) {
    left.push({ type: "branch", id: clusterBranch(name), because: "is the clone of the sandbox" });
  }
  if ((await repository.commits(ticketBranch)).join() !== ticketCommits.join()) {
    left.push({ type: "branch", id: ticketBranch, because: "the engineer's work is not what it was" });
  }
  for (const urn of await resourcesInState(sandbox)) {
    left.push({ type: "state", id: urn, because: "is in the stack's state" });
  }
  return { left, kept: inAws.kept };
}

async function resourcesInState({ run }: Sandbox): Promise<string[]> {
  const text = await pulumiQuiet(run, ["stack", "export", "--stack", run.stack]);
  const { deployment } = JSON.parse(text) as {
    deployment: { resources?: readonly { readonly urn: string }[] };
  };
  return (deployment.resources ?? [])
    .map(({ urn }) => urn)
    .filter((urn) => !urn.includes("pulumi:pulumi:Stack"));
}
