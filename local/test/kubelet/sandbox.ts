/** A cluster with a ready node on a local internet, and ways to wait for what its controllers do. */
import { once } from "node:events";
import { readFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { request as send } from "node:https";
import path from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { KubeConfig, KubernetesObjectApi, type KubernetesObject } from "@kubernetes/client-node";
import { parseAllDocuments } from "yaml";
import { ClusterClient, unlessMissing } from "../../kubernetes/cluster-client.ts";
import { LocalControlPlanes, type LocalControlPlanesOptions } from "../../kubernetes/control-planes.ts";
import type { Manifest } from "../../kubernetes/manifest.ts";
import { startTestInternet, type TestInternet } from "../internet/support.ts";

export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly message?: string;
}

export interface Live extends KubernetesObject {
  readonly status?: {
    readonly conditions?: readonly Condition[];
    readonly [field: string]: unknown;
  };
}

export interface TestCluster {
  readonly net: TestInternet;
  readonly client: ClusterClient;
  /** The administrator's, as text. */
  readonly kubeconfig: string;
  readonly planes: LocalControlPlanes;
  readonly podsFolder: string;
  apply(yaml: string): Promise<void>;
  remove(kind: string, name: string, namespace: string, apiVersion: string): Promise<void>;
  /** The object's present state; undefined if there is none. */
  read(kind: string, name: string, namespace: string, apiVersion: string): Promise<Live | undefined>;
  stop(): Promise<void>;
}

export const clusterName = "sandbox-t";

export interface TestClusterOptions {
  readonly aws?: LocalControlPlanesOptions["aws"];
  /** The instance behind its node. */
  readonly instanceId?: string;
}

export async function startTestCluster({ aws, instanceId }: TestClusterOptions = {}): Promise<TestCluster> {
  const net = await startTestInternet();
  const log: string[] = [];
  const planes = new LocalControlPlanes({
    processes: net.processes,
    authenticator: () => Promise.resolve(undefined),
    internet: net.internet.environment,
    ...(aws && { aws }),
    log: (line) => log.push(line),
  });
  await planes.create({
    name: clusterName,
    arn: `arn:aws:eks:eu-west-1:123456789012:cluster/${clusterName}`,
    version: "1.35",
    serviceCidr: "10.100.0.0/16",
  });
  await planes.installAddon(clusterName, "vpc-cni", "v1.20.0");
  await planes.addNode(clusterName, {
    name: "ip-10-0-0-1.eu-west-1.compute.internal",
    instanceId: instanceId ?? "i-1",
    instanceType: "m6i.large",
    zone: "eu-west-1a",
    region: "eu-west-1",
    privateIp: "10.0.0.1",
    nodeGroup: "main",
    version: "1.35",
    labels: {},
    taints: [],
  });
  const adminKubeconfig = planes.adminKubeconfig(clusterName);
  const client = new ClusterClient(adminKubeconfig);
  const config = new KubeConfig();
  config.loadFromFile(adminKubeconfig);
  const objects = KubernetesObjectApi.makeApiClient(config);
  return {
    net,
    client,
    kubeconfig: readFileSync(adminKubeconfig, "utf8"),
    planes,
    podsFolder: path.join(path.dirname(adminKubeconfig), "pods"),
    apply: async (yaml) => {
      for (const document of parseAllDocuments(yaml)) {
        const object = document.toJS() as Manifest;
        const definition = object.kind === "CustomResourceDefinition";
        // A kind that was just defined is served a moment later.
        await until(`${object.kind} ${object.metadata.name} is taken`, async () => {
          await (definition ? define(config, object) : client.apply(object));
          return true;
        });
      }
    },
    remove: async (kind, object, namespace, apiVersion) => {
      await client.remove({ apiVersion, kind, metadata: { name: object, namespace } });
    },
    read: (kind, object, namespace, apiVersion) =>
      unlessMissing(
        objects.read<Live & { metadata: { name: string; namespace: string } }>({
          apiVersion,
          kind,
          metadata: { name: object, namespace },
        }),
      ),
    stop: async () => {
      await planes.close();
      await net.stop();
    },
  };
}

/** Past the client library's models, which lose the fields of a schema that are no JavaScript names. */
async function define(config: KubeConfig, object: Manifest): Promise<void> {
  const { server = "", caData = "" } = config.getCurrentCluster() ?? {};
  const { certData = "", keyData = "" } = config.getCurrentUser() ?? {};
  const [ca, cert, key] = [caData, certData, keyData].map((data) => Buffer.from(data, "base64"));
  const url = `${server}/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${object.metadata.name}`;
  const headers = { "content-type": "application/apply-patch+yaml" };
  const sending = send(`${url}?fieldManager=test&force=true`, { method: "PATCH", ca, cert, key, headers });
  const answered = once(sending, "response") as Promise<[IncomingMessage]>;
  sending.end(JSON.stringify(object));
  const [response] = await answered;
  const answer = await text(response);
  if (Math.floor((response.statusCode ?? 0) / 100) !== 2) throw new Error(answer);
}

/** Asks again until the answer is there; what it throws meanwhile is shown if the time runs out. */
export async function until<T>(
  what: string,
  ask: () => Promise<T | undefined | false>,
  seconds = 90,
): Promise<T> {
  const deadline = Date.now() + seconds * 1000;
  let last: unknown;
  for (;;) {
    try {
      const answer = await ask();
      if (answer !== undefined && answer !== false) return answer;
    } catch (error) {
      last = error;
    }
    if (Date.now() > deadline)
      throw new Error(`After ${seconds} s it does not hold that ${what}.`, { cause: last });
    await sleep(100);
  }
}

export const condition = (object: Live | undefined, type: string): Condition | undefined =>
  object?.status?.conditions?.find((candidate) => candidate.type === type);
