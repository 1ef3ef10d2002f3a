/**
 * One pod as a program on this machine: started, probed, started again when it ends, and reported in the pod's status
 * as a kubelet reports it.
 */
import { rm } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { PatchStrategy, setHeaderOptions, type V1Container, type V1Pod } from "@kubernetes/client-node";
import { unlessMissing, type ClusterClient } from "../kubernetes/cluster-client.ts";
import { freePorts, loopback } from "../ports.ts";
import type { ManagedProcess, Processes } from "../processes.ts";
import { containerPort, hostCommand } from "./container.ts";
import type { HostImage } from "./images.ts";
import { PodFiles } from "./pod-files.ts";

/** Milliseconds: between probes until one succeeds and from then on, before restarts, between refreshes of the files. */
const probeEvery = { first: 100, later: 2_000 };
const backoff = { first: 250, longest: 20_000 };
const refreshEvery = 10_000;
/** Milliseconds after which a program's end counts as its first. */
const settled = 60_000;

const strategicMerge = setHeaderOptions("Content-Type", PatchStrategy.StrategicMergePatch);

export interface PodProcessOptions {
  readonly pod: V1Pod;
  readonly container: V1Container;
  readonly image: HostImage;
  /** Unique among all processes of the platform. */
  readonly name: string;
  readonly folder: string;
  readonly podIp: string;
  readonly adminKubeconfig: string;
  readonly client: ClusterClient;
  readonly processes: Processes;
  /** What its containers find beside what their specification says: the cluster's network, and AWS. */
  readonly environment: () => Promise<Readonly<Record<string, string>>>;
  /** Resolves when it is this pod's turn to work; until then it stands by. Undefined: at once. */
  readonly turn: Promise<unknown> | undefined;
  readonly log: (line: string) => void;
}

interface State {
  readonly ready: boolean;
  readonly state: object;
}

export class PodProcess {
  readonly #options: PodProcessOptions;
  readonly #files: PodFiles;
  readonly #stopping = new AbortController();
  readonly #startedAt = new Date();
  readonly #running: Promise<void>;
  #ports: ReadonlyMap<number, number> = new Map();
  #restarts = 0;
  #reported = "";
  #ready = false;

  constructor(options: PodProcessOptions) {
    const { folder, client, adminKubeconfig, pod } = options;
    this.#options = options;
    this.#files = new PodFiles(folder, client, adminKubeconfig, pod);
    this.#running = this.#run();
  }

  get ready(): boolean {
    return this.#ready;
  }

  /** Resolves when nothing of it runs any more. */
  get ended(): Promise<void> {
    return this.#running;
  }

  /** The port on this machine behind a Service's target port. */
  portOf(target: number | string): number | undefined {
    return this.#ports.get(containerPort(this.#options.container, target) ?? 0);
  }

