/**
 * What a drain adds to the time that helm-controller itself takes, at its concurrency, for real HelmReleases: those of one
 * sandbox, deleted all at once, and drained; and how long the plan for 300 of them takes. Prints the figures, and fails where
 * a promise does not hold.
 *
 *     node --disable-warning=ExperimentalWarning test/benchmark/releases.ts
 */
import { execa } from "execa";
import { clusterConfig } from "../../local/cli/kubeconfig.ts";
import { engineEnvironment } from "../../local/engine/environment.ts";
import { checkout } from "../../local/folders.ts";
import { setUpTools } from "../../local/tools/setup.ts";
import type { ServedKind } from "../../src/kubernetes/discovery.ts";
import { fluxApi } from "../../src/flux/api.ts";
import { eventually, isReady } from "../faults/cluster.ts";
import { namespace } from "../faults/manifests.ts";
import { Sandbox } from "../faults/sandbox.ts";
import { TestPlatform } from "../support/test-platform.ts";
import type { DrainFigures } from "./drain-process.ts";
import { measureDrain, medianOf } from "./measured-drain.ts";

/** What is deleted, and what its values are. */
const kindsOfRelease = {
  /** Applications that run, of which Helm waits until their pods are gone: as many as two nodes hold. */
  running: { count: 36, spec: "values: { replicaCount: 1 }, uninstall: { deletionPropagation: foreground }" },
  /** Without pods, so that there is nothing to wait for: the least that Helm can have to do. */
  idle: { count: 40, spec: "values: { replicaCount: 0 }" },
} as const;

type ReleaseKind = keyof typeof kindsOfRelease;

/** HelmReleases of the plan. */
const many = 300;
/** Of each way, one after the other, so that what else the machine does meets both. */
const rounds = 3;
/** Milliseconds until all of them are installed. */
const patience = 1_200_000;

const releaseKind: ServedKind = {
  group: "helm.toolkit.fluxcd.io",
  apiVersion: fluxApi.helm,
  kind: "HelmRelease",
  plural: "helmreleases",
  namespaced: true,
  verbs: ["list", "watch", "delete"],
};

const source = `
apiVersion: ${fluxApi.source}
kind: HelmRepository
metadata: { name: podinfo, namespace: releases }
spec: { interval: 1h, url: "https://stefanprodan.github.io/podinfo" }
`;

function release(index: number, spec: string): string {
  const chart = "chart: podinfo, version: 6.9.2, sourceRef: { kind: HelmRepository, name: podinfo }";
  return `
apiVersion: ${fluxApi.helm}
kind: HelmRelease
metadata: { name: podinfo-${index}, namespace: releases }
spec: { interval: 1h, chart: { spec: { ${chart} } }, ${spec} }
`;
}

/** Returns when all of them are installed. */
async function install({ cluster }: Sandbox, kind: ReleaseKind, count: number): Promise<void> {
  const { spec } = kindsOfRelease[kind];
  await cluster.apply([namespace("releases"), source].join("---"));
  await cluster.apply(Array.from({ length: count }, (_, index) => release(index, spec)).join("---"));
  const ready = async (): Promise<boolean> => {
    const releases = await cluster.list(releaseKind.apiVersion, releaseKind.kind);
    return releases.filter(isReady).length === count;
  };
  await eventually(`${count} HelmReleases are Ready`, ready, patience);
}

/** Prints what the drain adds, as a part of what helm-controller takes by itself, and returns it. */
async function compare(sandbox: Sandbox, kubeconfig: string, kind: ReleaseKind): Promise<number> {
  const { count } = kindsOfRelease[kind];
  const measured: Record<"bare" | "drained", DrainFigures[]> = { bare: [], drained: [] };
  for (let round = 0; round < rounds; round += 1) {
    await install(sandbox, kind, count);
    measured.bare.push(await measureDrain({ kubeconfig, bare: releaseKind }));
    await install(sandbox, kind, count);
    measured.drained.push(await measureDrain({ kubeconfig }));
  }
  const [bare, drained] = [medianOf(measured.bare), medianOf(measured.drained)];
  show(`${count} ${kind} HelmReleases, deleted all at once`, bare);
  show(`${count} ${kind} HelmReleases, drained in ${drained.waves} waves`, drained);
  const added = drained.seconds / bare.seconds - 1;
  const each = (1000 * (drained.seconds - bare.seconds)) / count;
  console.log(
    `The drain adds ${Math.round(100 * added)} %, ${Math.round(each)} ms each (medians of ${rounds})`,
  );
  return added;
}

/** Seconds of the whole command, as somebody types it. */
async function plan({ run }: Sandbox): Promise<number> {
  const started = performance.now();
  const env = await engineEnvironment(run.info, run.stateFolder);
  const { stdout } = await execa("npm", ["run", "--silent", "plan-destroy", "--", run.stack, "--json"], {
    cwd: checkout,
    env,
  });
  const seconds = (performance.now() - started) / 1000;
  const planned = stdout.match(/releases\/podinfo-\d+"/g)?.length ?? 0;
  if (planned < many) throw new Error(`The plan names ${planned} of ${many} HelmReleases.`);
  return seconds;
}

function show(what: string, { seconds, gone, requests }: DrainFigures): void {
  console.log(`${what}: ${seconds.toFixed(1)} s, ${(requests / gone).toFixed(1)} requests each`);
}

await setUpTools();
const platform = await TestPlatform.start();
const failures: string[] = [];
try {
  await platform.succeed("up", "development");
  const sandbox = new Sandbox(platform, "releases");
  await sandbox.up(undefined);
  const kubeconfig = (await clusterConfig(sandbox.run)).exportConfig();
  // What the sandbox itself brought is not what is measured; its root is suspended from here on.
  await measureDrain({ kubeconfig });
  const added = await compare(sandbox, kubeconfig, "running");
  if (added >= 0.1) failures.push(`the drain adds ${Math.round(100 * added)} %, not under 10`);
  await compare(sandbox, kubeconfig, "idle");
  await install(sandbox, "idle", many);
  const seconds = await plan(sandbox);
  console.log(`The plan for ${many} HelmReleases takes ${seconds.toFixed(1)} s`);
  if (seconds >= 5) failures.push(`the plan takes ${seconds.toFixed(1)} s, not under 5`);
} finally {
  await platform.stop();
}
for (const failure of failures) console.error(failure);
process.exit(failures.length > 0 ? 1 : 0);
