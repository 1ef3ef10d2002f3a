/**
 * `npm run prove -- <stack> [--seconds <n>]`: shows that KEDA works in the stack's cluster. It puts the application under
 * load, watches it scale up and back, and leaves nothing behind. Nothing of it enters Git.
 */
import { parseArgs } from "node:util";
import { UserError } from "../src/errors.ts";
import { usualLoadSeconds } from "../src/prove/objects.ts";
import { prove, type ProofRequest } from "./prove/proof.ts";
import { PulumiCli } from "./pulumi-cli.ts";
import { kubeconfigOf } from "./read-environment.ts";
import { runCommand } from "./run-command.ts";

const usage = "npm run prove -- <stack> [--seconds <n>]";

/** Runs a proof on this terminal: Ctrl-C ends it early, and it removes what it has made all the same. */
export async function proveHere(request: Omit<ProofRequest, "print" | "signal">): Promise<void> {
  const interruption = new AbortController();
  const interrupt = (): void => {
    if (interruption.signal.aborted) return;
    console.log("Interrupted: removing what the proof has made (usually 5 s).");
    interruption.abort();
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, interrupt);
  try {
    await prove({ ...request, print: console.log, signal: interruption.signal });
  } finally {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.off(signal, interrupt);
  }
}

/** @throws {UserError} on what is no number of seconds under load. */
export function parseSeconds(text: string | undefined, otherwise: number): number {
  if (text === undefined || text === "") return otherwise;
  const seconds = Number(text);
  if (/^\d+$/.test(text) && seconds >= 30 && seconds <= 3600) return seconds;
  throw new UserError({
    what: `${JSON.stringify(text)} is no time under load: it is a number of seconds from 30 to 3600.`,
    remedy: usage,
  });
}

async function main(): Promise<void> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { seconds: { type: "string" } },
  });
  const [stack, ...rest] = positionals;
  if (stack === undefined || rest.length > 0) {
    throw new UserError({ what: "npm run prove: needs one stack.", remedy: usage });
  }
  const loadSeconds = parseSeconds(values.seconds, usualLoadSeconds);
  await proveHere({
    stack,
    // The stack's own: the ambient context is never used.
    kubeconfig: await kubeconfigOf(new PulumiCli(), stack),
    loadSeconds,
    command: `npm run prove -- ${stack}`,
  });
}

if (import.meta.main) await runCommand(main);
