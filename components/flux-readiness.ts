import * as pulumi from "@pulumi/pulumi";

export interface FluxReadinessArgs {
  readonly kubeconfig: pulumi.Input<string>;
  /** Objects that have to be ready with everything they lead to: `Kustomization flux-system/flux-system`. */
  readonly required: pulumi.Input<pulumi.Input<string>[]>;
  /** By source (`GitRepository flux-system/platform`), the commit that it has to have. */
  readonly commits: Readonly<Record<string, pulumi.Input<string>>>;
  /** Values of which any change asks for another wait. */
  readonly changes: Readonly<Record<string, pulumi.Input<string>>>;
  readonly timeoutMinutes: number;
  /** Everything that has to be applied before it can be ready. */
  readonly after: readonly pulumi.Resource[];
}

/**
 * The wait until everything that Flux applies is ready (`src/flux/`). It is a resource of its own, and the last one: an
 * `up` that fails here has made all the rest, which a destroy then takes away in its order.
 */
export class FluxReadiness extends pulumi.CustomResource {
  /** How many of Flux's objects are ready. */
  declare readonly readyObjects: pulumi.Output<number>;

  constructor(name: string, args: FluxReadinessArgs, opts: pulumi.CustomResourceOptions) {
    const { after, kubeconfig, ...inputs } = args;
    super(
      "sdlc:flux:Readiness",
      name,
      { ...inputs, kubeconfig: pulumi.secret(kubeconfig), readyObjects: undefined },
      { ...opts, dependsOn: [...after] },
    );
  }
}
