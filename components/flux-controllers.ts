import * as pulumi from "@pulumi/pulumi";
import { withInstallOptions, type InstallOptions } from "../src/flux/install-options.ts";
import type { KubernetesObject } from "../src/kubernetes-object.ts";
import { ClusterObject, type InCluster } from "./cluster-object.ts";

export interface FluxControllersArgs {
  readonly cluster: InCluster;
  /** Of the release's install manifest, as they were served. */
  readonly objects: readonly KubernetesObject[];
  readonly options: InstallOptions;
  /** What pods need: nodes, and the add-ons by which they reach each other. */
  readonly nodes: readonly pulumi.Resource[];
}

/**
 * Flux's kinds, rights and controllers, from the official install manifest.
 *
 * They follow nothing yet. What they follow comes after the drain (`stacks/gitops.ts`), so that on a destroy the
 * controllers outlive everything that they have to finalize.
 */
export class FluxControllers extends pulumi.ComponentResource {
  constructor(name: string, args: FluxControllersArgs, opts?: pulumi.ComponentResourceOptions) {
    super("sdlc:flux:Controllers", name, {}, opts);
    const objects = withInstallOptions(args.objects, args.options);
    const make = (object: KubernetesObject, dependsOn: readonly pulumi.Resource[]): ClusterObject =>
      new ClusterObject(resourceName(name, object), object, args.cluster, {
        parent: this,
        dependsOn: [...dependsOn],
      });

    // Kinds and rights are there by the time the nodes are.
    const namespaces = objects.filter(isNamespace).map((object) => make(object, []));
    const definitions = objects
      .filter((object) => !isNamespace(object) && !isDeployment(object))
      .map((object) => make(isService(object) ? unawaited(object) : object, namespaces));
    for (const object of objects.filter(isDeployment)) make(object, [...definitions, ...args.nodes]);
    this.registerOutputs({});
  }
}

/** A manifest has several kinds of one name: a Deployment, its Service, its ServiceAccount. */
function resourceName(name: string, { kind, metadata }: KubernetesObject): string {
  return `${name}-${kind.toLowerCase()}-${metadata.name}`;
}

function isNamespace({ kind }: KubernetesObject): boolean {
  return kind === "Namespace";
}

function isService({ kind }: KubernetesObject): boolean {
  return kind === "Service";
}

/**
 * The Kubernetes provider counts a Service as ready when no pod behind it is unready. The controllers of another release come after
 * their Services, so that one that crashes would keep away for ever what mends it.
 */
function unawaited(object: KubernetesObject): KubernetesObject {
  const { metadata } = object;
  const annotations = { ...metadata.annotations, "pulumi.com/skipAwait": "true" };
  return { ...object, metadata: { ...metadata, annotations } };
}

function isDeployment({ kind }: KubernetesObject): boolean {
  return kind === "Deployment";
}
