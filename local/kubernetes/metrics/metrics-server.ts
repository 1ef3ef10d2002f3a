/**
 * Stands for metrics-server: the API metrics.k8s.io/v1beta1 of one cluster, behind the API server's aggregation layer as
 * the real one is. What it says of pods and nodes is made up (`usage.ts`); no container runs whose usage could be measured.
 */
import { once } from "node:events";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { V1Pod } from "@kubernetes/client-node";
import { replyJson, urlOf } from "../../internet/host.ts";
import { createAuthority, issueCertificate } from "../../pki.ts";
import { loopback } from "../../ports.ts";
import type { ClusterClient } from "../cluster-client.ts";
import type { Manifest } from "../manifest.ts";
import { demand, usageOf, type Usage } from "./usage.ts";

const name = "metrics-server";
const namespace = "kube-system";
const group = "metrics.k8s.io";
const version = "v1beta1";
/** What metrics-server measures over when its resolution is not set. */
const window = "15s";

export class MetricsServer {
  readonly #client: ClusterClient;
  readonly #server: Server;

  private constructor(client: ClusterClient, server: Server) {
    this.#client = client;
    this.#server = server;
  }

  /** @param frontProxyAuthority PEM; whoever asks shows a certificate by it, as the API server does. */
  static async start(client: ClusterClient, frontProxyAuthority: string): Promise<MetricsServer> {
    const authority = await createAuthority(name);
    const { certificate, privateKey } = await issueCertificate(authority, {
      commonName: name,
      hosts: [`${name}.${namespace}.svc`],
      usage: "server",
    });
    const server = createServer({
      cert: certificate,
      key: privateKey,
      ca: frontProxyAuthority,
      requestCert: true,
      rejectUnauthorized: true,
    });
    const metrics = new MetricsServer(client, server);
    server.on("request", (request, response) => {
      metrics.#serve(request, response).catch((error: unknown) => {
        if (response.headersSent) response.destroy();
        else replyJson(response, 500, failure(500, String(error)));
      });
    });
    server.listen(0, loopback);
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    for (const object of registration(port, authority.certificate)) await client.apply(object);
    return metrics;
  }

  async stop(): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = urlOf(request);
    const parts = pathname.split("/").filter((part) => part !== "");
    const [apis, askedGroup, askedVersion, ...rest] = parts;
    if (apis !== "apis" || askedGroup !== group || (askedVersion ?? version) !== version) {
      replyJson(response, 404, failure(404, `${pathname} is not served here`));
      return;
    }
    const labelSelector = searchParams.get("labelSelector") ?? undefined;
    const answer =
      askedVersion === undefined
        ? groupDescription
        : rest.length === 0
          ? resources
          : await this.#answer(rest, labelSelector);
    if (answer === undefined) replyJson(response, 404, failure(404, `${pathname} is not there`));
    else replyJson(response, 200, answer);
  }

  /** The answer for a path such as `namespaces/app-a/pods/podinfo-1`; undefined if there is no such object. */
  async #answer(path: readonly string[], labelSelector: string | undefined): Promise<object | undefined> {
    const [inNamespace, rest] = path[0] === "namespaces" ? [path[1], path.slice(2)] : [undefined, path];
    const [plural, wanted] = rest;
    if ((plural !== "pods" && plural !== "nodes") || rest.length > 2) return undefined;
    const items = await (plural === "pods"
      ? this.#pods(inNamespace, labelSelector)
      : this.#nodes(labelSelector));
    if (wanted !== undefined) return items.find(({ metadata }) => metadata.name === wanted);
    const kind = plural === "pods" ? "PodMetricsList" : "NodeMetricsList";
    return { kind, apiVersion: `${group}/${version}`, metadata: {}, items };
  }

  async #pods(inNamespace: string | undefined, labelSelector: string | undefined): Promise<Manifest[]> {
    const selector = labelSelector === undefined ? {} : { labelSelector };
    const [{ items: asked }, usage] = await Promise.all([
      inNamespace === undefined
        ? this.#client.core.listPodForAllNamespaces(selector)
        : this.#client.core.listNamespacedPod({ namespace: inNamespace, ...selector }),
      this.#usage(),
    ]);
    return asked.flatMap((pod) => {
      const containers = usage.get(pod.metadata?.uid ?? "")?.containers;
      return containers ? [podMetrics(pod, containers)] : [];
    });
  }

  async #nodes(labelSelector: string | undefined): Promise<Manifest[]> {
    const selector = labelSelector === undefined ? {} : { labelSelector };
    const [{ items }, usage] = await Promise.all([this.#client.core.listNode(selector), this.#usage()]);
    return items.map(({ metadata }) => {
      const onNode = [...usage.values()].filter(({ pod }) => pod.spec?.nodeName === metadata?.name);
      const all = onNode.flatMap(({ containers }) => [...containers.values()]);
      const sum = { cpu: total(all, "cpu"), memory: total(all, "memory") };
      return {
        ...measured("NodeMetrics", { name: metadata?.name ?? "" }, metadata?.labels),
        usage: quantities(sum),
      };
    });
  }

  /** Of the containers of all pods that run, by uid of the pod and name of the container. */
  async #usage(): Promise<Map<string, { pod: V1Pod; containers: Map<string, Usage> }>> {
    const [{ items: pods }, { items: services }] = await Promise.all([
      this.#client.core.listPodForAllNamespaces(),
      this.#client.core.listServiceForAllNamespaces(),
    ]);
    const wanted = demand(pods, services);
    const running = pods.filter(({ status }) => status?.phase === "Running");
    return new Map(
      running.map((pod) => {
        const uid = pod.metadata?.uid ?? "";
        // The first container is the one that serves; the others are its helpers.
        const containers = (pod.spec?.containers ?? []).map(
          (container, index) =>
            [container.name, usageOf(container, index === 0 ? (wanted.get(uid) ?? 0) : 0)] as const,
        );
        return [uid, { pod, containers: new Map(containers) }];
      }),
    );
  }
}

