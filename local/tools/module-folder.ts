/**
 * Where the Go module cache holds a module, so that manifests and CustomResourceDefinitions of public projects
 * are read from what was downloaded and never copied into this repository.
 */
import { execFile } from "node:child_process";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { goTool } from "./catalogue.ts";
import { programPath } from "./wheels.ts";

const run = promisify(execFile);

export interface DownloadedModule {
  /** Its files. */
  readonly Dir: string;
  /** Path of its go.mod. */
  readonly GoMod: string;
}

/**
 * Downloads a module unless the cache holds it.
 * @throws with Go's own message if the module is neither in the cache nor served by the module proxy.
 */
export async function downloadModule(
  module: string,
  version: string,
  signal?: AbortSignal,
): Promise<DownloadedModule> {
  // Outside any module, so that no go.mod of the caller's folder changes the answer.
  const options = {
    cwd: tmpdir(),
    env: { ...process.env, GOWORK: "off", GOFLAGS: "-mod=mod" },
    ...(signal && { signal }),
  };
  const asked = run(await programPath("go"), ["mod", "download", "-json", `${module}@${version}`], options);
  const { stdout } = await asked.catch((error: unknown) => {
    throw jsonError(error) ?? error;
  });
  return JSON.parse(stdout) as DownloadedModule;
}

/** With -json, Go tells the cause on its standard output, which no error message of Node's shows. */
function jsonError(error: unknown): Error | undefined {
  const { stdout } = error as { readonly stdout?: string };
  const cause = /"Error": (".*")/.exec(stdout ?? "")?.[1];
  return cause === undefined ? undefined : new Error(JSON.parse(cause) as string, { cause: error });
}

export async function moduleFolder(module: string, version: string): Promise<string> {
  return (await downloadModule(module, version)).Dir;
}

/** The folder with the CustomResourceDefinitions that a tool of the catalogue serves. */
export async function crdFolder(name: string): Promise<string> {
  const tool = goTool(name);
  return path.join(await moduleFolder(tool.module, tool.version), "config", "crd", "bases");
}
