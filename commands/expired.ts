/**
 * `npm run expired -- [--destroy [--parallel n]] [--json]`: the stacks of the backend that are past their expiry, with age
 * and estimated cost. `--destroy` runs `pulumi destroy` of each, which is the whole ordered teardown, and goes on past one
 * that stops; it exits with 1 if one did.
 */
import { parseArgs } from "node:util";
import Table from "cli-table3";
import pLimit from "p-limit";
import { UserError } from "../src/errors.ts";
import { expiredStacks, type ExpiredStack, type ExpirySource } from "../src/expired.ts";
import { parseMinor } from "../src/versions/minor.ts";
import { environmentClasses } from "../stacks/classes.ts";
import { PulumiCli, type OperationResult } from "./pulumi-cli.ts";
import { readStacks } from "./read-stacks.ts";
import { runCommand } from "./run-command.ts";

/** Destroys a stack and takes it off the backend. `alone` says that nothing else writes to the terminal. */
export type DestroyStack = (stack: string, alone: boolean) => Promise<OperationResult>;

export async function findExpired(pulumi: PulumiCli, now: Date): Promise<ExpiredStack[]> {
  const stacks = await readStacks(pulumi);
  return expiredStacks(
    stacks.map(({ stack, exported, known }): ExpirySource => {
      const found = "settings" in known ? known : undefined;
      return {
        stack,
        exported,
        owner: found?.settings.tags.owner ?? exported.owner,
        ticket: found?.settings.tags.ticket ?? exported.ticket,
        running: found && {
          kubernetesVersion: parseMinor(exported.kubernetesVersion ?? ""),
          natGateways:
            environmentClasses[found.environment].natGateways === "single"
              ? 1
              : (exported.availabilityZones?.length ?? 1),
          nodeGroups: found.settings.nodeGroups,
        },
      };
    }),
    now,
  );
}

/**
 * Destroys so many at a time. One that stops holds up none of the others; after Ctrl-C no other is begun.
 *
 * @returns those that are still there.
 */
export async function destroyAll(
  stacks: readonly string[],
  destroy: DestroyStack,
  parallel: number,
): Promise<string[]> {
  const limit = pLimit(parallel);
  let interrupted = false;
  const results = await Promise.all(
    stacks.map((stack, index) =>
      limit(async () => {
        if (interrupted) return stack;
        console.log(`\nDestroying ${stack} (${index + 1} of ${stacks.length}).`);
        const result = await destroy(stack, parallel === 1).catch((error: unknown) => {
          if (!(error instanceof Error)) throw error;
          console.error(error.message);
          return { exitCode: 1, interrupted: false };
        });
        interrupted ||= result.interrupted;
        return result.exitCode === 0 ? undefined : stack;
      }),
    ),
  );
  return results.filter((stack) => stack !== undefined);
}

/** `pulumi destroy`, then the stack itself; its file stays, for it is what a person wrote. */
export function destroyWith(pulumi: PulumiCli): DestroyStack {
  return async (stack, alone) => {
    const result = await pulumi.run("destroy", stack, [], alone ? {} : { prefix: stack });
    if (result.exitCode === 0) await pulumi.quiet(["stack", "rm", stack, "--yes", "--preserve-config"]);
    return result;
  };
}

export function expiredText(stacks: readonly ExpiredStack[]): string {
  if (stacks.length === 0) return "No stack is past its expiry.";
  const table = new Table({
    head: ["stack", "owner", "ticket", "expired", "age", "cost so far", "a month"],
    style: { head: [], border: [] },
  });
  for (const stack of stacks) {
    table.push([
      stack.stack,
      stack.owner ?? "?",
      stack.ticket ?? "?",
      `${stack.expiry}, ${days(stack.daysOver)} ago`,
      stack.daysOld === undefined ? "" : days(stack.daysOld),
      dollars(stack.costSoFar, stack.without),
      dollars(stack.costPerMonth, stack.without),
    ]);
  }
  const without = [...new Set(stacks.flatMap((stack) => stack.without))];
  return [
    table.toString(),
    "Costs are estimated from list prices: control plane, NAT gateways, nodes and their disks; without load balancers, volumes and traffic.",
    ...(without.length > 0 ? [`Without a price, and so not in it: ${without.join(", ")}.`] : []),
  ].join("\n");
}

function days(count: number): string {
  return `${count} day${count === 1 ? "" : "s"}`;
}

function dollars(amount: number | undefined, without: readonly string[]): string {
  return amount === undefined ? "" : `${without.length > 0 ? "over " : ""}$${amount.toFixed(2)}`;
}

/** The command with its arguments; `destroy` is how a stack is destroyed here. */
export async function expired(
  args: readonly string[],
  pulumi: PulumiCli,
  destroy: DestroyStack,
  now: Date,
): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      destroy: { type: "boolean", default: false },
      parallel: { type: "string", default: "1" },
      json: { type: "boolean", default: false },
    },
  });
  const parallel = Number(values.parallel);
  if (!Number.isInteger(parallel) || parallel < 1) {
    throw new UserError({
      what: `--parallel: given ${JSON.stringify(values.parallel)}; allowed is a number of stacks.`,
      remedy: "npm run expired -- --destroy --parallel 2",
    });
  }
  const stacks = await findExpired(pulumi, now);
  console.log(values.json ? JSON.stringify(stacks, undefined, 2) : expiredText(stacks));
  if (!values.destroy || stacks.length === 0) return;
  const names = stacks.map(({ stack }) => stack);
  const left = await destroyAll(names, destroy, parallel);
  console.log(`\n${names.length - left.length} of ${names.length} expired stacks destroyed.`);
  if (left.length === 0) return;
  console.error(
    `Still there: ${left.join(", ")}. The reason is in the output above; the same command goes on.`,
  );
  process.exitCode = 1;
}

if (import.meta.main) {
  const pulumi = new PulumiCli();
  await runCommand(() => expired(process.argv.slice(2), pulumi, destroyWith(pulumi), new Date()));
}
