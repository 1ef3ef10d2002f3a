/** The programs of one cluster's control plane: started in order, kept running, stopped in order. */
import { readFile, rm } from "node:fs/promises";
import path from "node:path";
import { freePorts, loopback, onFreePorts } from "../ports.ts";
import { stopRecorded } from "../process-records.ts";
import type { Processes } from "../processes.ts";
import { SupervisedProcess } from "../supervised-process.ts";
import { toolPath } from "../tools/catalogue.ts";
import { addressIn } from "./service-address.ts";
import { adminKubeconfigFile, credentialFile, writeCredentials } from "./credentials.ts";
import { apiServer } from "./programs/api-server.ts";
import { controllerManager } from "./programs/controller-manager.ts";
import { etcd, etcdUrl } from "./programs/etcd.ts";
import { kwok } from "./programs/kwok.ts";
import type { ControlPlaneLayout, Program } from "./programs/program.ts";
import { scheduler } from "./programs/scheduler.ts";
import type { ControlPlaneRequest } from "./types.ts";
import { waitForAnswer } from "./wait-for-answer.ts";

export class ControlPlane {
  readonly name: string;
  readonly #processes: Processes;
  readonly #log: (line: string) => void;
  readonly #running: SupervisedProcess[] = [];
  #layout: ControlPlaneLayout;

  private constructor(
    processes: Processes,
    name: string,
    layout: ControlPlaneLayout,
    log: (line: string) => void,
  ) {
    this.name = name;
    this.#processes = processes;
    this.#layout = layout;
    this.#log = log;
  }

  /** Stops what a crashed platform left of the cluster, and removes its data. */
  static async removeRemains(processes: Processes, name: string): Promise<void> {
    // Cluster names hold no dot, so this prefix matches no other cluster.
    await stopRecorded(processes.stateFolder, (recorded) => recorded.startsWith(`${name}.`));
    await rm(clusterFolder(processes.stateFolder, name), { recursive: true, force: true });
  }

  /** @throws UserError with the end of the log of what failed; nothing of the cluster is left then. */
  static async start(
    processes: Processes,
    request: ControlPlaneRequest,
    tokenReviewUrl: string,
    log: (line: string) => void,
    choosePorts = freePorts,
  ): Promise<ControlPlane> {
    return onFreePorts(
      2,
      ([apiPort = 0, etcdPort = 0]) =>
        ControlPlane.#startAt(processes, request, tokenReviewUrl, log, { apiPort, etcdPort }),
      choosePorts,
    );
  }

  static async #startAt(
    processes: Processes,
    request: ControlPlaneRequest,
    tokenReviewUrl: string,
    log: (line: string) => void,
    { apiPort, etcdPort }: Pick<ControlPlaneLayout, "apiPort" | "etcdPort">,
  ): Promise<ControlPlane> {
    const { name, serviceCidr, version } = request;
    await ControlPlane.removeRemains(processes, name);
    const folder = clusterFolder(processes.stateFolder, name);
    const endpoint = `https://${loopback}:${apiPort}`;
    await writeCredentials(folder, name, endpoint, addressIn(serviceCidr, 1));
    const adminKubeconfig = adminKubeconfigFile(folder);
    const layout = { folder, apiPort, etcdPort, serviceCidr, version, adminKubeconfig, tokenReviewUrl };
    const controlPlane = new ControlPlane(processes, name, layout, log);
    try {
      const store = await controlPlane.#start(etcd(layout));
      // A server that finds no store asks again a second later only.
      await waitForAnswer(store, `${etcdUrl(layout)}/readyz`);
      await controlPlane.#startServing();
    } catch (error) {
      await controlPlane.remove();
      throw error;
    }
    return controlPlane;
  }

  get endpoint(): string {
    return `https://${loopback}:${this.#layout.apiPort}`;
  }

  get adminKubeconfig(): string {
    return this.#layout.adminKubeconfig;
  }

  get serviceCidr(): string {
    return this.#layout.serviceCidr;
  }

  /** PEM. */
  certificateAuthority(): Promise<string> {
    return readFile(credentialFile(this.#layout.folder, "ca.crt"), "utf8");
  }

  /** PEM; the API server shows a certificate by it to the servers behind its aggregation layer. */
  frontProxyAuthority(): Promise<string> {
    return readFile(credentialFile(this.#layout.folder, "front-proxy-ca.crt"), "utf8");
  }

  /** Serves another version over the same data, at the same address. */
  async update(version: string): Promise<void> {
    this.#layout = { ...this.#layout, version };
    await this.#stopServing();
    await this.#startServing();
  }

  async remove(): Promise<void> {
    await this.#stopServing();
    await Promise.all(this.#running.splice(0).map((program) => program.stop()));
    await rm(this.#layout.folder, { recursive: true, force: true });
  }

  async #startServing(): Promise<void> {
    const server = await this.#start(await apiServer(this.#layout));
    await waitForAnswer(server, `${this.endpoint}/readyz`, await this.certificateAuthority());
    const programs = [controllerManager(this.#layout), scheduler(this.#layout), await kwok(this.#layout)];
    const started = await Promise.allSettled(programs.map((program) => this.#start(program)));
    // Only now, so that a clean-up after the failure of one finds the others.
    for (const result of started) if (result.status === "rejected") throw result.reason;
  }

  /** Stops all but the store; those that use the API server go before it. */
  async #stopServing(): Promise<void> {
    const [store, server, ...others] = this.#running.splice(0);
    await Promise.all(others.map((program) => program.stop()));
    // All it knows is in the store, and it would wait for every open watch to end.
    await server?.stop(100);
    if (store) this.#running.push(store);
  }

  async #start(program: Program): Promise<SupervisedProcess> {
    const name = `${this.name}.${program.tool}`;
    const started = await SupervisedProcess.start(
      this.#processes,
      {
        name,
        command: toolPath(program.tool),
        args: program.args,
        logFile: path.join(this.#layout.folder, "logs", `${program.tool}.log`),
      },
      this.#log,
    );
    this.#running.push(started);
    return started;
  }
}

const clusterFolder = (stateFolder: string, name: string): string => path.join(stateFolder, "clusters", name);
