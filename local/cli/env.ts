import { stateFolder } from "../folders.ts";
import { engineEnvironment, kubeconfigFile } from "../engine/environment.ts";
import { requirePlatform } from "../platform/start.ts";

/** Prints shell lines that lead pulumi, aws and kubectl to the platform: `eval "$(make env)"`. */
export async function printEnvironment(): Promise<void> {
  const variables = {
    ...(await engineEnvironment(await requirePlatform(stateFolder), stateFolder)),
    KUBECONFIG: kubeconfigFile(stateFolder),
  };
  for (const [name, value] of Object.entries(variables)) {
    console.log(`export ${name}='${value.replaceAll("'", String.raw`'\''`)}'`);
  }
}
