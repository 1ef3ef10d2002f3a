/** `make status`: what runs on the local platform. */
import { readdir } from "node:fs/promises";
import path from "node:path";
import { backendFolder } from "../engine/environment.ts";
import { projectName } from "../engine/run.ts";
import { stateFolder } from "../folders.ts";
import { runningPlatform } from "../platform/start.ts";
import { recordedProcesses } from "../process-records.ts";
import { clusterFacts, clusterNodes } from "./summary.ts";

export async function status(): Promise<void> {
  const info = await runningPlatform(stateFolder);
  const processes = await recordedProcesses(stateFolder);
  const stale = processes.filter(({ alive }) => !alive);
  if (!info) {
    console.log("The local platform is not running. Start it, and a sandbox on it, with: make sandbox");
  } else {
    console.log(
      `The local platform runs at ${info.gatewayUrl} since ${info.startedAt}, at scale ${info.scale}.`,
    );
    console.log(`  ${processes.length - stale.length} processes; logs in ${path.join(stateFolder, "logs")}`);
    for (const stack of await stacks()) {
      const run = { stateFolder, info, stack };
      const facts = await clusterFacts(run);
      if (!facts) {
        console.log(`  ${stack}  has no cluster; its up failed or was never run`);
        continue;
      }
      const nodes = await clusterNodes(run).catch(() => undefined);
      const ready = nodes
        ? `${nodes.filter((node) => node.ready).length} of ${nodes.length} nodes ready`
        : "its API server does not answer";
      console.log(`  ${stack}  kubernetes ${facts.kubernetesVersion}, ${ready}`);
    }
  }
  for (const { name, pid } of stale)
    console.log(`  stale pid file of ${name} (${pid}); make local-down removes it`);
}

async function stacks(): Promise<string[]> {
  const folder = path.join(backendFolder(stateFolder), ".pulumi", "stacks", projectName);
  const files = await readdir(folder).catch(() => []);
  return files.filter((file) => file.endsWith(".json")).map((file) => file.slice(0, -".json".length));
}
