/** How fast a sandbox follows Git: from the cluster's first moment to the root Kustomization, and from a push to the cluster. */
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CustomObjectsApi } from "@kubernetes/client-node";
import { execa } from "execa";
import { clusterConfig } from "../cli/kubeconfig.ts";
import type { EngineRun } from "../engine/run.ts";
import { engineerGit, platformRepository } from "../internet/engineer-git.ts";
import { load, type FluxStatus } from "../product.ts";

const { fluxApi, fluxNamespace, rootName } = await load.flux();

const kustomizations = () => {
  const [group = "", version = ""] = fluxApi.kustomize.split("/");
  return { group, version, namespace: fluxNamespace, plural: "kustomizations" };
};

interface Kustomization {
  readonly status?: Omit<FluxStatus, "conditions"> & {
    readonly conditions?: readonly { readonly type: string; readonly lastTransitionTime?: string }[];
  };
}

interface EngineEvent {
  /** Seconds since 1970. */
  readonly timestamp: number;
  readonly resOutputsEvent?: { readonly metadata: { readonly op: string; readonly type: string } };
}

/** Seconds, to the second: from the engine's knowing that the cluster is ACTIVE to the root Kustomization's being Ready. */
export async function activeToRootReady(run: EngineRun): Promise<number> {
  const active = await lastActive(run);
  const api = (await clusterConfig(run)).makeApiClient(CustomObjectsApi);
  const root = (await api.getNamespacedCustomObject({
    ...kustomizations(),
    name: rootName,
  })) as Kustomization;
  const ready = root.status?.conditions?.find(({ type }) => type === "Ready")?.lastTransitionTime;
  if (active === undefined || ready === undefined) throw new Error("The sandbox has not become Ready.");
  return Date.parse(ready) / 1000 - active;
}

/** When the engine last made the stack's cluster, in seconds since 1970; logs outlive the stack. */
async function lastActive(run: EngineRun): Promise<number | undefined> {
  const folder = path.join(run.stateFolder, "events");
  const logs = (await readdir(folder)).filter((file) => file.startsWith(`${run.stack}-up-`)).sort();
  for (const log of logs.reverse()) {
    const lines = (await readFile(path.join(folder, log), "utf8")).trim().split("\n");
    const made = lines
      .map((line) => JSON.parse(line) as EngineEvent)
      .find(({ resOutputsEvent: done }) => {
        return done?.metadata.type === "aws:eks/cluster:Cluster" && done.metadata.op === "create";
      });
    if (made !== undefined) return made.timestamp;
  }
  return undefined;
}

/** Seconds from a push to the ticket branch until Flux has applied it. */
export async function pushToApplied(run: EngineRun, branch: string): Promise<number> {
  const folder = await mkdtemp(path.join(run.stateFolder, "checkout-"));
  const git = (...args: string[]): Promise<{ stdout: string }> =>
    execa(
      "git",
      ["-C", folder, "-c", "user.name=Engineer", "-c", "user.email=engineer@example.com", ...args],
      {
        env: engineerGit(run.info),
      },
    );
  await git("clone", "--quiet", "--branch", branch, platformRepository, ".");
  const manifest = `apiVersion: v1\nkind: Namespace\nmetadata:\n  name: benchmark-${Date.now()}\n`;
  await writeFile(path.join(folder, "platform", "configs", "benchmark.yaml"), manifest);
  await git("add", "--all");
  await git("commit", "--quiet", "--message", "Measure");
  const commit = (await git("rev-parse", "HEAD")).stdout;
  await git("push", "--quiet");
  const started = performance.now();
  await rm(folder, { recursive: true, force: true });
  const api = (await clusterConfig(run)).makeApiClient(CustomObjectsApi);
  const applied = async (): Promise<boolean> => {
    const name = "platform-configs";
    const { status } = (await api.getNamespacedCustomObject({ ...kustomizations(), name })) as Kustomization;
    return status?.lastAppliedRevision?.endsWith(commit) ?? false;
  };
  while (!(await applied())) {
    if (performance.now() - started > 300_000) throw new Error(`Commit ${commit} was not applied in 5 min.`);
    await sleep(200);
  }
  return (performance.now() - started) / 1000;
}
