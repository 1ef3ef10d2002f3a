/**
 * The drain of a benchmark, in a process of its own as the plugin is one: what makes the objects and plays their controller
 * costs it neither time nor memory. A message says of which cluster; the answer has the figures.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { ClusterApi } from "../../src/kubernetes/api.ts";
import { pathOf, type ServedKind } from "../../src/kubernetes/discovery.ts";
import { KindWatch } from "../../src/kubernetes/watch.ts";
import { runDrain } from "../provider/teardown/support.ts";
import { Permit } from "../../src/teardown/laws/cluster-deletions.ts";

export interface Task {
  readonly kubeconfig: string;
  /** No drain, but the deletion of all objects of this kind at the same time: what the cluster itself takes for it. */
  readonly bare?: ServedKind;
}

export interface DrainFigures {
  readonly seconds: number;
  readonly requests: number;
  /** Objects that are gone. */
  readonly gone: number;
  readonly waves: number;
  /** Resident memory at its highest, in MiB. */
  readonly highest: number;
  readonly error: string | undefined;
}

async function deleteBare(
  kubeconfig: string,
  kind: ServedKind,
): Promise<Omit<DrainFigures, "seconds" | "highest">> {
  const api = new ClusterApi(kubeconfig, new AbortController().signal);
  const watch = await KindWatch.start(api, kind, () => undefined);
  const objects = [...watch.objects];
  await Promise.all(
    objects.map(async (object) => {
      const permit = Permit.ask("delete", object);
      if (!(permit instanceof Permit)) throw new Error(permit.law);
      await api.delete(permit, pathOf(kind, object), { uid: object.uid });
    }),
  );
  while ([...watch.objects].length > 0) await sleep(5);
  await watch.stop();
  api.close();
  return { requests: api.requests, gone: objects.length, waves: 0, error: undefined };
}

async function drain(kubeconfig: string): Promise<Omit<DrainFigures, "seconds" | "highest">> {
  const { error, requests, events } = await runDrain(kubeconfig, { deadlineSeconds: 600 });
  const count = (type: string): number => events.filter((event) => event.type === type).length;
  return { requests, gone: count("gone"), waves: count("wave-ended"), error: error?.message };
}

/** Milliseconds between two looks at the memory: the system's own maximum counts the process that this one was forked from. */
const memoryPause = 10;

async function measure({ kubeconfig, bare }: Task): Promise<DrainFigures> {
  let highest = 0;
  const looking = setInterval(() => {
    highest = Math.max(highest, process.memoryUsage.rss() / 2 ** 20);
  }, memoryPause);
  const started = performance.now();
  const done = await (bare === undefined ? drain(kubeconfig) : deleteBare(kubeconfig, bare));
  const seconds = (performance.now() - started) / 1000;
  clearInterval(looking);
  return { ...done, seconds, highest };
}

process.on("message", (task) => {
  void measure(task as Task).then((figures) => process.send?.(figures));
});