const total = (usages: readonly Usage[], of: keyof Usage): number =>
  usages.reduce((sum, usage) => sum + usage[of], 0);

const quantities = ({ cpu, memory }: Usage): object => ({ cpu: `${cpu}m`, memory: `${memory}Mi` });

function measured(
  kind: string,
  metadata: Manifest["metadata"],
  labels: Readonly<Record<string, string>> | undefined,
): Manifest {
  const now = new Date().toISOString();
  const described = { ...metadata, creationTimestamp: now, ...(labels ? { labels } : {}) };
  return { kind, apiVersion: `${group}/${version}`, metadata: described, timestamp: now, window };
}

function podMetrics({ metadata }: V1Pod, containers: ReadonlyMap<string, Usage>): Manifest {
  const place = { name: metadata?.name ?? "", namespace: metadata?.namespace ?? "" };
  return {
    ...measured("PodMetrics", place, metadata?.labels),
    containers: [...containers].map(([container, usage]) => ({ name: container, usage: quantities(usage) })),
  };
}

const versionDescription = { groupVersion: `${group}/${version}`, version };
const groupDescription = {
  kind: "APIGroup",
  apiVersion: "v1",
  name: group,
  versions: [versionDescription],
  preferredVersion: versionDescription,
};

const resource = (plural: string, kind: string, namespaced: boolean): object => ({
  name: plural,
  singularName: "",
  namespaced,
  kind,
  verbs: ["get", "list"],
});
const resources = {
  kind: "APIResourceList",
  apiVersion: "v1",
  groupVersion: `${group}/${version}`,
  resources: [resource("nodes", "NodeMetrics", false), resource("pods", "PodMetrics", true)],
};

const failure = (code: number, message: string): object => ({
  kind: "Status",
  apiVersion: "v1",
  status: "Failure",
  code,
  reason: code === 404 ? "NotFound" : "InternalError",
  message,
});

/** What leads the API server here. The Service is by name, for nothing of a cluster's network is on this machine. */
function registration(port: number, authority: string): Manifest[] {
  const labels = { "k8s-app": name };
  return [
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name, namespace, labels },
      spec: { type: "ExternalName", externalName: loopback },
    },
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRole",
      metadata: {
        name: "system:aggregated-metrics-reader",
        labels: {
          ...labels,
          "rbac.authorization.k8s.io/aggregate-to-view": "true",
          "rbac.authorization.k8s.io/aggregate-to-edit": "true",
          "rbac.authorization.k8s.io/aggregate-to-admin": "true",
        },
      },
      rules: [{ apiGroups: [group], resources: ["nodes", "pods"], verbs: ["get", "list", "watch"] }],
    },
    {
      apiVersion: "apiregistration.k8s.io/v1",
      kind: "APIService",
      metadata: { name: `${version}.${group}`, labels },
      spec: {
        group,
        version,
        groupPriorityMinimum: 100,
        versionPriority: 100,
        service: { name, namespace, port },
        caBundle: Buffer.from(authority).toString("base64"),
      },
    },
  ];
}