  /** Ends the program and removes the pod's folder. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
    await rm(this.#options.folder, { recursive: true, force: true });
  }

  async #run(): Promise<void> {
    let delay = backoff.first;
    await this.#standBy();
    while (!this.#stopping.signal.aborted) {
      const since = Date.now();
      const message = await this.#once().catch((error: unknown) => (error as Error).message);
      if (this.#isStopping()) return;
      if (Date.now() - since > settled) delay = backoff.first;
      this.#options.log(`${this.#options.name} is started again in ${delay} ms: ${message}`);
      this.#restarts += 1;
      await this.#report({ ready: false, state: { waiting: { reason: "CrashLoopBackOff", message } } });
      await this.#pause(delay);
      delay = Math.min(delay * 2, backoff.longest);
    }
  }

  /** Waits for this pod's turn, ready as one is that only waits to be elected. */
  async #standBy(): Promise<void> {
    const { turn } = this.#options;
    if (!turn) return;
    await this.#report({ ready: true, state: { running: { startedAt: this.#startedAt } } });
    await Promise.race([turn, this.#stop()]);
  }

  /** One life of the program, from its start to its end; resolves with how it ended. */
  async #once(): Promise<string> {
    const { pod, container, image, name, folder, processes, environment } = this.#options;
    await this.#files.refresh();
    const listens = Object.keys(image.listens).map(Number);
    const free = await freePorts(listens.length);
    this.#ports = new Map(listens.map((port, index) => [port, free[index] ?? 0]));
    const [command, ...first] = image.command();
    const { args, env } = hostCommand(pod, container, image, { folder, ports: this.#ports });
    const child = await processes.start({
      name,
      command,
      args: [...first, ...args],
      env: { ...(await environment()), KUBECONFIG: this.#files.kubeconfig, ...env },
      cwd: folder,
    });
    const ended = new AbortController();
    const watching = this.#watch(AbortSignal.any([ended.signal, this.#stopping.signal]));
    const exit = await Promise.race([child.exited, this.#stopped(child)]);
    ended.abort();
    this.#ready = false;
    await watching;
    const how = exit.signal === null ? `code ${String(exit.code)}` : `signal ${exit.signal}`;
    return `the program ended with ${how}; the end of its log:\n${exit.lastLines}`;
  }

  async #stopped(child: ManagedProcess): Promise<Awaited<ManagedProcess["exited"]>> {
    await this.#stop();
    return child.stop();
  }

  async #stop(): Promise<void> {
    if (this.#isStopping()) return;
    await new Promise((resolve) => {
      this.#stopping.signal.addEventListener("abort", resolve, { once: true });
    });
  }

  /** Probes the program and keeps its files fresh while it runs. */
  async #watch(over: AbortSignal): Promise<void> {
    let refreshed = Date.now();
    while (!over.aborted) {
      const ready = await this.#probe();
      // The program may have ended during the probe, and nothing may be reported after its end.
      if (isOver(over)) return;
      this.#ready = ready;
      await this.#report({ ready, state: { running: { startedAt: this.#startedAt } } });
      if (Date.now() - refreshed > refreshEvery) {
        refreshed = Date.now();
        await this.#files.refresh().catch((error: unknown) => {
          this.#options.log(`${this.#options.name}: its files could not be refreshed: ${String(error)}`);
        });
      }
      await this.#pause(ready ? probeEvery.later : probeEvery.first, over);
    }
  }

  /** The readiness probe of the container; without one a program is ready as soon as it runs. */
  async #probe(): Promise<boolean> {
    const probe = this.#options.container.readinessProbe?.httpGet;
    if (!probe) return true;
    const port = this.portOf(probe.port);
    const signal = AbortSignal.timeout(1_000);
    const response = await fetch(`http://${loopback}:${port ?? 0}${probe.path ?? "/"}`, { signal }).catch(
      () => undefined,
    );
    return response?.ok ?? false;
  }

  async #report({ ready, state }: State): Promise<void> {
    const { pod, podIp, client, log, name } = this.#options;
    const summary = JSON.stringify([ready, state, this.#restarts]);
    if (summary === this.#reported) return;
    const lastTransitionTime = new Date();
    const condition = (type: string, holds: boolean): object => ({
      type,
      status: holds ? "True" : "False",
      lastTransitionTime,
    });
    const body = {
      status: {
        phase: "Running",
        startTime: this.#startedAt,
        podIP: podIp,
        podIPs: [{ ip: podIp }],
        conditions: [
          condition("PodReadyToStartContainers", true),
          condition("Initialized", true),
          condition("ContainersReady", ready),
          condition("Ready", ready),
        ],
        containerStatuses: pod.spec?.containers.map((container) => ({
          name: container.name,
          image: container.image,
          imageID: container.image,
          ready,
          started: "running" in state,
          restartCount: this.#restarts,
          state,
        })),
      },
    };
    const target = { name: pod.metadata?.name ?? "", namespace: pod.metadata?.namespace ?? "" };
    try {
      await unlessMissing(client.core.patchNamespacedPodStatus({ ...target, body }, strategicMerge));
      this.#reported = summary;
    } catch (error) {
      // Reported again at the next probe; the API server is away while its version changes.
      log(`The status of ${name} could not be reported: ${String(error)}`);
    }
  }

  async #pause(milliseconds: number, signal = this.#stopping.signal): Promise<void> {
    await sleep(milliseconds, undefined, { signal }).catch(() => undefined);
  }

  #isStopping(): boolean {
    return isOver(this.#stopping.signal);
  }
}

const isOver = (signal: AbortSignal): boolean => signal.aborted;
