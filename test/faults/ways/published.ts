/**
 * The second baseline: the published procedure, word by word. Suspend the root, delete the HelmReleases and Kustomizations,
 * then destroy by the infrastructure code, which has no teardown of its own.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Address, SandboxCluster } from "../cluster.ts";
import { watchedDestroy, watchProgress, type WatchedResult } from "../progress.ts";
import type { Sandbox } from "../sandbox.ts";
import type { Destroying } from "../scenario.ts";
import { baselinePatience, takeTeardownOut } from "./plain.ts";

const kustomizations = ["kustomize.toolkit.fluxcd.io/v1", "Kustomization"] as const;
const releases = ["helm.toolkit.fluxcd.io/v2", "HelmRelease"] as const;
const root = "flux-system/flux-system";

/** Milliseconds. */
const pause = 500;

export async function destroyPublished(
  sandbox: Sandbox,
  meanwhile?: (destroy: Destroying) => Promise<void>,
): Promise<WatchedResult> {
  const { cluster } = sandbox;
  await cluster.patch(`${kustomizations.join(" ")} ${root}` as Address, { spec: { suspend: true } });
  for (const kind of [releases, kustomizations]) {
    const hung = await deleteAll(cluster, kind);
    if (hung !== undefined) {
      const left = (await others(cluster, kind)).join(", ");
      const output = `kubectl delete ${kind[1]} --all got nowhere for ${hung} s; there are still ${left}`;
      return { exitCode: 1, interrupted: false, output, eventLog: "", hung, killed: false };
    }
  }
  await takeTeardownOut(sandbox);
  return watchedDestroy(sandbox, { patience: baselinePatience, meanwhile });
}

/** Returns for how many seconds nothing had moved; undefined when all are gone. */
async function deleteAll(
  cluster: SandboxCluster,
  kind: readonly [string, string],
): Promise<number | undefined> {
  const gone = new AbortController();
  const watching = watchProgress(
    async () => (await others(cluster, kind)).join(" "),
    baselinePatience,
    gone.signal,
  );
  const deleting = (async () => {
    for (const path of await others(cluster, kind)) {
      await cluster.remove(`${kind.join(" ")} ${path}` as Address);
    }
    while (!gone.signal.aborted && (await others(cluster, kind)).length > 0) await sleep(pause);
    gone.abort();
  })();
  // Where the API server does not answer at all, the watch is what ends.
  return Promise.race([watching, deleting.then(() => watching)]).finally(() => {
    gone.abort();
  });
}

/** All but the root, of which the procedure says that it stays. */
async function others(
  cluster: SandboxCluster,
  [apiVersion, kind]: readonly [string, string],
): Promise<string[]> {
  return (await cluster.list(apiVersion, kind))
    .map(({ metadata }) => `${metadata.namespace ?? ""}/${metadata.name}`)
    .filter((path) => !(kind === "Kustomization" && path === root))
    .sort();
}
