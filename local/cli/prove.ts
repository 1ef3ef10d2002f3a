/** `make prove`: the proof that KEDA works, in a cluster of the local platform. */
import { stateFolder } from "../folders.ts";
import { requirePlatform } from "../platform/start.ts";
import { load } from "../product.ts";
import { UserError } from "../user-error.ts";
import { clusterConfig } from "./kubeconfig.ts";
import { clusterFacts } from "./summary.ts";

/** Seconds under load: four looks of the autoscaler. */
const usualSeconds = 60;

export async function proveSandbox(stack: string): Promise<void> {
  const { parseSeconds, proveHere } = await load.prove();
  const loadSeconds = parseSeconds(process.env["LOAD_SECONDS"], usualSeconds);
  const run = { stateFolder, info: await requirePlatform(stateFolder), stack };
  if (!(await clusterFacts(run))) {
    throw new UserError(`${stack} has no cluster on the local platform.`, `Run make sandbox STACK=${stack}.`);
  }
  await proveHere({
    stack,
    kubeconfig: (await clusterConfig(run)).exportConfig(),
    loadSeconds,
    command: `make prove STACK=${stack}`,
  });
}
