/** Short forms of the Kubernetes objects that add-ons consist of; all of them live in kube-system. */
import type { Manifest } from "../manifest.ts";

export const addonNamespace = "kube-system";

export interface Workload extends Manifest {
  readonly kind: "DaemonSet" | "Deployment";
}

export interface WorkloadOptions {
  readonly name: string;
  /** Labels that select its pods. */
  readonly labels: Readonly<Record<string, string>>;
  readonly containers: readonly string[];
  readonly initContainers?: readonly string[];
  /** By container. */
  readonly args?: Readonly<Record<string, readonly string[]>>;
  /** Add-on version; the images carry it as their tag. They are never pulled. */
  readonly version: string;
  readonly serviceAccount?: string;
  readonly hostNetwork?: boolean;
  readonly replicas?: number;
}

const object = <Kind extends string>(
  apiVersion: string,
  kind: Kind,
  name: string,
  rest: object,
): Manifest & { readonly kind: Kind } => ({
  apiVersion,
  kind,
  metadata: { name, namespace: addonNamespace },
  ...rest,
});

const clusterObject = (apiVersion: string, kind: string, name: string, rest: object): Manifest => ({
  apiVersion,
  kind,
  metadata: { name },
  ...rest,
});

function podSpec(options: WorkloadOptions, tolerations: object[], priorityClassName: string): object {
  const tag = options.version.replace(/-eksbuild\.\d+$/, "");
  const containers = (names: readonly string[]): object[] =>
    names.map((name) => ({
      name,
      image: `eks/${name}:${tag}`,
      ...(options.args?.[name] ? { args: options.args[name] } : {}),
      resources: { requests: { cpu: "10m", memory: "20Mi" } },
    }));
  return {
    containers: containers(options.containers),
    ...(options.initContainers ? { initContainers: containers(options.initContainers) } : {}),
    ...(options.serviceAccount ? { serviceAccountName: options.serviceAccount } : {}),
    ...(options.hostNetwork ? { hostNetwork: true } : {}),
    priorityClassName,
    tolerations,
  };
}

const template = (options: WorkloadOptions, spec: object): object => ({
  selector: { matchLabels: options.labels },
  template: { metadata: { labels: options.labels }, spec },
});

/** On every node from its first moment, whatever its taints: what makes a node Ready must not wait for that. */
export function daemonSet(options: WorkloadOptions): Workload {
  const spec = podSpec(options, [{ operator: "Exists" }], "system-node-critical");
  return object("apps/v1", "DaemonSet", options.name, {
    spec: { ...template(options, spec), updateStrategy: { rollingUpdate: { maxUnavailable: "10%" } } },
  });
}

export function deployment(options: WorkloadOptions): Workload {
  const tolerations = [{ key: "CriticalAddonsOnly", operator: "Exists" }];
  const spec = podSpec(options, tolerations, "system-cluster-critical");
  return object("apps/v1", "Deployment", options.name, {
    spec: { ...template(options, spec), replicas: options.replicas ?? 2 },
  });
}

export const serviceAccount = (name: string): Manifest => object("v1", "ServiceAccount", name, {});

export const configMap = (name: string, data: Readonly<Record<string, string>>): Manifest =>
  object("v1", "ConfigMap", name, { data });

export const disruptionBudget = (name: string, matchLabels: Readonly<Record<string, string>>): Manifest =>
  object("policy/v1", "PodDisruptionBudget", name, {
    spec: { maxUnavailable: 1, selector: { matchLabels } },
  });

export const service = (name: string, labels: object, spec: object): Manifest =>
  object("v1", "Service", name, { metadata: { name, namespace: addonNamespace, labels }, spec });

export const csiDriver = (name: string): Manifest =>
  clusterObject("storage.k8s.io/v1", "CSIDriver", name, {
    spec: { attachRequired: true, podInfoOnMount: false },
  });

/** A rule in one line: "get,list pods,apps/deployments". */
export function rule(line: string): object {
  const [verbs = "", resources = ""] = line.split(" ");
  const split = resources.split(",").map((resource) => {
    const slash = resource.indexOf("/");
    return slash < 0
      ? { group: "", name: resource }
      : { group: resource.slice(0, slash), name: resource.slice(slash + 1) };
  });
  return {
    verbs: verbs.split(","),
    apiGroups: [...new Set(split.map(({ group }) => group))],
    resources: split.map(({ name }) => name),
  };
}

export const clusterRole = (name: string, ...rules: string[]): Manifest =>
  clusterObject("rbac.authorization.k8s.io/v1", "ClusterRole", name, { rules: rules.map(rule) });

export const clusterRoleBinding = (name: string, role: string, account: string): Manifest =>
  clusterObject("rbac.authorization.k8s.io/v1", "ClusterRoleBinding", name, {
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: role },
    subjects: [{ kind: "ServiceAccount", name: account, namespace: addonNamespace }],
  });
