/** Reads what an environment runs, with the kubeconfig that its stack exported. */
import { UserError } from "../src/errors.ts";
import { environmentState, type EnvironmentState } from "../src/flux/environment-state.ts";
import { fluxObjects } from "../src/flux/live-objects.ts";
import { ClusterApi, faultText, noRetries } from "../src/kubernetes/api.ts";
import type { PulumiCli } from "./pulumi-cli.ts";

/** How long a cluster may take to answer, in milliseconds. */
const patience = 20_000;

/**
 * The kubeconfig among a stack's outputs.
 *
 * @throws {UserError} if there is no such stack, or it was never deployed.
 */
export async function kubeconfigOf(pulumi: PulumiCli, stack: string): Promise<string> {
  const { kubeconfig } = await pulumi.outputs(stack, { showSecrets: true });
  if (typeof kubeconfig === "string") return kubeconfig;
  if (typeof kubeconfig === "object" && kubeconfig !== null) return JSON.stringify(kubeconfig);
  throw new UserError({
    what: `Stack ${stack}: has exported no kubeconfig, so that it has no cluster yet.`,
    remedy: `Make it: pulumi up --stack ${stack}`,
  });
}

/** @throws {Error} in one line, if the cluster does not answer. */
export async function readEnvironment(kubeconfig: string): Promise<EnvironmentState> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`does not answer within ${patience / 1000} s`));
    }, patience);
  });
  let api: ClusterApi | undefined;
  try {
    api = new ClusterApi(kubeconfig, new AbortController().signal, noRetries);
    return environmentState(await Promise.race([fluxObjects(api), late]));
  } catch (error) {
    throw new Error(faultText(error), { cause: error });
  } finally {
    clearTimeout(timer);
    api?.close();
  }
}
