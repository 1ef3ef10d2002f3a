/**
 * A stack as an earlier release of the program left it: the state that release recorded, carried over to the ids of a stack that
 * stands now. So the engine meets old inputs and outputs, and a world in which they can be destroyed.
 */
import { readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { pulumiQuiet, type EngineRun } from "../../local/engine/run.ts";
import { shadowProject } from "../../local/engine/stack-config.ts";

interface Resource {
  readonly urn: string;
  readonly id?: string;
  readonly inputs?: unknown;
  readonly outputs?: unknown;
}

export interface StackState {
  readonly version: number;
  readonly deployment: { readonly resources: readonly Resource[] } & Readonly<Record<string, unknown>>;
}

/** With secrets in clear, which are those of the local platform. */
export async function exportState(run: EngineRun): Promise<StackState> {
  const text = await pulumiQuiet(run, ["stack", "export", "--stack", run.stack, "--show-secrets"]);
  return JSON.parse(text) as StackState;
}

export async function importState(run: EngineRun, state: StackState): Promise<void> {
  const file = path.join(tmpdir(), `${run.stack}-${process.pid}.json`);
  try {
    await writeFile(file, JSON.stringify(state), { mode: 0o600 });
    await pulumiQuiet(
      run,
      ["stack", "import", "--stack", run.stack, "--file", file],
      shadowProject(run.stateFolder),
    );
  } finally {
    await rm(file, { force: true });
  }
}

/** @param file compressed by gzip */
export async function recordedState(file: string): Promise<StackState> {
  return JSON.parse(gunzipSync(await readFile(file)).toString()) as StackState;
}

/**
 * The recorded resources with the ids, addresses and secrets of the same resources in the live state.
 * @throws {Error} for a recorded resource that the live stack has not: it would be in no world.
 */
export function carryOver(recorded: StackState, live: StackState): StackState {
  const alive = new Map(live.deployment.resources.map((resource) => [resource.urn, resource]));
  const names = new Map<string, string>();
  for (const resource of recorded.deployment.resources) {
    const now = alive.get(resource.urn);
    if (now === undefined) throw new Error(`${resource.urn} is in the recorded state alone.`);
    for (const part of ["id", "inputs", "outputs"] as const) collect(resource[part], now[part], names);
  }
  let text = JSON.stringify(recorded);
  // The longest first: a name may be part of another.
  for (const [from, to] of [...names].sort(([a], [b]) => b.length - a.length)) {
    text = text.replaceAll(inJson(from), inJson(to));
  }
  const { deployment, ...rest } = JSON.parse(text) as StackState;
  // The secrets are encrypted anew, as this stack's are.
  const { manifest, secrets_providers } = live.deployment;
  return { ...rest, deployment: { ...deployment, manifest, secrets_providers } };
}

/** Pairs of texts that stand at the same place and differ because they were made up or measured, and not written. */
function collect(before: unknown, now: unknown, names: Map<string, string>): void {
  if (typeof before === "string" && typeof now === "string") {
    if (before !== now && isGiven(before)) names.set(before, now);
    return;
  }
  if (typeof before !== "object" || typeof now !== "object" || before === null || now === null) return;
  for (const [key, value] of Object.entries(before)) {
    collect(value, (now as Readonly<Record<string, unknown>>)[key], names);
  }
}

/** An id, an ARN, an address, a certificate: with digits, and neither a version nor a time. */
function isGiven(text: string): boolean {
  return (
    text.length >= 8 && /\d/.test(text) && !/^v?\d+\.\d+|^\d{4}-\d{2}-\d{2}|^sha256:|^urn:pulumi:/.test(text)
  );
}

const inJson = (text: string): string => JSON.stringify(text).slice(1, -1);
