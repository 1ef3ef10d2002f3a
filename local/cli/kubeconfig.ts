/** The kubeconfig of the local platform's clusters: one file of its own, one context a stack. */
import path from "node:path";
import { KubeConfig } from "@kubernetes/client-node";
import { execa } from "execa";
import { engineEnvironment, kubeconfigFile } from "../engine/environment.ts";
import type { EngineRun } from "../engine/run.ts";
import { pythonPrograms } from "../tools/python.ts";

/** Writes the context named after the stack, the way the aws CLI does for any EKS cluster. */
export async function writeContext(run: EngineRun, cluster: string, region: string): Promise<void> {
  const file = kubeconfigFile(run.stateFolder);
  await execa(
    path.join(pythonPrograms, "aws"),
    [
      "eks",
      "update-kubeconfig",
      "--name",
      cluster,
      "--region",
      region,
      "--alias",
      run.stack,
      "--kubeconfig",
      file,
    ],
    { env: await engineEnvironment(run.info, run.stateFolder) },
  );
}

/** A client's configuration for the stack's cluster, which runs the aws CLI for its token. */
export async function clusterConfig(run: EngineRun): Promise<KubeConfig> {
  Object.assign(process.env, await engineEnvironment(run.info, run.stateFolder));
  const config = new KubeConfig();
  config.loadFromFile(kubeconfigFile(run.stateFolder));
  config.setCurrentContext(run.stack);
  return config;
}
