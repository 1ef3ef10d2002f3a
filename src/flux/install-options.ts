/** What a stack changes in the install manifest of a release, as functions of its objects. */
import semver from "semver";
import type { KubernetesObject } from "../kubernetes-object.ts";

export interface Toleration {
  readonly key?: string | undefined;
  readonly operator?: "Exists" | "Equal" | undefined;
  readonly value?: string | undefined;
  readonly effect?: "NoSchedule" | "PreferNoSchedule" | "NoExecute" | undefined;
}

/** Quantities as Kubernetes writes them: `500m`, `1Gi`. */
export interface ControllerResources {
  readonly requests?: Readonly<Record<string, string>> | undefined;
  readonly limits?: Readonly<Record<string, string>> | undefined;
}

export interface InstallOptions {
  /** The release, such as `v2.9.1`. */
  readonly version: string;
  /** Of every controller; what it does not name stays as released. */
  readonly resources: ControllerResources;
  readonly tolerations: readonly Toleration[];
  /**
   * For clusters that teams share: no source of another namespace, no bases from the internet, and no more rights
   * than the service account that an object names. Source: Flux, "Multi-tenancy lockdown".
   */
  readonly lockdown: boolean;
}

const sameNamespace = "--no-cross-namespace-refs=true";
const namedAccount = "--default-service-account=default";

const lockdownFlags: Readonly<Record<string, readonly string[]>> = {
  "kustomize-controller": [sameNamespace, namedAccount, "--no-remote-bases=true"],
  "helm-controller": [sameNamespace, namedAccount],
  "notification-controller": [sameNamespace],
  "image-reflector-controller": [sameNamespace],
  "image-automation-controller": [sameNamespace],
};

/**
 * Without it a commit that mends a failing release waits until the health check of the broken one has timed out.
 * Source: kustomize-controller 1.7, feature gates; a controller that does not know a gate does not start.
 */
const newerRevisionFirst = { gate: "CancelHealthCheckOnNewRevision=true", since: "2.7.0" };

/**
 * What waits for another looks again after 5 s instead of 30: a chain of four is up in seconds, not in minutes.
 * Source: Flux, "Controller Options" of both controllers.
 */
const dependencyRequeue = "--requeue-dependency=5s";
const controllersWithDependencies: readonly string[] = ["kustomize-controller", "helm-controller"];

interface PodSpec {
  readonly containers: readonly Container[];
  readonly tolerations?: readonly Toleration[];
}

interface Container {
  readonly args?: readonly string[];
  readonly resources?: ControllerResources;
}

/** The objects to install. Only Deployments differ from those of the release. */
export function withInstallOptions(
  objects: readonly KubernetesObject[],
  options: InstallOptions,
): KubernetesObject[] {
  return objects.map((object) => (object.kind === "Deployment" ? changed(object, options) : object));
}

function changed(deployment: KubernetesObject, options: InstallOptions): KubernetesObject {
  const spec = deployment["spec"] as { template: { spec: PodSpec } };
  const pod = spec.template.spec;
  const tolerations = [...(pod.tolerations ?? []), ...options.tolerations];
  const changedPod: PodSpec = {
    ...pod,
    containers: pod.containers.map((container) => ({
      ...container,
      args: withFlags(container.args ?? [], flagsOf(deployment.metadata.name, options)),
      resources: withResources(container.resources ?? {}, options.resources),
    })),
    ...(tolerations.length === 0 ? {} : { tolerations }),
  };
  return { ...deployment, spec: { ...spec, template: { ...spec.template, spec: changedPod } } };
}

function flagsOf(controller: string, { lockdown, version }: InstallOptions): readonly string[] {
  const gated = controller === "kustomize-controller" && semver.gte(version, newerRevisionFirst.since);
  return [
    ...(controllersWithDependencies.includes(controller) ? [dependencyRequeue] : []),
    ...(lockdown ? (lockdownFlags[controller] ?? []) : []),
    ...(gated ? [`--feature-gates=${newerRevisionFirst.gate}`] : []),
  ];
}

/** A flag takes the place of the same flag; feature gates join those that are there. */
function withFlags(args: readonly string[], flags: readonly string[]): string[] {
  return flags.reduce<string[]>(
    (before, flag) => {
      const name = `${flag.split("=", 1)[0] ?? flag}=`;
      const given = before.find((arg) => arg.startsWith(name));
      if (given === undefined) return [...before, flag];
      const value = name === "--feature-gates=" ? `${given},${flag.slice(name.length)}` : flag;
      return before.map((arg) => (arg === given ? value : arg));
    },
    [...args],
  );
}

function withResources(released: ControllerResources, own: ControllerResources): ControllerResources {
  const requests = { ...released.requests, ...own.requests };
  const limits = { ...released.limits, ...own.limits };
  return {
    ...(Object.keys(requests).length === 0 ? {} : { requests }),
    ...(Object.keys(limits).length === 0 ? {} : { limits }),
  };
}
