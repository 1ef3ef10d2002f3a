/**
 * Turns nodes Ready, as their kubelets would: once the CNI plugin is there, that is once a pod of vpc-cni's
 * DaemonSet `aws-node` runs on the node; NotReady again when that pod has gone.
 */
import { PatchStrategy, setHeaderOptions, type V1Node, type V1Pod } from "@kubernetes/client-node";
import { unlessMissing, type ClusterClient, type Watched } from "./cluster-client.ts";
import { isReady, nextReport, readyCondition, reportedReadiness } from "./node.ts";
import { kwokAnnotation } from "./programs/kwok.ts";

const cniPods = "k8s-app=aws-node";
const strategicMerge = setHeaderOptions("Content-Type", PatchStrategy.StrategicMergePatch);

export class NodeReadiness {
  readonly #client: ClusterClient;
  readonly #log: (line: string) => void;
  #pods: Watched<V1Pod> | undefined;
  #nodes: Watched<V1Node> | undefined;
  /** One after the other, so that a late answer to an old question cannot undo a newer one. */
  #queue: Promise<void> = Promise.resolve();

  private constructor(client: ClusterClient, log: (line: string) => void) {
    this.#client = client;
    this.#log = log;
  }

  static async start(client: ClusterClient, log: (line: string) => void): Promise<NodeReadiness> {
    const readiness = new NodeReadiness(client, log);
    const { core } = client;
    const namespace = "kube-system";
    readiness.#nodes = await client.watch<V1Node>(
      "/api/v1/nodes",
      () => core.listNode(),
      (node, gone) => {
        if (!gone) readiness.#check(node.metadata?.name);
      },
    );
    readiness.#pods = await client.watch<V1Pod>(
      `/api/v1/namespaces/${namespace}/pods`,
      () => core.listNamespacedPod({ namespace, labelSelector: cniPods }),
      (pod) => {
        readiness.#check(pod.spec?.nodeName);
      },
      cniPods,
    );
    return readiness;
  }

  async stop(): Promise<void> {
    await Promise.all([this.#pods?.stop(), this.#nodes?.stop()]);
    await this.#queue;
  }

  #check(nodeName: string | undefined): void {
    if (nodeName === undefined) return;
    this.#queue = this.#queue
      .then(() => this.#report(nodeName))
      .catch((error: unknown) => {
        this.#log(`The state of node ${nodeName} could not be reported: ${(error as Error).message}`);
      });
  }

  async #report(nodeName: string): Promise<void> {
    const node = this.#nodes?.get(nodeName);
    const [[annotation, value] = ["", ""]] = Object.entries(kwokAnnotation);
    if (node?.metadata?.annotations?.[annotation] !== value) return;
    const ready = this.#hasCni(nodeName);
    if (ready === isReady(node)) return;
    const at = nextReport(reportedReadiness(node)?.lastHeartbeatTime);
    const body = { status: { conditions: [readyCondition(ready, at)] } };
    await unlessMissing(this.#client.core.patchNodeStatus({ name: nodeName, body }, strategicMerge));
  }

  #hasCni(nodeName: string): boolean {
    return (this.#pods?.list() ?? []).some(
      ({ metadata, spec, status }) =>
        spec?.nodeName === nodeName && status?.phase === "Running" && !metadata?.deletionTimestamp,
    );
  }
}
