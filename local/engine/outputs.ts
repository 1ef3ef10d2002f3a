import { pulumiQuiet, stackExists, type EngineRun } from "./run.ts";

/** A stack's outputs; none for a stack that does not exist. Secrets are shown only when asked for. */
export async function stackOutputs(
  run: EngineRun,
  { showSecrets = false }: { readonly showSecrets?: boolean } = {},
): Promise<Record<string, unknown>> {
  if (!stackExists(run.stateFolder, run.stack)) return {};
  const secrets = showSecrets ? ["--show-secrets"] : [];
  const text = await pulumiQuiet(run, ["stack", "output", "--json", "--stack", run.stack, ...secrets]);
  return JSON.parse(text) as Record<string, unknown>;
}
