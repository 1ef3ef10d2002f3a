/**
 * `npm run plan-destroy -- <stack> [--json] [--html <file>]`: what a destroy of a stack would delete, in which order and why,
 * what that holds in AWS, what stays on purpose, and what looks stuck already. It reads, and changes nothing.
 */
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";
import { readInventory } from "../src/teardown/inventory/read-inventory.ts";
import { UserError } from "../src/errors.ts";
import { environmentOf } from "../src/stack-name.ts";
import { infrastructureOf, type StateResource } from "../src/teardown/plan/infrastructure.ts";
import { destroyPlan, planJson, type DestroyPlan } from "../src/teardown/plan/plan.ts";
import { planHtml } from "../src/teardown/plan/plan-html.ts";
import { planText } from "../src/teardown/plan/plan-text.ts";
import { PulumiCli } from "./pulumi-cli.ts";
import { runCommand } from "./run-command.ts";

export interface PlanRequest {
  readonly stack: string;
  readonly pulumi: PulumiCli;
  readonly signal: AbortSignal;
  /** Receives a line whenever there is another one. */
  readonly status: (line: string) => void;
}

/** @throws {UserError} if the stack is not there, or its cluster is not, or cannot be asked. */
export async function planDestroy({ stack, pulumi, signal, status }: PlanRequest): Promise<DestroyPlan> {
  environmentOf(stack);
  status(`reading the outputs and the state of ${stack}`);
  const [outputs, exported, { values }] = await Promise.all([
    pulumi.outputs(stack, { showSecrets: true }),
    pulumi.quiet(["stack", "export", "--stack", stack]),
    pulumi.config(stack),
  ]);
  const { kubeconfig, clusterName, region } = outputs;
  if (kubeconfig === undefined || typeof clusterName !== "string") {
    throw new UserError({
      what: `Stack ${stack}: has no cluster, so that there is nothing in one to plan for.`,
      remedy: `What there is in AWS: pulumi stack --stack ${stack}. A destroy takes it away all the same.`,
    });
  }
  const ticketBranch = ticketBranchOf(values["kubernetes-sdlc:sandbox"]);
  return destroyPlan({
    stack,
    cluster: clusterName,
    region: typeof region === "string" ? region : "",
    // `pulumi stack output --json` shows an output that is JSON as what it holds.
    inventory: await readInventory(typeof kubeconfig === "string" ? kubeconfig : JSON.stringify(kubeconfig), {
      signal,
      status,
    }),
    infrastructure: infrastructureOf(resourcesIn(exported)),
    ...(ticketBranch === undefined ? {} : { ticketBranch }),
  });
}

function resourcesIn(exported: string): readonly StateResource[] {
  const { deployment } = JSON.parse(exported) as { deployment: { resources?: StateResource[] } };
  return deployment.resources ?? [];
}

function ticketBranchOf(sandbox: string | undefined): string | undefined {
  if (sandbox === undefined) return undefined;
  const { branch } = JSON.parse(sandbox) as { branch?: unknown };
  return typeof branch === "string" ? branch : undefined;
}

const usage = "npm run plan-destroy -- <stack> [--json] [--html reports/<stack>-plan.html]";

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { json: { type: "boolean", default: false }, html: { type: "string" } },
  });
  const [stack, ...rest] = positionals;
  if (stack === undefined || rest.length > 0) {
    throw new UserError({ what: "plan-destroy: needs one stack.", remedy: usage });
  }
  const interruption = new AbortController();
  process.once("SIGINT", () => {
    interruption.abort();
  });
  const plan = await planDestroy({
    stack,
    pulumi: new PulumiCli(),
    signal: interruption.signal,
    // The plan alone goes to the standard output, which a pipeline reads.
    status: (line) => {
      if (process.stderr.isTTY) console.error(line);
    },
  });
  console.log((values.json ? planJson(plan) : planText(plan)).trimEnd());
  if (values.html === undefined) return;
  const file = path.resolve(values.html);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, planHtml(plan));
  console.error(`The same as a page: ${file}`);
}

if (import.meta.main) await runCommand(main);
