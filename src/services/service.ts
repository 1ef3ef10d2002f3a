/**
 * A platform service: a Helm release with its namespace and its repository, as one file of `platform/services/`. A new one
 * is one more value of `PlatformService` in the catalogue, and nothing else.
 */
import { fluxApi } from "../flux/api.ts";
import type { KubernetesObject } from "../kubernetes-object.ts";
import type { ServiceRequirements } from "./prerequisites.ts";

export interface PlatformService {
  /** Name of the service, its namespace, its release, and of its file. */
  readonly name: string;
  readonly repository: { readonly name: string; readonly url: string };
  readonly chart: string;
  /** Where a stack names none. */
  readonly chartVersion: string;
  readonly requirements: ServiceRequirements;
}

export interface ServiceOptions {
  /** One exact version: a range would move without a commit. */
  readonly version: string;
  /** How often Helm's objects are compared with the release: a Go duration such as `1h`. */
  readonly interval: string;
  /** How often an install or an upgrade that failed is tried again. */
  readonly retries: number;
  readonly values: Readonly<Record<string, unknown>>;
}

/** The team that answers for the platform, in the label by which Flux's tenants are told apart. */
const tenant = { "toolkit.fluxcd.io/tenant": "sre-team" };

/** The same objects, whether they go to the cluster or into Git. */
export function serviceObjects(service: PlatformService, options: ServiceOptions): KubernetesObject[] {
  const { name, repository, chart } = service;
  const remediation = { remediation: { retries: options.retries } };
  return [
    { apiVersion: "v1", kind: "Namespace", metadata: { name, labels: tenant } },
    {
      apiVersion: fluxApi.source,
      kind: "HelmRepository",
      metadata: { name: repository.name, namespace: name },
      spec: { interval: "30m", url: repository.url },
    },
    {
      apiVersion: fluxApi.helm,
      kind: "HelmRelease",
      metadata: { name, namespace: name },
      spec: {
        releaseName: name,
        chart: {
          spec: {
            chart,
            version: options.version,
            sourceRef: { kind: "HelmRepository", name: repository.name },
          },
        },
        interval: options.interval,
        install: remediation,
        upgrade: remediation,
        ...(Object.keys(options.values).length === 0 ? {} : { values: options.values }),
      },
    },
  ];
}
