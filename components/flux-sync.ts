import * as pulumi from "@pulumi/pulumi";
import { reconcileAnnotation } from "../src/flux/api.ts";
import type { Sync } from "../src/flux/sync.ts";
import { ClusterObject, type InCluster } from "./cluster-object.ts";

export interface FluxSyncArgs {
  readonly cluster: InCluster;
  readonly sync: Sync;
  /**
   * What the source has to look at at once when it changes, and not at its next interval: a commit that the program knows
   * of, the version of its secret.
   */
  readonly news: readonly pulumi.Input<string>[];
  /** What has to be there first: the controllers, the drain, the source's secret. */
  readonly after: readonly pulumi.Resource[];
}

/**
 * An `up` after a destroy that stopped takes back what the state let go of, under another field manager than before; and
 * whoever asks Flux to reconcile writes the same annotation.
 */
const overwritten = { "pulumi.com/patchForce": "true" };

function annotated<T extends { readonly metadata: object }>(
  manifest: T,
  more: Readonly<Record<string, pulumi.Input<string>>> = {},
) {
  return { ...manifest, metadata: { ...manifest.metadata, annotations: { ...overwritten, ...more } } };
}

/** A source and the Kustomization that applies it: the root of a cluster, or an application's own. */
export class FluxSync extends pulumi.ComponentResource {
  /** Another value for every change of what is followed. */
  readonly generation: pulumi.Output<string>;

  constructor(name: string, args: FluxSyncArgs, opts?: pulumi.ComponentResourceOptions) {
    super("sdlc:flux:Sync", name, {}, opts);
    const { source, kustomization } = args.sync;
    const requested = pulumi.all([...args.news]).apply((news) => news.join("+"));
    const news = args.news.length === 0 ? {} : { [reconcileAnnotation]: requested };

    const from = new ClusterObject(`${name}-source`, annotated(source, news), args.cluster, {
      parent: this,
      dependsOn: [...args.after],
    });
    const to = new ClusterObject(`${name}-kustomization`, annotated(kustomization), args.cluster, {
      parent: this,
      // On its removal from a living cluster Flux still needs the source to finish.
      dependsOn: [from],
    });

    this.generation = pulumi.interpolate`${from.generation}/${to.generation}`;
    this.registerOutputs({ generation: this.generation });
  }
}
