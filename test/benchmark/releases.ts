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
import type { ServedKind } from "../../provider/kubernetes/discovery.ts";
import { fluxApi } from "../../src/flux/api.ts";
import { eventually, isReady } from "../faults/cluster.ts";
import { namespace } from "../faults/manifests.ts";
import { Sandbox } from "../faults/sandbox.ts";
import { TestPlatform } from "../support/test-platform.ts";
import type { DrainFigures } from "./drain-process.ts";
import { measureDrain, medianOf } from "./measured-drain.ts";

/** HelmReleases that are deleted. */
const some = 100;
/** HelmReleases of the plan. */
const many = 300;
/** Of each kind, one after the other, so that what else the machine does meets both. */
const rounds = 3;
/** Milliseconds until all of them are installed. */
const patience = 1_200_000;

export const releaseKind: ServedKind = {
  group: "helm.toolkit.fluxcd.io",
  apiVersion: fluxApi.helm,
  kind: "HelmRelease",
  plural: "helmreleases",
  namespaced: true,
  verbs: ["list", "watch", "delete"],
};

export const source = `
apiVersion: ${fluxApi.source}
kind: HelmRepository
metadata: { name: podinfo, namespace: releases }
spec: { interval: 1h, url: "https://stefanprodan.github.io/podinfo" }
`;

/** Without pods: what is measured is Helm's work, and not that of nodes. */
export function release(index: number): string {
  return `
apiVersion: ${fluxApi.helm}
kind: HelmRelease
metadata: { name: podinfo-${index}, namespace: releases }
spec:
  chart: { spec: { chart: podinfo, version: 6.9.2, sourceRef: { kind: HelmRepository, name: podinfo } } }
  interval: 1h
  values: { replicaCount: 0 }
`;
}

/** Returns when all of them are installed. */
async function install({ cluster }: Sandbox, count: number): Promise<void> {
  await cluster.apply([namespace("releases"), source].join("---"));
  await cluster.apply(Array.from({ length: count }, (_, index) => release(index)).join("---"));
  const ready = async (): Promise<boolean> => {
    const releases = await cluster.list(releaseKind.apiVersion, releaseKind.kind);
    return releases.filter(isReady).length === count;
  };
  await eventually(`${count} HelmReleases are Ready`, ready, patience);
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
  const measured: Record<"bare" | "drained", DrainFigures[]> = { bare: [], drained: [] };
  for (let round = 0; round < rounds; round += 1) {
    await install(sandbox, some);
    measured.bare.push(await measureDrain({ kubeconfig, bare: releaseKind }));
    await install(sandbox, some);
    measured.drained.push(await measureDrain({ kubeconfig }));
  }
  const [bare, drained] = [medianOf(measured.bare), medianOf(measured.drained)];
  show(`${some} HelmReleases, deleted all at once`, bare);
  show(`${some} HelmReleases, drained in ${drained.waves} waves`, drained);
  const added = drained.seconds / bare.seconds - 1;
  console.log(`The drain adds ${Math.round(100 * added)} % (medians of ${rounds})`);
  if (added >= 0.1) failures.push(`the drain adds ${Math.round(100 * added)} %, not under 10`);
  await install(sandbox, many);
  const seconds = await plan(sandbox);
  console.log(`The plan for ${many} HelmReleases takes ${seconds.toFixed(1)} s`);
  if (seconds >= 5) failures.push(`the plan takes ${seconds.toFixed(1)} s, not under 5`);
} finally {
  await platform.stop();
}
for (const failure of failures) console.error(failure);
process.exit(failures.length > 0 ? 1 : 0);
