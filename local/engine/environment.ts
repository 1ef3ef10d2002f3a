/** The environment in which the engine, the aws CLI, Git and the providers meet the local platform. */
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { PlatformInfo } from "../platform/info.ts";
import { engineFolder } from "../tools/engine.ts";
import { pythonPrograms } from "../tools/python.ts";
import { ownProgram, wheelProgram } from "../tools/wheels.ts";
import { checkout } from "../folders.ts";
import { pulumiHome } from "./pulumi-home.ts";

/** Protects nothing: whoever can read this checkout owns the local platform. */
const localPassphrase = "local";

/** The user's choice, read before `engineEnvironment` is put into this process's own environment for a client's exec plugin. */
const chosenReports = process.env["SDLC_REPORTS"] ?? "";

/** Receipts of a checkout's own platform are where a user looks for them; those of any other stay with its state. */
export function engineReports(stateFolder: string): string {
  if (chosenReports !== "") return path.resolve(chosenReports);
  const own = path.resolve(stateFolder) === path.join(checkout, ".local");
  return path.join(own ? checkout : stateFolder, "reports");
}

export const backendFolder = (stateFolder: string): string => path.join(stateFolder, "pulumi");

/** Of the clusters, one context a stack. */
export const kubeconfigFile = (stateFolder: string): string => path.join(stateFolder, "kubeconfig");

/** The standard AWS variables, and nothing else, lead the AWS SDKs and the aws CLI to the platform. */
export function awsEnvironment(info: PlatformInfo): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: info.gatewayUrl,
    AWS_ACCESS_KEY_ID: info.accessKeyId,
    AWS_SECRET_ACCESS_KEY: info.secretAccessKey,
    // A profile or an instance role of the user's must never be asked.
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_CONFIG_FILE: "/dev/null",
    AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
  };
}

/** Everything that `pulumi` needs in its environment, on top of this process's own. */
export async function engineEnvironment(
  info: PlatformInfo,
  stateFolder: string,
): Promise<Record<string, string>> {
  const programs = [
    path.join(checkout, "node_modules", ".bin"),
    await engineFolder(),
    pythonPrograms,
    ...((await ownProgram("kubectl")) === undefined ? [path.dirname(wheelProgram("kubectl"))] : []),
  ];
  return {
    ...awsEnvironment(info),
    ...info.internet,
    GITHUB_TOKEN: info.engineerToken,
    SDLC_REPORTS: engineReports(stateFolder),
    PATH: [...programs, process.env["PATH"] ?? ""].join(path.delimiter),
    PULUMI_BACKEND_URL: pathToFileURL(backendFolder(stateFolder)).href,
    PULUMI_HOME: await pulumiHome(stateFolder),
    PULUMI_CONFIG_PASSPHRASE: localPassphrase,
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    // Unlocks --event-log, from which tests and receipts read the order of what happened.
    PULUMI_DEBUG_COMMANDS: "true",
  };
}
