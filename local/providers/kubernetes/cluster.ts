/** One configured instance of the provider: which cluster it speaks to, and how it treats what it finds there. */
import { existsSync, readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { KubeConfig } from "@kubernetes/client-node";
import { containsUnknown, type Change, type Difference, type Properties } from "../../product.ts";
import { KubernetesApi } from "./api.ts";
import type { Mutability } from "./force-new.ts";

export interface Cluster {
  readonly api: KubernetesApi;
  /** Why the API server cannot be reached; undefined where it can. */
  readonly unreachable: string | undefined;
  /** Namespace of objects that name none. */
  readonly namespace: string;
  readonly deleteUnreachable: boolean;
  readonly skipUpdateUnreachable: boolean;
  readonly patchForce: boolean;
  readonly upsert: boolean;
  readonly mutability: Mutability;
}

/** Provider inputs that the official plugin has and this stand-in does not. */
const refused = [
  "alwaysRender",
  "cluster",
  "helmReleaseSettings",
  "kubeClientSettings",
  "renderYamlToDirectory",
];

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** The SDK sends booleans as JSON text. */
function flag(value: unknown): boolean {
  return value === true || value === "true";
}

/** An option of the provider, else of the environment, where an operator sets it for one run. */
function option(inputs: Properties, name: string): boolean {
  const words = name.replace("ConfigMap", "Configmap").replace(/[A-Z]/g, "_$&");
  const variable = `PULUMI_K8S_${words.toUpperCase()}`;
  return flag(inputs[name] ?? process.env[variable]);
}

function kubeconfigText(pathOrContent: string): string {
  return !pathOrContent.includes("\n") && existsSync(pathOrContent)
    ? readFileSync(pathOrContent, "utf8")
    : pathOrContent;
}

function loadKubeconfig(inputs: Properties): KubeConfig {
  const config = new KubeConfig();
  const given = text(inputs["kubeconfig"]);
  if (given) config.loadFromString(kubeconfigText(given));
  else config.loadFromDefault();
  const context = text(inputs["context"]);
  if (context) config.setCurrentContext(context);
  if (!config.getCurrentCluster()) {
    throw new Error(`its context "${config.getCurrentContext()}" names no cluster`);
  }
  return config;
}

/** Clients by kubeconfig: instances for one cluster share its token, so that the credential plugin seldom runs. */
const clients = new Map<string, KubernetesApi>();

/**
 * Never throws for a cluster that cannot be reached: then creation, update, deletion and refresh fail, each with the reason, or
 * `deleteUnreachable` drops the objects. Throws for options that this stand-in does not have.
 */
export async function configureCluster(inputs: Properties): Promise<Cluster> {
  const unknownOptions = refused.filter((name) => inputs[name] !== undefined);
  if (inputs["enableServerSideApply"] !== undefined && !flag(inputs["enableServerSideApply"])) {
    unknownOptions.push("enableServerSideApply: false");
  }
  if (unknownOptions.length > 0) {
    throw new Error(
      `the local kubernetes provider does not implement ${unknownOptions.join(", ")}. ` +
        "Leave it out, or use the official plugin (LOCAL_PROVIDERS=official).",
    );
  }
  const { config, api, unreachable } = await connect(inputs);
  return {
    api,
    unreachable,
    namespace:
      text(inputs["namespace"]) ??
      config?.getContextObject(config.getCurrentContext())?.namespace ??
      "default",
    deleteUnreachable: option(inputs, "deleteUnreachable"),
    skipUpdateUnreachable: option(inputs, "skipUpdateUnreachable"),
    patchForce: option(inputs, "enablePatchForce"),
    upsert: option(inputs, "upsertExistingObjects"),
    mutability: {
      configMaps: option(inputs, "enableConfigMapMutable"),
      secrets: option(inputs, "enableSecretMutable"),
    },
  };
}

async function connect(
  inputs: Properties,
): Promise<{ config?: KubeConfig; api: KubernetesApi; unreachable: string | undefined }> {
  const key = JSON.stringify([inputs["kubeconfig"], inputs["context"]]);
  let config: KubeConfig;
  try {
    config = loadKubeconfig(inputs);
  } catch (error) {
    const unreachable = `failed to parse kubeconfig data in \`kubernetes:config:kubeconfig\`- ${messageOf(error)}`;
    return { api: new KubernetesApi(new KubeConfig()), unreachable };
  }
  const api = clients.get(key) ?? new KubernetesApi(config);
  try {
    await api.probe();
    clients.set(key, api);
    return { config, api, unreachable: undefined };
  } catch (error) {
    return {
      config,
      api,
      unreachable: `unable to load schema information from the API server: ${messageOf(error)}`,
    };
  }
}

export function messageOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(messageOf).join("; ");
  return error instanceof Error ? error.message : String(error);
}

function activeCluster(inputs: Properties): unknown {
  try {
    const config = loadKubeconfig(inputs);
    return { ...config.getCurrentCluster(), name: undefined };
  } catch {
    return undefined;
  }
}

/**
 * A provider for another cluster is another provider, and everything in it is made anew. Whether it is another cluster is
 * guessed from the kubeconfig, unless `clusterIdentifier` is set before and after: then that alone decides.
 */
export function clusterDifference(olds: Properties, news: Properties): Difference {
  const keys = new Set([...Object.keys(olds), ...Object.keys(news)]);
  const changed = [...keys].filter((key) => !isDeepStrictEqual(olds[key], news[key]));
  const [before, after] = [olds["clusterIdentifier"], news["clusterIdentifier"]];
  const locates = ["kubeconfig", "context", "cluster"];
  const unknown = locates.filter((key) => containsUnknown(news[key]));
  const moved =
    unknown.length > 0
      ? unknown
      : elsewhere(olds, news)
        ? changed.filter((key) => locates.includes(key))
        : [];
  const replaces = (key: string): boolean => {
    if (before !== undefined && after !== undefined) return before !== after && key === "clusterIdentifier";
    return moved.includes(key);
  };
  const changes = changed.map((path): Change => {
    const kind = olds[path] === undefined ? "add" : news[path] === undefined ? "delete" : "update";
    return { path, kind, replace: replaces(path) };
  });
  return { changes };
}

function elsewhere(olds: Properties, news: Properties): boolean {
  const [before, after] = [activeCluster(olds), activeCluster(news)];
  return before !== undefined && after !== undefined && !isDeepStrictEqual(before, after);
}
