/**
 * The drain of the drain's benchmark, in a process of its own as the plugin is one: what makes the objects and plays their
 * controller costs it neither time nor memory. A message says of which cluster; the answer has the figures.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { ClusterApi } from "../../provider/kubernetes/api.ts";
import { KindWatch } from "../../provider/kubernetes/watch.ts";
import { runDrain } from "../provider/teardown/support.ts";
import { queueKind, queuePath } from "./queues.ts";

export interface Task {
  readonly kubeconfig: string;
  /** Nothing but the deletions, all at the same time: what the API server itself takes for them. */
  readonly bare: boolean;
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

async function deleteBare(kubeconfig: string): Promise<Omit<DrainFigures, "seconds" | "highest">> {
  const api = new ClusterApi(kubeconfig, new AbortController().signal);
  const watch = await KindWatch.start(api, queueKind, () => undefined);
  const names = [...watch.objects].map(({ name }) => name);
  await Promise.all(names.map((name) => api.send({ method: "DELETE", path: queuePath(name) })));
  while ([...watch.objects].length > 0) await sleep(5);
  await watch.stop();
  api.close();
  return { requests: api.requests, gone: names.length, waves: 0, error: undefined };
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
  const done = await (bare ? deleteBare : drain)(kubeconfig);
  const seconds = (performance.now() - started) / 1000;
  clearInterval(looking);
  return { ...done, seconds, highest };
}

process.on("message", (task) => {
  void measure(task as Task).then((figures) => process.send?.(figures));
});
