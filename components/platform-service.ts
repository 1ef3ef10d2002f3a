import * as pulumi from "@pulumi/pulumi";
import { requiredKey } from "../src/flux/readiness.ts";
import {
  serviceObjects,
  type PlatformService as Definition,
  type ServiceOptions,
} from "../src/services/service.ts";
import { ClusterObject, type InCluster } from "./cluster-object.ts";
import { ServicePrerequisites } from "./service-prerequisites.ts";

export interface PlatformServiceArgs {
  readonly cluster: InCluster;
  readonly kubeconfig: pulumi.Input<string>;
  /** The minor that the control plane runs, such as `1.35`. */
  readonly kubernetesVersion: pulumi.Input<string>;
  readonly service: Definition;
  readonly options: ServiceOptions;
  /** What has to be there first: the controllers, and the drain. */
  readonly after: readonly pulumi.Resource[];
}

/**
 * A service under trial, delivered to the cluster: the same objects that `npm run render` puts into Git for the pull
 * request. Which service it is makes no difference here.
 */
export class PlatformService extends pulumi.ComponentResource {
  /** The release, as readiness asks for it. */
  readonly release: string;
  /** Another value for every change of what is wanted. */
  readonly generation: pulumi.Output<string>;

  constructor(name: string, args: PlatformServiceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("sdlc:services:PlatformService", name, {}, opts);
    const { service, options } = args;

    const prerequisites = new ServicePrerequisites(
      `${name}-prerequisites`,
      {
        kubeconfig: args.kubeconfig,
        kubernetesVersion: args.kubernetesVersion,
        service: service.name,
        version: options.version,
      },
      { parent: this, deletedWith: args.cluster.deletedWith },
    );
    // One after the other: the namespace is there before what is in it, and on a removal from a living cluster the
    // release is gone before its repository.
    const made = serviceObjects(service, options).reduce<{
      last: pulumi.Resource[];
      all: ClusterObject[];
      key: string;
    }>(
      ({ last, all }, object) => {
        const resource = new ClusterObject(`${name}-${object.kind.toLowerCase()}`, object, args.cluster, {
          parent: this,
          dependsOn: last,
        });
        return { last: [resource], all: [...all, resource], key: requiredKey(object) };
      },
      { last: [...args.after, prerequisites], all: [], key: "" },
    );

    this.release = made.key;
    this.generation = pulumi.all(made.all.map(({ generation }) => generation)).apply((all) => all.join("/"));
    this.registerOutputs({ generation: this.generation });
  }
}
