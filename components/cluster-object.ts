import type * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

/** Where objects are made, and with what they end. */
export interface InCluster {
  /** The one provider of the cluster: the ambient context is never used. */
  readonly provider: kubernetes.Provider;
  /** In a destroy of the whole stack nothing deletes an object by itself: it is gone with the cluster. */
  readonly deletedWith: pulumi.Resource;
}

/** A manifest, in which any value may still be to come. */
export interface ObjectInputs {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMetadataInputs;
  readonly [field: string]: unknown;
}

interface ObjectMetadataInputs {
  readonly name: string;
  readonly namespace?: string;
  readonly annotations?: Readonly<Record<string, pulumi.Input<string>>>;
  readonly [field: string]: unknown;
}

/** An object of any kind as a resource of its own, so that a manifest is registered as it was read. */
export class ClusterObject extends pulumi.CustomResource {
  /** As the API server answers it. */
  declare readonly metadata: pulumi.Output<{
    readonly generation?: number;
    readonly resourceVersion?: string;
  }>;

  constructor(name: string, object: ObjectInputs, cluster: InCluster, opts: pulumi.CustomResourceOptions) {
    const { apiVersion, kind } = object;
    const group = apiVersion.includes("/") ? apiVersion : `core/${apiVersion}`;
    super(`kubernetes:${group}:${kind}`, name, { ...object }, { ...opts, ...cluster });
  }

  /** Changes with every change of what is wanted, and with nothing that a controller reports. */
  get generation(): pulumi.Output<string> {
    return pulumi.output(this.metadata).apply(({ generation }) => String(generation ?? ""));
  }
}
