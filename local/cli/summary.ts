/** What a person wants to know after `make sandbox`. */
import { CoreV1Api } from "@kubernetes/client-node";
import Table from "cli-table3";
import { stackOutputs } from "../engine/outputs.ts";
import type { EngineRun } from "../engine/run.ts";
import { load } from "../product.ts";
import { clusterConfig } from "./kubeconfig.ts";
import { statusRows, type StatusRow } from "./status-table.ts";

const [{ environmentClasses }, { environmentOf }, { fluxNamespace, platformSource, reconcileAnnotation }] =
  await Promise.all([load.environmentClasses(), load.stackName(), load.flux()]);

export interface ClusterFacts {
  readonly clusterName: string;
  readonly kubernetesVersion: string;
  readonly region: string;
  readonly addonVersions: Readonly<Record<string, string>>;
  /** Absent for a stack without Flux. */
  readonly fluxVersion?: string;
}

export interface NodeFact {
  readonly name: string;
  readonly ready: boolean;
  readonly description: string;
}

export interface SummaryFacts {
  readonly cluster: ClusterFacts;
  readonly nodes: readonly NodeFact[];
  readonly flux: readonly StatusRow[];
}

export async function clusterFacts(run: EngineRun): Promise<ClusterFacts | undefined> {
  const outputs = await stackOutputs(run);
  return outputs["clusterName"] === undefined ? undefined : (outputs as unknown as ClusterFacts);
}

/** The cluster's nodes, asked of its API server with the credentials of the person who runs this. */
export async function clusterNodes(run: EngineRun): Promise<NodeFact[]> {
  const { items } = await (await clusterConfig(run)).makeApiClient(CoreV1Api).listNode();
  return items.map(({ metadata, status }) => {
    const labels = metadata?.labels ?? {};
    const ready = status?.conditions?.find(({ type }) => type === "Ready")?.status === "True";
    const size = labels["node.kubernetes.io/instance-type"] ?? "";
    const zone = labels["topology.kubernetes.io/zone"] ?? "";
    return {
      name: metadata?.name ?? "",
      ready,
      description: `${size} in ${zone}, ${ready ? "Ready" : "NotReady"}`,
    };
  });
}

async function fluxRows(run: EngineRun): Promise<StatusRow[]> {
  const [{ fluxObjects }, { ClusterApi, noRetries }] = await Promise.all([
    load.fluxObjects(),
    load.clusterApi(),
  ]);
  const config = await clusterConfig(run);
  const api = new ClusterApi(config.exportConfig(), new AbortController().signal, noRetries);
  try {
    return statusRows(await fluxObjects(api));
  } finally {
    api.close();
  }
}

/** Prints the summary. `seconds` is what the whole command took. */
export async function printSummary(run: EngineRun, seconds: number): Promise<void> {
  const cluster = await clusterFacts(run);
  if (!cluster) throw new Error(`Stack ${run.stack} has no cluster among its outputs.`);
  const [nodes, flux] = await Promise.all([
    clusterNodes(run),
    cluster.fluxVersion === undefined ? [] : fluxRows(run),
  ]);
  for (const line of summaryLines(run.stack, { cluster, nodes, flux }, seconds)) console.log(line);
}

/** The last line is made for scripts. */
export function summaryLines(
  stack: string,
  { cluster, nodes, flux }: SummaryFacts,
  seconds: number,
): string[] {
  const addons = Object.entries(cluster.addonVersions);
  const readyNodes = nodes.filter((node) => node.ready).length;
  const row = (name: string, value: string): string => `  ${name.padEnd(11)}${value}`;
  const platform = flux.find(({ name }) => name === `${fluxNamespace}/${platformSource}`);
  const withFlux = cluster.fluxVersion !== undefined;
  const counts = [
    `${readyNodes} nodes`,
    `${addons.length} add-ons`,
    ...(withFlux ? [`${flux.filter(({ ready }) => ready).length} Flux objects ready`] : []),
  ];
  return [
    "",
    stack,
    row("cluster", `${cluster.clusterName} in ${cluster.region} (${environmentOf(stack)})`),
    row("kubernetes", cluster.kubernetesVersion),
    ...nodes.map(({ name, description }, index) =>
      row(index === 0 ? "nodes" : "", `${name}  ${description}`),
    ),
    ...addons.map(([name, version], index) => row(index === 0 ? "add-ons" : "", `${name}  ${version}`)),
    ...(withFlux ? [row("flux", cluster.fluxVersion), "", ...fluxTable(flux), ""] : []),
    row("kubectl", `eval "$(make env)" && kubectl --context ${stack} get nodes`),
    ...(platform === undefined
      ? []
      : [
          platform.kind === "OCIRepository"
            ? row("releases", "are taken at the next look of Flux, or at once:")
            : row("commits", "on the branch are applied at the next look of Flux, or at once:"),
          row("", syncNow(stack, platform.kind)),
        ]),
    ...(flux.some(({ name }) => name === "keda/keda") ? [row("prove", `make prove STACK=${stack}`)] : []),
    row("destroy", howToDestroy(stack)),
    "",
    `${stack} ready: kubernetes ${cluster.kubernetesVersion}, ${counts.join(", ")}, ${seconds} s`,
  ];
}

function howToDestroy(stack: string): string {
  const destroy = `make destroy STACK=${stack}`;
  return environmentClasses[environmentOf(stack)].defaults.allowDestroy
    ? destroy
    : `${destroy}, after allowDestroy: true in Pulumi.${stack}.yaml and make sandbox STACK=${stack}`;
}

/** What makes Flux look for news where the platform's source follows it. */
function syncNow(stack: string, kind: string): string {
  const source = `${kind.toLowerCase()}/${platformSource}`;
  return `kubectl --context ${stack} -n ${fluxNamespace} annotate --overwrite ${source} ${reconcileAnnotation}="$(date +%s)"`;
}

const noBorders = {
  ...Object.fromEntries(
    ["top", "bottom", "left", "right", "mid"].flatMap((side) =>
      ["", "-mid", "-left", "-right"].map((part) => [side + part, ""]),
    ),
  ),
  middle: "  ",
};

function fluxTable(rows: readonly StatusRow[]): string[] {
  const table = new Table({
    head: ["KIND", "NAME", "REVISION", "STATUS"],
    chars: noBorders,
    style: { head: [], border: [], "padding-left": 0, "padding-right": 0 },
  });
  for (const { kind, name, revision, ready, message } of rows) {
    table.push([kind, name, revision, ready ? "Ready" : message]);
  }
  return table
    .toString()
    .split("\n")
    .map((line) => `  ${line.trimEnd()}`);
}
